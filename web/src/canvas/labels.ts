// Labels that do not lie on one another: each takes the first free side of its number, the weightiest first, or is left out.

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

/** Where to write each (left end and base line, in pixels); `wide` measures a text. */
export function placed(labels: Labelled[], high: number, wide: (text: string) => number): Placed[] {
  const taken: Box[] = [];
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
    const free = boxes.findIndex((box) => taken.every((other) => apart(box, other)));
    const side = free >= 0 ? free : one.must ? 0 : -1;
    if (side < 0) continue;
    taken.push(boxes[side] as Box);
    const [x, y] = sides[side] as [number, number];
    found.push({ label: one.label, x, y });
  }
  return found;
}

function apart(a: Box, b: Box): boolean {
  return a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
}
