// Where numbers are drawn that belong together: a network on a circle of its own, a community in a disc of its own.

import { type Columns, SUSPECT } from './drawing';

interface Places {
  x: number[];
  y: number[];
}

type Numbers = Columns['numbers'];

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** From one member of a network to the next, in the layout's units. */
const BESIDE = 0.07;
/** A suspect has a sign in its dot, and so many times the room of others. */
const SUSPECT_ROOM = 4;
/** Between two discs, in distances of two numbers. */
const GAP = 3;
/** Turns of the spiral along which discs look for a place. */
const TURN = 0.15;

/** Each network together on a circle; the others stay where the layout has them. */
export function inCircles(numbers: Numbers): Places {
  const members = new Map<string, number[]>();
  numbers.network.forEach((network, place) => {
    if (network !== null) members.set(network, [...(members.get(network) ?? []), place]);
  });
  const x = [...numbers.x];
  const y = [...numbers.y];
  for (const places of members.values()) {
    const mean = (along: number[]) => places.reduce((sum, place) => sum + (along[place] as number), 0) / places.length;
    const middle = { x: mean(numbers.x), y: mean(numbers.y) };
    const radius = Math.max(0.04, Math.min(0.5, (BESIDE * places.length) / (2 * Math.PI)));
    places.forEach((place, turn) => {
      const angle = (2 * Math.PI * turn) / places.length;
      x[place] = middle.x + radius * Math.cos(angle);
      y[place] = middle.y + radius * Math.sin(angle);
    });
  }
  return { x, y };
}

/** Of each number its community, numbered from 1 by size; null where none were asked for. */
export function communitiesOf(numbers: Numbers): number[] | null {
  const labels = numbers.community;
  if (!labels) return null;
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const order = [...sizes.keys()].sort((a, b) => (sizes.get(b) as number) - (sizes.get(a) as number) || a - b);
  const rank = new Map(order.map((label, place) => [label, place + 1]));
  return labels.map((label) => rank.get(label) as number);
}

/** Each community in a disc, the most suspect in its middle; the biggest disc in the middle of all, none on another. */
export function apart(numbers: Numbers, communities: number[]): Places {
  const members: number[][] = [];
  communities.forEach((community, place) => (members[community - 1] ??= []).push(place));
  const x = new Array<number>(communities.length).fill(0);
  const y = new Array<number>(communities.length).fill(0);
  const suspect = (place: number) => numbers.fraudProbability[place] as number;
  const room = (place: number) => (suspect(place) >= SUSPECT ? SUSPECT_ROOM : 1);
  for (const { places, middle } of discs(members, room)) {
    const inward = (place: number) => suspect(place) * 1e9 + (numbers.contacts[place] as number);
    let taken = 0;
    [...places].sort((a, b) => inward(b) - inward(a)).forEach((place, turn) => {
      x[place] = middle.x + Math.sqrt(taken) * Math.cos(turn * GOLDEN_ANGLE);
      y[place] = middle.y + Math.sqrt(taken) * Math.sin(turn * GOLDEN_ANGLE);
      taken += room(place);
    });
  }
  const farthest = Math.max(1, x.reduce((far, along, place) => Math.max(far, Math.hypot(along, y[place] as number)), 0));
  return { x: x.map((along) => along / farthest), y: y.map((along) => along / farthest) };
}

/** A middle for each group, the biggest first, outward along a spiral: each at the first place where it lies on no other. */
function discs(groups: number[][], room: (place: number) => number): { places: number[]; middle: { x: number; y: number } }[] {
  const laid: { places: number[]; middle: { x: number; y: number }; radius: number }[] = [];
  let turn = 0;
  for (const places of groups) {
    const radius = Math.sqrt(places.reduce((sum, place) => sum + room(place), 0)) + GAP / 2;
    const at = () => ({ x: turn * Math.cos(turn), y: turn * Math.sin(turn) });
    const free = ({ x, y }: { x: number; y: number }) => laid.every((one) => Math.hypot(one.middle.x - x, one.middle.y - y) >= one.radius + radius);
    while (!free(at())) turn += TURN;
    laid.push({ places, middle: at(), radius });
  }
  return laid;
}
