// Colours and sizes of what is drawn, by theme: the same for WebGL, for the plain canvas and for the saved picture.

import type { Dot, Kind, Line } from './drawing';

export interface Looks {
  ground: string;
  ink: string;
  line: string;
  path: string;
  /** Of the lines to entities. */
  use: string;
  ring: string;
  /** Of the sheet beside what has notes. */
  note: string;
  kinds: Record<Kind, string>;
}

const LIGHT: Looks = {
  ground: '#ffffff',
  ink: '#1a1f27',
  line: '#c3cad6',
  path: '#0b57b0',
  use: '#8a7448',
  ring: '#1a1f27',
  note: '#fff3b0',
  kinds: { flagged: '#a81221', suspect: '#d9701a', public: '#2c7a3d', other: '#7d8896', entity: '#5d4a1c', HIGH: '#6a1b9a', MEDIUM: '#9a4fc4', LOW: '#b98ad3' },
};

const DARK: Looks = {
  ground: '#1c2027',
  ink: '#e6e9ee',
  line: '#444d5a',
  path: '#82b7ff',
  use: '#a08a5a',
  ring: '#ffffff',
  note: '#6b5a14',
  kinds: { flagged: '#ff6b6b', suspect: '#ffa24d', public: '#7fcf91', other: '#93a0b0', entity: '#e3cf9a', HIGH: '#e0b3ff', MEDIUM: '#bb80e8', LOW: '#8f66ad' },
};

const SIGNED = 6;

export function looks(): Looks {
  const chosen = document.documentElement.dataset['theme'];
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  return dark ? DARK : LIGHT;
}

/** How much larger than usual the page is: on a wall display it grows, and what is drawn grows with it. */
export function grain(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

/** Entities, members of networks and people at high or medium risk have a sign in them, and room for it. */
export function radius(dot: Dot, grain: number): number {
  const least = dot.entity !== null || dot.role !== null || dot.grade === 'HIGH' || dot.grade === 'MEDIUM' ? SIGNED : 0;
  return grain * Math.max(least, (dot.seed ? 5 : 3) + Math.min(6, Math.log2(1 + dot.drawn)));
}

export function width(line: Line, grain: number): number {
  return grain * Math.min(4, 0.6 + Math.log2(1 + line.events) / 3);
}

export function labelHigh(grain: number): number {
  return 11 * grain;
}

export function font(grain: number): string {
  return `${labelHigh(grain)}px system-ui, sans-serif`;
}
