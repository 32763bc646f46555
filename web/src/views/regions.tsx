// The queue of each of the four levels: the whole country, provinces, cities, counties; whoever waits longest first.

import { useState } from 'preact/hooks';
import { count, span } from '../formats';
import { Table } from '../parts/table';
import { useSpeaking, type Word } from '../words';
import type { Capacity, Depth } from './queue';

/** Digits of a region's code at each level. */
const LEVELS: [Word, number][] = [['ministry', 0], ['province', 2], ['city', 4], ['county', 6]];
const SHOWN = 12;

interface Row {
  region: string;
  channel: string;
  waits: number;
  leased: number;
  dead: number;
  oldest: number | null;
  used: number | null;
  left: number | null;
}

export function Regions({ queues, capacities }: { queues: Depth[]; capacities: Capacity[] }) {
  const { language, words, name, say } = useSpeaking();
  const [level, setLevel] = useState(2);
  const [all, setAll] = useState(false);
  const rows = rowsOf(queues, capacities, level);
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <>
      <label class="choice">
        {words.byLevel}
        <select value={String(level)} onChange={(event) => setLevel(Number(event.currentTarget.value))}>
          {LEVELS.map(([word, digits]) => <option key={word} value={digits}>{words[word]}</option>)}
        </select>
      </label>
      {rows.length === 0 ? <p class="quiet">{words.nothingAtLevel}</p> : (
        <div class="scroll">
          <Table named={`${words.queueTitle}${words.colon}${words[LEVELS.find(([, digits]) => digits === level)?.[0] ?? 'ministry']}`} heads={['region', 'channel', ['depth'], ['leased'], ['dead'], ['oldest'], ['usedToday'], ['leftToday']]}>
            {shown.map((row) => (
              <tr key={`${row.region} ${row.channel}`}>
                <th scope="row">{row.region === '' ? (level === 0 ? words.wholeCountry : words.regionUnknown) : row.region}</th>
                <td>{name(row.channel)}</td>
                <td class="figure">{count(row.waits, language)}</td>
                <td class="figure">{count(row.leased, language)}</td>
                <td class="figure">{count(row.dead, language)}</td>
                <td class="figure">{span(row.oldest, language)}</td>
                <td class="figure">{count(row.used, language)}</td>
                <td class="figure">{count(row.left, language)}</td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      {rows.length > shown.length && (
        <button type="button" class="more" onClick={() => setAll(true)}>{say('showAllRows', { n: count(rows.length, language) })}</button>
      )}
    </>
  );
}

/** Used and left are those of a capacity of that very region: a capacity of a wider one is spent by many. */
function rowsOf(queues: Depth[], capacities: Capacity[], digits: number): Row[] {
  const rows = new Map<string, Row>();
  const row = (region: string, channel: string): Row => {
    const key = `${region} ${channel}`;
    const there = rows.get(key) ?? { region, channel, waits: 0, leased: 0, dead: 0, oldest: null, used: null, left: null };
    rows.set(key, there);
    return there;
  };
  for (const one of queues) {
    const code = one.region ?? '';
    const there = row(code.length < digits ? '' : code.slice(0, digits), one.channel);
    there.waits += one.depth;
    there.leased += one.leased;
    there.dead += one.dead;
    if (one.oldestAgeSeconds !== null) there.oldest = Math.max(there.oldest ?? 0, one.oldestAgeSeconds);
  }
  for (const one of capacities) {
    if (one.region.length !== digits || (one.perDay === 0 && !rows.has(`${one.region} ${one.channel}`))) continue;
    const there = row(one.region, one.channel);
    there.used = one.usedDay;
    there.left = one.leftDay;
  }
  return [...rows.values()].sort((a, b) => (b.oldest ?? -1) - (a.oldest ?? -1) || b.waits - a.waits || a.region.localeCompare(b.region));
}
