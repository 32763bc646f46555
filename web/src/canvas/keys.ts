// Where the keys lead on the canvas: to the next number that way, or through all of them by suspicion.

import type { Dot, Drawing } from './drawing';

/** Of each arrow key, in the layout's units: up is more. */
export const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};

/** The most suspect first, then those with most lines: the order of the table, and of Page up and Page down. */
export function inOrder(drawing: Drawing): Dot[] {
  const known = ordered.get(drawing) ?? [...drawing.dots.values()].sort((a, b) => b.fraudProbability - a.fraudProbability || b.drawn - a.drawn);
  ordered.set(drawing, known);
  return known;
}

/** Asked for whenever a key is pressed or a number is chosen: a drawing is put in order once. */
const ordered = new WeakMap<Drawing, Dot[]>();

/** The nearest number that way; what lies aside counts as further off. None: it is the last one there. */
export function ahead(drawing: Drawing, from: Dot, [right, up]: [number, number]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const dot of drawing.dots.values()) {
    const [x, y] = [dot.x - from.x, dot.y - from.y];
    const along = x * right + y * up;
    const aside = Math.abs(x * up) + Math.abs(y * right);
    if (along <= 0 || aside > along || along + 2 * aside >= least) continue;
    [nearest, least] = [dot.id, along + 2 * aside];
  }
  return nearest;
}

/** The number so many places further on in the order; the first and the last have none beyond. */
export function further(drawing: Drawing, from: string, places: number): string | undefined {
  const order = inOrder(drawing);
  const at = order.findIndex((dot) => dot.id === from);
  return order[Math.min(order.length - 1, Math.max(0, at + places))]?.id;
}

/** The number nearest to where another one lies, other than these. */
export function beside(drawing: Drawing, from: Dot, without: string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const dot of drawing.dots.values()) {
    const far = Math.hypot(dot.x - from.x, dot.y - from.y);
    if (far < least && !without.includes(dot.id)) [nearest, least] = [dot.id, far];
  }
  return nearest;
}
