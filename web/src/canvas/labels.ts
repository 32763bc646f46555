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
const SEAM = 4;
/** Further than any picture is wide. */
const FAR = 100_000;

/** Where a dot lies that no label should hide. */
export interface Round {
  x: number;
  y: number;
  radius: number;
}

/** What the picture's edge would cut hides more than any crowd. */
const CUT = 1_000;

/** How large the picture is, in pixels. */
interface Room {
  width: number;
  height: number;
}

/** Where to write each (left end and base line, in pixels), beside `others` and inside `room` as far as there is some; `wide` measures a text. */
export function placed(labels: Labelled[], others: Round[], room: Room, high: number, wide: (text: string) => number): Placed[] {
  const taken: Box[] = [];
  const dots = [...labels, ...others].map((one) => ({ one, box: { left: one.x - one.radius, right: one.x + one.radius, top: one.y - one.radius, bottom: one.y + one.radius } }));
  const found: Placed[] = [];
  const ordered = [...labels].sort((a, b) => Number(b.must) - Number(a.must) || b.weight - a.weight);
  for (const one of ordered) {
    const length = wide(one.label);
    const sides: [number, number][] = [
      [one.x + one.radius + GAP, one.y + high / 3],
      [one.x - one.radius - GAP - length, one.y + high / 3],
      [one.x - length / 2, one.y - one.radius - GAP],
      [one.x - length / 2, one.y + one.radius + high],
      [one.x + one.radius, one.y - one.radius],
      [one.x + one.radius, one.y + one.radius + high / 2],
      [one.x - one.radius - length, one.y - one.radius],
      [one.x - one.radius - length, one.y + one.radius + high / 2],
    ];
    const boxes = sides.map(([x, y]) => ({ left: x, right: x + length, top: y - high, bottom: y + GAP }));
    // Half a number reads as another one: whoever need not be named is named whole or not at all.
    const free = boxes.map((box) => taken.every((other) => apart(box, other)) && (one.must || inside(box, room)));
    const hides = boxes.map((box) => dots.filter((dot) => !within(one, dot.one) && !apart(box, dot.box)).length + (inside(box, room) ? 0 : CUT));
    const best = (those: number[]) => those.reduce((least, side) => ((hides[side] as number) < (hides[least] as number) ? side : least), those[0] ?? -1);
    const sides_ = boxes.map((_, side) => side);
    const side = free.includes(true) ? best(sides_.filter((each) => free[each] === true)) : one.must ? best(sides_) : -1;
    if (side < 0) continue;
    taken.push(boxes[side] as Box);
    const [x, y] = sides[side] as [number, number];
    found.push({ label: one.label, x, y });
  }
  return found;
}

/** Whether they are one dot. */
function within(one: Round, other: Round): boolean {
  return one.x === other.x && one.y === other.y;
}

function inside(box: Box, { width, height }: Room): boolean {
  return box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height;
}

function apart(a: Box, b: Box): boolean {
  return a.right + BETWEEN < b.left || b.right + BETWEEN < a.left || a.bottom < b.top || b.bottom < a.top;
}

/** Writes them, each with a seam of the ground's colour: over dots and lines it is read as well as beside them. No seam lies over `others`. */
export function write(pen: CanvasRenderingContext2D, labels: Placed[], others: Round[], grain: number, ink: string, ground: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(-FAR, -FAR, 2 * FAR, 2 * FAR);
  for (const { x, y, radius } of others) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI, true);
  }
  pen.clip();
  pen.strokeStyle = ground;
  pen.lineWidth = SEAM * grain;
  pen.lineJoin = 'round';
  for (const one of labels) pen.strokeText(one.label, one.x, one.y); // all of them first: no seam lies over another's letters
  pen.restore();
  pen.fillStyle = ink;
  for (const one of labels) pen.fillText(one.label, one.x, one.y);
}
