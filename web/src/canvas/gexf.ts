// What is drawn as GEXF 1.3, which Gephi reads with places and sizes. Numbers stay masked; ids are opaque.

import type { Drawing } from './drawing';
import { escaped, type Provenance } from './exports';

/** Of each attribute its type and whose it is. Places in the list are its ids. */
const OF_NODES: [string, string][] = [
  ['kind', 'string'], ['network', 'string'], ['role', 'string'], ['grade', 'string'], ['entity', 'string'], ['fraudProbability', 'double'], ['community', 'integer'],
];
const OF_EDGES: [string, string][] = [['calls', 'integer'], ['messages', 'integer'], ['talkSeconds', 'integer'], ['firstAt', 'string'], ['lastAt', 'string']];
/** The layout keeps within 1 of its middle; Gephi draws a dot some ten units wide. */
const SPREAD = 1000;

export function asGexf(drawing: Drawing, from: Provenance): string {
  const nodes = [...drawing.dots.values()].map((dot) =>
    `<node id="${escaped(dot.id)}" label="${escaped(dot.label)}">${values(OF_NODES, { ...dot })}<viz:position x="${dot.x * SPREAD}" y="${dot.y * SPREAD}" z="0"/></node>`);
  const edges = drawing.lines.map((line, place) =>
    `<edge id="${place}" source="${escaped(line.from)}" target="${escaped(line.to)}" weight="${line.events}">${values(OF_EDGES, { ...line })}</edge>`);
  const uses = drawing.uses.map(({ entity, number }, place) =>
    `<edge id="${drawing.lines.length + place}" source="${escaped(entity)}" target="${escaped(number)}"/>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
    `<meta lastmodifieddate="${from.made.slice(0, 10)}"><creator>graphsvc</creator><description>${escaped(JSON.stringify(from))}</description></meta>`,
    '<graph defaultedgetype="directed" mode="static">',
    declared('node', OF_NODES),
    declared('edge', OF_EDGES),
    '<nodes>', ...nodes, '</nodes>',
    '<edges>', ...edges, ...uses, '</edges>',
    '</graph></gexf>',
  ].join('\n');
}

function declared(whose: string, attributes: [string, string][]): string {
  return `<attributes class="${whose}">${attributes.map(([title, type], id) => `<attribute id="${id}" title="${title}" type="${type}"/>`).join('')}</attributes>`;
}

function values(attributes: [string, string][], thing: Record<string, unknown>): string {
  const said = attributes.map(([title], id) => [id, thing[title] ?? null] as const).filter(([, value]) => value !== null);
  return `<attvalues>${said.map(([id, value]) => `<attvalue for="${id}" value="${escaped(String(value))}"/>`).join('')}</attvalues>`;
}
