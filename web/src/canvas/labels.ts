// Labels that do not lie on one another: each takes the first free side of its number, the weightiest first, or is left out.
// A side where another labelled number lies is taken only where no other is free.

export interface Labelled {
  label: string;
  x: number;
  y: number;
  radius: number;
  weight: number;
  /** Drawn even where there is no room. */
  must: boolean;
}

export interface Placed {
  label: string;
  x: number;
  y: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const GAP = 2;
/** Between two labels side by side, as wide as a space: two that touch read as one. */
const BETWEEN = 5;

/** Where to write each (left end and base line, in pixels); `wide` measures a text. */
export function placed(labels: Labelled[], high: number, wide: (text: string) => number): Placed[] {
  const taken: Box[] = [];
  const dots = labels.map((one) => ({ one, box: { left: one.x - one.radius, right: one.x + one.radius, top: one.y - one.radius, bottom: one.y + one.radius } }));
  const found: Placed[] = [];
  const ordered = [...labels].sort((a, b) => Number(b.must) - Number(a.must) || b.weight - a.weight);
  for (const one of ordered) {
    const length = wide(one.label);
    const sides: [number, number][] = [
      [one.x + one.radius + GAP, one.y + high / 3],
      [one.x - one.radius - GAP - length, one.y + high / 3],
      [one.x - length / 2, one.y - one.radius - GAP],
      [one.x - length / 2, one.y + one.radius + high],
    ];
    const boxes = sides.map(([x, y]) => ({ left: x, right: x + length, top: y - high, bottom: y + GAP }));
    const free = boxes.map((box) => taken.every((other) => apart(box, other)));
    const clear = boxes.findIndex((box, side) => free[side] === true && dots.every((dot) => dot.one === one || apart(box, dot.box)));
    const side = clear >= 0 ? clear : free.includes(true) ? free.indexOf(true) : one.must ? 0 : -1;
    if (side < 0) continue;
    taken.push(boxes[side] as Box);
    const [x, y] = sides[side] as [number, number];
    found.push({ label: one.label, x, y });
  }
  return found;
}

function apart(a: Box, b: Box): boolean {
  return a.right + BETWEEN < b.left || b.right + BETWEEN < a.left || a.bottom < b.top || b.bottom < a.top;
}
