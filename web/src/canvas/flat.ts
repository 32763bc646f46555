// Drawn in two dimensions: where there is no WebGL, and for the picture that is saved.

import type { Dot, Drawing, Kind } from './drawing';
import { placed, write } from './labels';
import { font, labelHigh, type Looks, looks, radius, width } from './looks';
import { isHeavy } from './sheaf';

export interface Camera {
  /** What lies in the middle, in the layout's units. */
  x: number;
  y: number;
  /** Pixels a unit. */
  scale: number;
}

export interface Marked {
  selected: Set<string>;
  /** Numbers of a path, in order. */
  path: string[];
  /** The number that the keys stand on. */
  cursor?: string | undefined;
}

const LABELS_MOST = 60;
const NAMED_MOST = 12;
/** In a smaller dot a sign is a blot. */
const READABLE = 4.5;
/** What is drawn around a dot reaches so far beyond it. */
const RIM = 8;
/** Of a low grade's dot, so much of its radius is empty. */
export const HOLE = 0.55;

export function fitting(drawing: Drawing, wide: number, high: number): Camera {
  const dots = [...drawing.dots.values()];
  if (dots.length === 0) return { x: 0, y: 0, scale: 1 };
  const [left, right] = [Math.min(...dots.map((dot) => dot.x)), Math.max(...dots.map((dot) => dot.x))];
  const [low, top] = [Math.min(...dots.map((dot) => dot.y)), Math.max(...dots.map((dot) => dot.y))];
  const scale = Math.min(wide / Math.max(right - left, 1e-3), high / Math.max(top - low, 1e-3)) * 0.85;
  return { x: (left + right) / 2, y: (low + top) / 2, scale };
}

/** The camera where the whole picture fits another way: what was seen of it, nearer or aside, is seen still. */
export function carried(camera: Camera, before: Camera, now: Camera): Camera {
  const units = before.scale / now.scale;
  return { x: now.x + (camera.x - before.x) * units, y: now.y + (camera.y - before.y) * units, scale: camera.scale / units };
}

/** The place under a point of the picture, in the layout's units. */
export function placeUnder(camera: Camera, wide: number, high: number, x: number, y: number): [number, number] {
  return [camera.x + (x - wide / 2) / camera.scale, camera.y - (y - high / 2) / camera.scale];
}

/** Where the camera has it, in pixels of the picture. */
export function seen(camera: Camera, wide: number, high: number, dot: { x: number; y: number }): [number, number] {
  return [wide / 2 + (dot.x - camera.x) * camera.scale, high / 2 - (dot.y - camera.y) * camera.scale];
}

/** `grain`: how much larger than usual everything is drawn. */
export function paint(
  context: CanvasRenderingContext2D, wide: number, high: number, drawing: Drawing, camera: Camera, marked: Marked, grain = 1,
): void {
  context.fillStyle = looks().ground;
  context.fillRect(0, 0, wide, high);
  paintLines(context, wide, high, drawing, camera, grain);
  paintDots(context, wide, high, drawing, camera, marked, grain);
}

function paintLines(context: CanvasRenderingContext2D, wide: number, high: number, drawing: Drawing, camera: Camera, grain: number): void {
  const style = looks();
  const at = (dot: { x: number; y: number }) => seen(camera, wide, high, dot);
  for (const line of drawing.lines) {
    const from = drawing.dots.get(line.from);
    const to = drawing.dots.get(line.to);
    if (from === undefined || to === undefined) continue;
    context.strokeStyle = style.line;
    context.lineWidth = width(line, grain);
    context.beginPath();
    context.moveTo(...at(from));
    context.lineTo(...at(to));
    context.stroke();
  }
  context.strokeStyle = style.use;
  context.lineWidth = grain;
  for (const use of drawing.uses) {
    const [entity, number] = [drawing.dots.get(use.entity), drawing.dots.get(use.number)];
    if (entity === undefined || number === undefined) continue;
    context.beginPath();
    context.moveTo(...at(entity));
    context.lineTo(...at(number));
    context.stroke();
  }
}

/** All but the lines, over what is there: each with its sign, so that no sign lies over a dot that lies over its own. */
export function paintDots(
  context: CanvasRenderingContext2D, wide: number, high: number, drawing: Drawing, camera: Camera, marked: Marked, grain: number,
): void {
  const style = looks();
  const at = (dot: { x: number; y: number }) => seen(camera, wide, high, dot);
  const onPath = marked.path.map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  const chosen = [...marked.selected].map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  const signed = signedIn(drawing);
  const dress = (dot: Dot) => {
    const [x, y] = at(dot);
    const size = radius(dot, grain);
    const ringed = marked.selected.has(dot.id) || dot.pinned;
    const reach = size + RIM * grain;
    if (x < -reach || y < -reach || x > wide + reach || y > high + reach) return;
    context.fillStyle = style.kinds[dot.kind];
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fill();
    if (ringed) {
      context.strokeStyle = style.ring;
      context.lineWidth = 2.5 * grain;
      context.stroke();
    }
    if (signed.has(dot)) sign(context, dot, drawing.signs, x, y, size, grain, style, ringed);
  };
  drawing.dots.forEach(dress);
  [...onPath, ...chosen].forEach(dress); // what is marked once more, over all else
  if (onPath.length === marked.path.length) trace(context, onPath.map((dot) => [...at(dot), radius(dot, grain)]), grain);
  const stood = drawing.dots.get(marked.cursor ?? '');
  if (stood !== undefined) encircle(context, ...at(stood), radius(stood, grain), grain);
  context.font = font(grain);
  const labels = namedIn(drawing, [...onPath, ...chosen], marked).map((dot) => {
    const [x, y] = at(dot);
    return { label: dot.label, x, y, radius: radius(dot, grain), weight: weight(dot, marked), must: isNamed(dot, marked) };
  });
  const others = lookedFor(drawing).map((dot) => ({ x: at(dot)[0], y: at(dot)[1], radius: radius(dot, grain) }));
  write(context, placed(labels, others, { width: wide, height: high }, labelHigh(grain), (text) => context.measureText(text).width), others, grain, style.ink, style.ground);
}

/** What is worked out of a drawing once, and not once a frame. */
const worked = new WeakMap<Drawing, { signed: Set<Dot>; weighty: Dot[]; looked: Dot[] }>();

const LOOKED_FOR: ReadonlySet<Kind> = new Set<Kind>(['flagged', 'suspect', 'entity', 'HIGH', 'MEDIUM']);

function workedOut(drawing: Drawing): { signed: Set<Dot>; weighty: Dot[]; looked: Dot[] } {
  const known = worked.get(drawing);
  if (known !== undefined) return known;
  const crowded = isHeavy(drawing);
  const dots = [...drawing.dots.values()];
  const nobody = { selected: new Set<string>(), path: [] };
  const found = {
    signed: new Set(dots.filter((dot) => dot.role !== null || dot.entity !== null || dot.notes > 0 || (dot.grade !== null && !(crowded && dot.grade === 'LOW')))),
    looked: crowded ? [] : dots.filter((dot) => LOOKED_FOR.has(dot.kind)),
    weighty: [...dots].sort((a, b) => weight(b, nobody) - weight(a, nobody)).slice(0, LABELS_MOST),
  };
  worked.set(drawing, found);
  return found;
}

/** What has a sign, from the ground up. Among very many people at low risk the holes in their dots would wipe out whatever lies below. */
export function signedIn(drawing: Drawing): Set<Dot> {
  return workedOut(drawing).signed;
}

/** What one looks for in a crowd, which no label is to hide. In a heavy picture nobody asks: that would take longer than to draw it. */
export function lookedFor(drawing: Drawing): Dot[] {
  return workedOut(drawing).looked;
}

/** What is named where there is room: what is marked, then the weightiest. */
function namedIn(drawing: Drawing, above: Dot[], marked: Marked): Dot[] {
  const some = [...new Set([...above, ...workedOut(drawing).weighty])];
  return some.sort((a, b) => weight(b, marked) - weight(a, marked)).slice(0, LABELS_MOST);
}

/** What tells roles and grades without a colour: a sign in the dot, a ring around people of a high grade, a hole in those of a low one; entities are squares; a sheet beside what has notes. */
export function sign(
  context: CanvasRenderingContext2D, dot: Dot, signs: Record<string, string>, x: number, y: number, radius: number, grain: number,
  style: Looks, ringed: boolean,
): void {
  if (dot.entity !== null) {
    context.fillStyle = style.kinds.entity;
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    context.strokeStyle = style.ground; // squares that touch are told apart
    context.lineWidth = grain;
    context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
    if (ringed) {
      context.strokeStyle = style.ring;
      context.lineWidth = 2.5 * grain;
      context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
    }
  }
  if (dot.grade !== null) {
    const low = dot.grade === 'LOW';
    context.beginPath();
    context.arc(x, y, low ? HOLE * radius : radius + 1.5 * grain, 0, 2 * Math.PI);
    if (low && dot.kind === 'LOW') {
      context.fillStyle = style.ground;
      context.fill();
    } else if (!low) {
      context.strokeStyle = style.ink;
      context.lineWidth = grain;
      context.stroke();
    }
  }
  if (dot.notes > 0) sheet(context, x + 0.7 * radius, y - 0.7 * radius, grain, style);
  const text = signs[dot.entity ?? dot.grade ?? dot.role ?? ''];
  if (text === undefined || radius < READABLE * grain) return;
  context.fillStyle = style.ground;
  // In whole pixels: a browser draws the letters of each other size anew.
  context.font = `bold ${Math.round((text.length > 1 && dot.entity !== null ? 1.2 : 1.4) * radius)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
  context.textAlign = 'start';
  context.textBaseline = 'alphabetic';
}

/** A written sheet at the rim: there are notes about it. */
function sheet(context: CanvasRenderingContext2D, x: number, y: number, grain: number, style: Looks): void {
  const [wide, high] = [Math.round(8 * grain), Math.round(10 * grain)];
  const [left, top] = [Math.round(x) + 0.5, Math.round(y) - high + 0.5]; // sharp edges
  context.fillStyle = style.note;
  context.fillRect(left, top, wide, high);
  context.strokeStyle = style.ink;
  context.lineWidth = grain;
  context.strokeRect(left, top, wide, high);
  context.fillStyle = style.ink;
  for (const line of [0.3, 0.6]) context.fillRect(left + 2 * grain, top + line * high, wide - 4 * grain, grain);
}

/** A ring with a gap around a number: the keys stand on it. */
export function encircle(context: CanvasRenderingContext2D, x: number, y: number, radius: number, grain: number): void {
  const style = looks();
  for (const [wide, colour] of [[6, style.ground], [2.5, style.ink]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = wide * grain;
    context.beginPath();
    context.arc(x, y, radius + 6 * grain, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** A path over all else, from rim to rim: among a thousand lines nobody would see it. Of each number on it, place and radius. */
export function trace(context: CanvasRenderingContext2D, way: [number, number, number][], grain: number): void {
  const style = looks();
  context.beginPath();
  way.forEach(([x, y, radius], place) => {
    const ring = radius + 3 * grain;
    context.moveTo(x + ring, y);
    context.arc(x, y, ring, 0, 2 * Math.PI);
    const [toX, toY, toRadius] = way[place + 1] ?? [x, y, radius];
    const away = Math.hypot(toX - x, toY - y);
    const [from, to] = [ring / away, 1 - (toRadius + 3 * grain) / away];
    if (from >= to || away === 0) return;
    context.moveTo(x + from * (toX - x), y + from * (toY - y));
    context.lineTo(x + to * (toX - x), y + to * (toY - y));
  });
  for (const [wide, colour] of [[6, style.ground], [3, style.path]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = wide * grain;
    context.stroke();
  }
}

/** Of the dots the one under a point, in pixels: the nearest of those that the point lies on, or almost. */
export function under(dots: Iterable<{ id: string; x: number; y: number; radius: number }>, x: number, y: number, grain: number): string | undefined {
  let nearest: string | undefined;
  let distance = Infinity;
  for (const dot of dots) {
    const away = Math.hypot(dot.x - x, dot.y - y);
    if (away < distance && away < Math.max(12 * grain, dot.radius)) [nearest, distance] = [dot.id, away];
  }
  return nearest;
}

/** Whether it is named even where there is no room: the keys stand on it, it is on the path, or it is selected with few others. */
export function isNamed(dot: { id: string }, marked: Marked): boolean {
  return dot.id === marked.cursor || marked.path.includes(dot.id) || (marked.selected.size <= NAMED_MOST && marked.selected.has(dot.id));
}

export function weight(dot: { id: string; seed: boolean; pinned: boolean; drawn: number }, marked: Marked): number {
  return (dot.pinned ? 1e8 : 0) + (marked.selected.has(dot.id) || marked.path.includes(dot.id) ? 1e9 : 0) + (dot.seed ? 1e6 : 0) + dot.drawn;
}

/** Of a line below a saved picture. */
const FOOT = 20;
/** A link that takes more lines stands in the file alone. */
const LINK_LINES = 4;

/** Where a saved picture comes from, as it stands below it: a line of words, and the link; `inside`: that it is too long for that. */
export interface Foot {
  line: string;
  link: string;
  inside: string;
}

/** The drawing as a PNG, twice as fine as on the screen. */
export function asPng(drawing: Drawing, marked: Marked, { line, link, inside }: Foot): Promise<Blob | null> {
  const [wide, high] = [1600, 1000];
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.font = font(1);
  const parts = inLines(link, wide - 16, (text) => context.measureText(text).width);
  const foot = [line, ...(parts.length > LINK_LINES ? [inside] : parts)];
  [canvas.width, canvas.height] = [wide * 2, (high + FOOT * foot.length + 6) * 2];
  context.scale(2, 2);
  paint(context, wide, high, drawing, fitting(drawing, wide, high), marked);
  const style = looks();
  context.fillStyle = style.ground;
  context.fillRect(0, high, wide, FOOT * foot.length + 6);
  context.fillStyle = style.ink;
  context.font = font(1);
  foot.forEach((text, place) => context.fillText(text, 8, high + FOOT * (place + 1) - 3));
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}

/** Cut wherever a line is full: an address has no spaces. */
function inLines(text: string, most: number, wide: (text: string) => number): string[] {
  const each = Math.max(1, Math.floor((text.length * most) / Math.max(1, wide(text))) - 2);
  return Array.from({ length: Math.ceil(text.length / each) }, (_, place) => text.slice(place * each, (place + 1) * each));
}
