// The picture on the screen: sigma where there is WebGL, a plain canvas where there is none. Both do the same few things.

import type { Drawing } from './drawing';
import type { Marked } from './flat';
import { plain } from './plain';

/** Nearer to the edge than so many pixels a number counts as out of sight: words of the keys lie there. */
export const EDGE = 56;

export interface Picture {
  show: (drawing: Drawing, marked: Marked) => void;
  fit: () => void;
  /** Larger by so much. */
  zoom: (by: number) => void;
  /** Moves the picture where a number lies outside of what is seen. */
  look: (id: string) => void;
  /** Where a number is drawn, in pixels of the picture. */
  at: (id: string) => [number, number] | undefined;
  end: () => void;
}

export interface Hands {
  /** Called with what was clicked; undefined for the ground. `add`: to what is selected already. */
  pick: (id: string | undefined, add: boolean) => void;
  /** Called where a number was dragged to, in the layout's units. */
  pin: (id: string, x: number, y: number) => void;
}

let webgl: boolean | undefined;

/** Looked at once: a browser keeps a handful of WebGL contexts, and takes the oldest from whoever draws in it. */
export function hasWebgl(): boolean {
  webgl ??= looked();
  return webgl;
}

function looked(): boolean {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

export async function picture(place: HTMLElement, hands: Hands): Promise<Picture> {
  if (!hasWebgl()) return plain(place, hands);
  const [{ default: Renderer }, { withSigma }] = await Promise.all([import('sigma'), import('./webgl')]); // it does not even load without WebGL
  return withSigma(place, hands, Renderer);
}
