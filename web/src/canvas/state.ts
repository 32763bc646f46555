// What is on the canvas and how: a value without a way to change it. Undo and redo walk through the values there were.

import type { Drawing } from './drawing';

export type Grouping = '' | 'network' | 'community';

export interface View {
  /** Numbers that the neighbourhood begins from. Opaque ids. */
  seeds: string[];
  /** Numbers all of whose contacts are drawn, whatever the limit. */
  expanded: string[];
  hops: number;
  limit: number;
  minEvents: number;
  since: string;
  until: string;
  hidden: string[];
  /** When not empty, nothing else is drawn. */
  kept: string[];
  /** Numbers that stay where somebody put them, and are drawn whatever is filtered: id to place, in the layout's units. */
  pinned: Record<string, [number, number]>;
  /** What lies together: members of a network, or numbers that are more in contact with each other than with the rest. */
  grouped: Grouping;
  minContacts: number;
  /** Kinds of entities of suspects that are drawn: none at first. */
  kinds: string[];
}

export const LIMIT_FIRST = 300;
export const LIMIT_WARN = 2000;
export const LIMIT_MOST = 10_000;
/** The service begins from so many numbers, the expanded ones included. */
export const STARTS_MOST = 100;

/** As addresses have it; `yes` is of older ones. */
const GROUPINGS: Record<string, Grouping> = { yes: 'network', network: 'network', community: 'community' };

export function beginning(seeds: string[], settings: URLSearchParams): View {
  const number = (name: string, otherwise: number, most: number) => {
    const given = Number(settings.get(name));
    return Number.isInteger(given) && given >= 1 ? Math.min(given, most) : otherwise;
  };
  const list = (name: string) => (settings.get(name) ?? '').split(',').filter((one) => one !== '');
  const expanded = list('expanded').slice(0, STARTS_MOST);
  return {
    seeds: startsOf([...list('more'), ...seeds], expanded),
    expanded,
    hops: number('hops', 1, 3),
    limit: number('limit', LIMIT_FIRST, LIMIT_MOST),
    minEvents: number('events', 1, 1_000_000),
    since: settings.get('since') ?? '',
    until: settings.get('until') ?? '',
    hidden: list('hidden'),
    kept: list('kept'),
    pinned: pins(list('pinned')),
    grouped: GROUPINGS[settings.get('grouped') ?? ''] ?? '',
    minContacts: number('contacts', 1, 1_000_000),
    kinds: list('entities'),
  };
}

/** Pins as an address has them: `id~x~y`. */
function pins(texts: string[]): Record<string, [number, number]> {
  const read = texts.map((text) => text.split('~')).map(([id = '', x, y]) => [id, [Number(x), Number(y)]] as [string, [number, number]]);
  return Object.fromEntries(read.filter(([id, place]) => id !== '' && place.every(Number.isFinite)));
}

/** The settings that bring the view back; `inAddress` are the seeds that the address names by itself. */
export function settingsOf(view: View, inAddress: string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  const put = (name: string, value: string, usual: string) => {
    if (value !== usual) settings[name] = value;
  };
  put('more', view.seeds.filter((one) => !inAddress.includes(one)).join(','), '');
  put('expanded', view.expanded.join(','), '');
  put('hops', String(view.hops), '1');
  put('limit', String(view.limit), String(LIMIT_FIRST));
  put('events', String(view.minEvents), '1');
  put('since', view.since, '');
  put('until', view.until, '');
  put('hidden', view.hidden.join(','), '');
  put('kept', view.kept.join(','), '');
  put('pinned', Object.entries(view.pinned).map(([id, [x, y]]) => `${id}~${x.toFixed(4)}~${y.toFixed(4)}`).join(','), '');
  put('grouped', view.grouped, '');
  put('contacts', String(view.minContacts), '1');
  put('entities', view.kinds.join(','), '');
  return settings;
}

/** Those of the numbers, each once and in order, from which the service can begin beside the expanded ones. */
function startsOf(ids: string[], expanded: string[]): string[] {
  return [...new Set(ids)].filter((id) => !expanded.includes(id)).slice(0, STARTS_MOST - expanded.length);
}

/** Those of the numbers that can still be expanded: a picture begins from so many. */
export function expandable(view: View, ids: string[]): string[] {
  return [...new Set(ids)].filter((id) => !view.expanded.includes(id)).slice(0, STARTS_MOST - view.expanded.length);
}

export function expanded(view: View, ids: string[]): Partial<View> {
  const all = [...view.expanded, ...expandable(view, ids)];
  return { expanded: all, seeds: startsOf(view.seeds, all) };
}

/** What expanding these numbers would draw more, and whether that is a crowd, which somebody is told of first. */
export function ahead(view: View, drawing: Drawing, ids: string[]): { hidden: number; drawn: number; windowed: boolean; crowd: boolean } {
  const hidden = ids.reduce((sum, id) => sum + (drawing.dots.get(id)?.away ?? 0), 0);
  const drawn = [...drawing.dots.values()].filter((dot) => dot.entity === null).length;
  const windowed = view.since !== '' || view.until !== '';
  return { hidden, drawn, windowed, crowd: !windowed && expandable(view, ids).length > 0 && hidden + drawn > LIMIT_WARN };
}

/** How many more are drawn where of very many contacts only the busiest are wanted. */
export const BUSIEST = 300;

/** Of all contacts of these numbers the busiest, beside what is drawn now. `drawn`: how many numbers that is. */
export function busiest(view: View, ids: string[], drawn: number): Partial<View> {
  return { ...drawnToo(view, ids), limit: Math.min(LIMIT_MOST, Math.max(view.limit, drawn + BUSIEST)) };
}

/** Numbers that are to be drawn, whatever else is. */
export function drawnToo(view: View, ids: string[]): Partial<View> {
  return { seeds: startsOf([...ids, ...view.seeds], view.expanded) };
}

export function hiding(view: View, ids: string[]): Partial<View> {
  return { hidden: [...new Set([...view.hidden, ...ids])] };
}

export function kept(ids: string[]): Partial<View> {
  return { kept: ids };
}

/** Where each of them lies now. */
export function pinnedAt(view: View, dots: { id: string; x: number; y: number }[]): Partial<View> {
  return { pinned: { ...view.pinned, ...Object.fromEntries(dots.map(({ id, x, y }) => [id, [x, y] as [number, number]])) } };
}

export function loosened(view: View, ids: string[]): Partial<View> {
  return { pinned: Object.fromEntries(Object.entries(view.pinned).filter(([id]) => !ids.includes(id))) };
}

export interface History {
  past: View[];
  now: View;
  next: View[];
}

const REMEMBERED = 100;

export function changed(history: History, part: Partial<View>): History {
  return { past: [...history.past, history.now].slice(-REMEMBERED), now: { ...history.now, ...part }, next: [] };
}

export function undone(history: History): History {
  const before = history.past[history.past.length - 1];
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, next: [history.now, ...history.next] };
}

export function redone(history: History): History {
  const [after, ...rest] = history.next;
  return after === undefined ? history : { past: [...history.past, history.now], now: after, next: rest };
}
