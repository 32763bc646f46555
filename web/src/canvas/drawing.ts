// From the service's columns to what is drawn: numbers and contacts that the view does not hide.

import { apart, communitiesOf, inCircles } from './groups';
import { fromTheGroundUp } from './layers';
import { inRowsBelow } from './lone';
import type { View } from './state';

export interface Columns {
  numbers: {
    id: string[];
    number: string[];
    contacts: number[];
    class: string[];
    fraudProbability: number[];
    network: (string | null)[];
    flagged: boolean[];
    publicRole: (string | null)[];
    role: (string | null)[];
    grade: (string | null)[];
    x: number[];
    y: number[];
    /** How many investigations hold it, and how many notes there are about it. */
    investigations: number[];
    notes: number[];
    /** Labels, where they were asked for. */
    community: number[] | null;
  };
  contacts: {
    a: number[];
    b: number[];
    events: number[];
    calls: number[];
    messages: number[];
    talkSeconds: number[];
    firstAt: string[];
    lastAt: string[];
  };
  /** Devices, holders, accounts … of suspects, where they were asked for. */
  entities?: {
    id: string[];
    kind: string[];
    token: string[];
    numbers: number[];
    fraudProbability: (number | null)[];
    x: number[];
    y: number[];
    usedBy: { entity: number[]; number: number[] };
    kinds: { kind: string; count: number; leftOut: number }[];
  } | null;
  numbersLeftOut: number;
  contactsLeftOut: number;
  hubsNotWalked: number;
}

export type Kind = 'suspect' | 'flagged' | 'public' | 'other' | 'entity' | Grade;

export type Grade = 'HIGH' | 'MEDIUM' | 'LOW';

export interface Dot {
  id: string;
  label: string;
  kind: Kind;
  network: string | null;
  /** Which of the communities in view, the biggest is 1; null where they were not asked for. */
  community: number | null;
  /** What it does in its network. */
  role: string | null;
  /** Of a person at risk. */
  grade: Grade | null;
  /** Of a device, holder or account: its kind. */
  entity: string | null;
  fraudProbability: number;
  /** How many there are about it, in investigations. */
  notes: number;
  /** All its contacts, drawn or not. */
  contacts: number;
  /** How many of them are drawn. */
  drawn: number;
  /** Those that are not, counted as `contacts` are: either way between two numbers is one. */
  away: number;
  x: number;
  y: number;
  seed: boolean;
  pinned: boolean;
}

export interface Line {
  from: string;
  to: string;
  events: number;
  calls: number;
  messages: number;
  talkSeconds: number;
  firstAt: string;
  lastAt: string;
}

export interface Drawing {
  /** From the ground up: later ones lie over earlier ones. */
  dots: Map<string, Dot>;
  lines: Line[];
  /** Who has which entity. */
  uses: { entity: string; number: string }[];
  /** What stands in a dot, by role, grade and kind of entity: no colour alone tells them. */
  signs: Record<string, string>;
}

export const SUSPECT = 0.5;

/** What is written on the canvas, in the reader's language. */
export interface Written {
  signs: Record<string, string>;
  /** Of an entity: its kind and the end of its token. */
  entityLabel: (kind: string, token: string) => string;
}

export function draw(columns: Columns, view: View, { signs, entityLabel }: Written): Drawing {
  const { numbers, contacts } = columns;
  const kept = new Set(view.kept);
  const hidden = new Set(view.hidden);
  const seeds = new Set([...view.seeds, ...view.expanded]);
  const dots = new Map<string, Dot>();
  const communities = communitiesOf(numbers);
  const places = view.grouped === 'network' ? inCircles(numbers) : communities !== null ? apart(numbers, communities) : numbers;
  numbers.id.forEach((id, place) => {
    const all = numbers.contacts[place] as number;
    const pin = view.pinned[id];
    const passes = (kept.size === 0 || kept.has(id)) && (seeds.has(id) || all >= view.minContacts);
    if (hidden.has(id) || (pin === undefined && !passes)) return;
    dots.set(id, {
      id,
      label: numbers.number[place] as string,
      kind: kindOf(numbers, place),
      network: numbers.network[place] ?? null,
      community: communities?.[place] ?? null,
      role: numbers.role[place] ?? null,
      grade: gradeOf(numbers, place),
      entity: null,
      fraudProbability: numbers.fraudProbability[place] as number,
      notes: numbers.notes[place] as number,
      contacts: all,
      drawn: 0,
      away: all,
      x: pin?.[0] ?? (places.x[place] as number),
      y: pin?.[1] ?? (places.y[place] as number),
      seed: seeds.has(id),
      pinned: pin !== undefined,
    });
  });
  const lines: Line[] = [];
  const pairs = new Set<number>(); // two who ring each other are one contact of each
  const placed = numbers.id.map((id) => dots.get(id));
  contacts.a.forEach((a, place) => {
    const b = contacts.b[place] as number;
    const [from, to] = [placed[a], placed[b]];
    if (from === undefined || to === undefined) return;
    from.away -= 1;
    to.away -= to === from ? 0 : 1;
    const pair = Math.min(a, b) * placed.length + Math.max(a, b);
    if (!pairs.has(pair)) {
      pairs.add(pair);
      from.drawn += 1;
      to.drawn += 1;
    }
    lines.push({
      from: from.id,
      to: to.id,
      events: contacts.events[place] as number,
      calls: contacts.calls[place] as number,
      messages: contacts.messages[place] as number,
      talkSeconds: contacts.talkSeconds[place] as number,
      firstAt: contacts.firstAt[place] as string,
      lastAt: contacts.lastAt[place] as string,
    });
  });
  const uses = drawEntities(columns, view, dots, entityLabel);
  if (view.grouped === '') inRowsBelow(dots, lines, uses);
  return { dots: fromTheGroundUp(dots), lines, uses, signs };
}

/** Adds the entities of the kinds that are wanted, where any of their numbers is drawn; answers who has which. */
function drawEntities(columns: Columns, view: View, dots: Map<string, Dot>, label: Written['entityLabel']): Drawing['uses'] {
  const { entities, numbers } = columns;
  if (!entities || view.kinds.length === 0) return [];
  const users = new Map<number, Dot[]>();
  entities.usedBy.entity.forEach((entity, place) => {
    const dot = dots.get(numbers.id[entities.usedBy.number[place] as number] as string);
    if (dot !== undefined) users.set(entity, [...(users.get(entity) ?? []), dot]);
  });
  return entities.id.flatMap((id, place) => {
    const having = users.get(place) ?? [];
    const kind = entities.kind[place] as string;
    if (having.length === 0 || !view.kinds.includes(kind) || view.hidden.includes(id)) return [];
    const pin = view.pinned[id];
    dots.set(id, {
      id,
      label: label(kind, entities.token[place] as string),
      kind: 'entity',
      network: null,
      community: null,
      role: null,
      grade: null,
      entity: kind,
      fraudProbability: entities.fraudProbability[place] ?? 0,
      notes: 0,
      contacts: entities.numbers[place] as number,
      drawn: having.length,
      away: 0,
      x: pin?.[0] ?? (entities.x[place] as number),
      y: pin?.[1] ?? (entities.y[place] as number),
      seed: false,
      pinned: pin !== undefined,
    });
    return having.map((dot) => ({ entity: id, number: dot.id }));
  });
}

function kindOf(numbers: Columns['numbers'], place: number): Kind {
  if (numbers.flagged[place] === true) return 'flagged';
  if ((numbers.publicRole[place] ?? null) !== null) return 'public';
  if ((numbers.fraudProbability[place] as number) >= SUSPECT) return 'suspect';
  return gradeOf(numbers, place) ?? 'other';
}

function gradeOf(numbers: Columns['numbers'], place: number): Grade | null {
  return (numbers.grade[place] ?? null) as Grade | null;
}
