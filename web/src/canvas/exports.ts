// What is drawn, as files for other tools, each with where it comes from. Numbers stay masked; ids are opaque.

import type { Drawing } from './drawing';

export interface Provenance {
  asOf: string;
  made: string;
  /** Of the audit log: who saved it, and why. */
  auditEntry: number;
  /** Brings the view back. */
  link: string;
  numbersLeftOut: number;
  contactsLeftOut: number;
}

export function asCsv(drawing: Drawing, from: Provenance): string {
  const label = (id: string) => drawing.dots.get(id)?.label ?? '';
  const rows = drawing.lines.map((line) =>
    [label(line.from), label(line.to), line.events, line.calls, line.messages, line.talkSeconds, line.firstAt, line.lastAt, line.from, line.to].map(cell));
  // Two numbers may look alike when they are masked: the ids tell them apart.
  const head = ['from', 'to', 'events', 'calls', 'messages', 'talk_seconds', 'first_at', 'last_at', 'from_id', 'to_id'];
  const about = Object.entries(from).map(([name, value]) => `# ${name}: ${value}`);
  return [...about, head.join(','), ...rows.map((row) => row.join(','))].join('\r\n');
}

export function asJson(drawing: Drawing, from: Provenance): string {
  const dots = [...drawing.dots.values()];
  return JSON.stringify({ provenance: from, numbers: dots.filter((dot) => dot.entity === null), contacts: drawing.lines, entities: dots.filter((dot) => dot.entity !== null), uses: drawing.uses }, null, 1);
}

export function asGraphml(drawing: Drawing, from: Provenance): string {
  const keys: [string, string, string][] = [
    ['label', 'node', 'string'], ['kind', 'node', 'string'], ['network', 'node', 'string'], ['role', 'node', 'string'], ['grade', 'node', 'string'], ['entity', 'node', 'string'],
    ['fraudProbability', 'node', 'double'], ['community', 'node', 'int'],
    ['events', 'edge', 'int'], ['talkSeconds', 'edge', 'int'], ['firstAt', 'edge', 'string'], ['lastAt', 'edge', 'string'],
  ];
  const data = (values: Record<string, unknown>) =>
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => `<data key="${key}">${escaped(String(value))}</data>`)
      .join('');
  const nodes = [...drawing.dots.values()].map(({ id, label, kind, network, role, grade, entity, fraudProbability, community }) =>
    `<node id="${escaped(id)}">${data({ label, kind, network, role, grade, entity, fraudProbability, community })}</node>`);
  const edges = drawing.lines.map(({ from: source, to, events, talkSeconds, firstAt, lastAt }) =>
    `<edge source="${escaped(source)}" target="${escaped(to)}">${data({ events, talkSeconds, firstAt, lastAt })}</edge>`);
  const uses = drawing.uses.map(({ entity, number }) => `<edge source="${escaped(entity)}" target="${escaped(number)}"/>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    `<desc>${escaped(JSON.stringify(from))}</desc>`,
    ...keys.map(([id, target, type]) => `<key id="${id}" for="${target}" attr.name="${id}" attr.type="${type}"/>`),
    '<graph edgedefault="directed">',
    ...nodes,
    ...edges,
    ...uses,
    '</graph></graphml>',
  ].join('\n');
}

/** A spreadsheet would run a cell that begins like a formula; a masked number begins with a plus. */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value.replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
