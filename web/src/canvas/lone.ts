// Numbers without any contact in the picture, as in a narrow window of time: the layout has them far out, all around, where
// they leave hardly any room to the rest. They stand in rows below it.

import type { Dot, Drawing } from './drawing';

/** In a row at least: their labels have room beside each other. */
const IN_A_ROW = 6;
/** A row is so many times as wide as the picture is long: the stage is broader than high. */
const BREADTH = 2.3;
/** From row to row, and before the first, in lengths of the picture. */
const ROW = 0.09;
/** Of a picture of a single spot, in the layout's units. */
const LEAST = 0.2;

/** Moves them; nothing where all, or none, are so. What was pinned stays. */
export function inRowsBelow(dots: Map<string, Dot>, lines: Drawing['lines'], uses: Drawing['uses']): void {
  const joined = new Set<string>();
  for (const { from, to } of lines) if (from !== to) joined.add(from).add(to);
  for (const { entity, number } of uses) joined.add(entity).add(number);
  const others = [...dots.values()].filter((dot) => joined.has(dot.id) || dot.pinned);
  const lone = [...dots.values()].filter((dot) => !joined.has(dot.id) && !dot.pinned);
  if (lone.length === 0 || joined.size === 0) return;
  const [left, right] = span(others.map(({ x }) => x));
  const [floor, top] = span(others.map(({ y }) => y));
  const long = Math.max(right - left, top - floor, LEAST);
  const columns = Math.max(IN_A_ROW, Math.ceil(Math.sqrt(1.5 * lone.length)));
  lone.forEach((dot, place) => {
    dot.x = (left + right) / 2 + long * BREADTH * ((place % columns) / (columns - 1) - 0.5);
    dot.y = floor - long * ROW * (1.5 + Math.floor(place / columns));
  });
}

function span(along: number[]): [number, number] {
  return along.reduce<[number, number]>(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [Infinity, -Infinity]);
}
