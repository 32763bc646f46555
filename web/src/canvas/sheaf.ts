// The lines of a heavy picture, on a canvas of their own below the numbers: some at a time, while nothing moves. A hundred
// thousand lines drawn at once would hold up everything else for seconds; so the hand never waits for them.

import type { Drawing } from './drawing';
import { looks } from './looks';

/** With more lines than that they are drawn so, and not with the numbers. */
export const LINES_LIGHT = 5000;
/** Drawn without looking at the clock. */
const AT_ONCE = 250;
/** Of a frame, in milliseconds: the rest is for who uses the page. */
const TURN_MS = 10;
/** As long as nothing has moved. */
const REST_MS = 150;

export interface Sheaf {
  /** From now on the lines of this drawing; none where it is light. */
  hold: (drawing: Drawing) => void;
  /** Nothing is seen until it rests; then lines are drawn between the places that are asked for then. */
  moved: (at: () => Places) => void;
  hide: () => void;
  end: () => void;
}

/** Of each number, in the order of the drawing, in pixels of the picture. */
export type Places = [number, number][];

export function isHeavy(drawing: Drawing): boolean {
  return drawing.lines.length > LINES_LIGHT;
}

export function sheaf(place: HTMLElement): Sheaf {
  const canvas = document.createElement('canvas');
  canvas.className = 'sheaf';
  // Drawn by the processor, at once: else it is only noted down, and everything comes in one long frame.
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  let pairs = new Uint32Array();
  let resting = 0;
  let turn = 0;
  const stop = () => {
    clearTimeout(resting);
    cancelAnimationFrame(turn);
  };
  const hide = () => {
    stop();
    canvas.hidden = true;
  };
  const begin = (places: Places) => {
    [canvas.width, canvas.height] = [place.clientWidth, place.clientHeight]; // and so it is empty
    context.lineWidth = 1; // a thin line is drawn many times as fast as a thick one
    context.strokeStyle = looks().line;
    canvas.hidden = false;
    canvas.dataset['drawn'] = '0';
    canvas.dataset['lines'] = String(pairs.length / 2); // whoever measures knows when all of them are there
    let next = 0;
    const go = () => {
      const until = performance.now() + TURN_MS;
      do {
        const end = Math.min(pairs.length, next + 2 * AT_ONCE);
        context.beginPath();
        for (; next < end; next += 2) {
          const [from, to] = [places[pairs[next] as number] as [number, number], places[pairs[next + 1] as number] as [number, number]];
          context.moveTo(...from);
          context.lineTo(...to);
        }
        context.stroke();
        context.getImageData(0, 0, 1, 1); // what was asked for is drawn now, and so the clock tells what it takes
      } while (next < pairs.length && performance.now() < until);
      canvas.dataset['drawn'] = String(next / 2);
      if (next < pairs.length) turn = requestAnimationFrame(go);
    };
    go();
  };
  hide();
  return {
    hold: (drawing) => {
      hide();
      pairs = isHeavy(drawing) ? pairsOf(drawing) : new Uint32Array();
      if (pairs.length > 0 && !canvas.isConnected) place.prepend(canvas);
      if (pairs.length === 0) canvas.remove();
    },
    moved: (at) => {
      hide();
      if (pairs.length > 0) resting = window.setTimeout(() => begin(at()), REST_MS);
    },
    hide,
    end: () => {
      hide();
      canvas.remove();
    },
  };
}

/** Of each line the two numbers by their order; two who ring each other have one line. */
function pairsOf(drawing: Drawing): Uint32Array<ArrayBuffer> {
  const order = new Map([...drawing.dots.keys()].map((id, place) => [id, place]));
  const size = order.size;
  const found = new Set<number>();
  const add = (from: string, to: string) => {
    const [a, b] = [order.get(from), order.get(to)];
    if (a !== undefined && b !== undefined && a !== b) found.add(a < b ? a * size + b : b * size + a);
  };
  for (const { from, to } of drawing.lines) add(from, to);
  for (const { entity, number } of drawing.uses) add(entity, number);
  const pairs = new Uint32Array(2 * found.size);
  let place = 0;
  for (const pair of found) {
    pairs[place++] = Math.floor(pair / size);
    pairs[place++] = pair % size;
  }
  return pairs;
}
