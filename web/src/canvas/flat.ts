// Drawn in two dimensions: where there is no WebGL, and for the picture that is saved.

import type { Dot, Drawing } from './drawing';
import { placed } from './labels';
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
/** Of a low grade's dot, so much of its radius is empty. */
const HOLE = 0.55;

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

/** All but the lines, over what is there. */
export function paintDots(
  context: CanvasRenderingContext2D, wide: number, high: number, drawing: Drawing, camera: Camera, marked: Marked, grain: number,
): void {
  const style = looks();
  const at = (dot: { x: number; y: number }) => seen(camera, wide, high, dot);
  const onPath = marked.path.map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  const chosen = [...marked.selected].map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  for (const dot of [...drawing.dots.values(), ...onPath, ...chosen]) { // what is marked once more, over all else
    const [x, y] = at(dot);
    context.fillStyle = style.kinds[dot.kind];
    context.beginPath();
    context.arc(x, y, radius(dot, grain), 0, 2 * Math.PI);
    context.fill();
    if (marked.selected.has(dot.id) || dot.pinned) {
      context.strokeStyle = style.ring;
      context.lineWidth = 2.5 * grain;
      context.stroke();
    }
  }
  for (const dot of signedIn(drawing)) {
    sign(context, dot, drawing.signs, ...at(dot), radius(dot, grain), grain, style, marked.selected.has(dot.id) || dot.pinned);
  }
  if (onPath.length === marked.path.length) trace(context, onPath.map((dot) => [...at(dot), radius(dot, grain)]), grain);
  const stood = drawing.dots.get(marked.cursor ?? '');
  if (stood !== undefined) encircle(context, ...at(stood), radius(stood, grain), grain);
  context.fillStyle = style.ink;
  context.font = font(grain);
  const named = [...drawing.dots.values()].sort((a, b) => weight(b, marked) - weight(a, marked)).slice(0, LABELS_MOST);
  const labels = named.map((dot) => {
    const [x, y] = at(dot);
    return { label: dot.label, x, y, radius: radius(dot, grain), weight: weight(dot, marked), must: isNamed(dot, marked) };
  });
  for (const one of placed(labels, labelHigh(grain), (text) => context.measureText(text).width)) context.fillText(one.label, one.x, one.y);
}

/** What has a sign. Among very many people at low risk the holes in their dots would wipe out whatever lies below. */
export function signedIn(drawing: Drawing): Dot[] {
  const crowded = isHeavy(drawing);
  return [...drawing.dots.values()].filter((dot) => dot.role !== null || dot.entity !== null || (dot.grade !== null && !(crowded && dot.grade === 'LOW')));
}

/** What tells roles and grades without a colour: a sign in the dot, a ring around people of a high grade, a hole in those of a low one; entities are squares. */
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
  const text = signs[dot.entity ?? dot.grade ?? dot.role ?? ''];
  if (text === undefined || radius < READABLE * grain) return;
  context.fillStyle = style.ground;
  context.font = `bold ${(text.length > 1 && dot.entity !== null ? 1.2 : 1.4) * radius}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y);
  context.textAlign = 'start';
  context.textBaseline = 'alphabetic';
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

/** The number under a point of the picture, if any. */
export function under(drawing: Drawing, camera: Camera, wide: number, high: number, x: number, y: number, grain: number): string | undefined {
  let nearest: string | undefined;
  let distance = 12 * grain;
  for (const dot of drawing.dots.values()) {
    const away = Math.hypot(wide / 2 + (dot.x - camera.x) * camera.scale - x, high / 2 - (dot.y - camera.y) * camera.scale - y);
    if (away < distance) [nearest, distance] = [dot.id, away];
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
