// The queue for those who may see it: what waits, how old, and what capacity is left.

import { count, instant, span } from '../formats';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { Regions } from './regions';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-queue.graphql?raw';

export interface Depth {
  channel: string;
  region: string | null;
  grade: string;
  depth: number;
  leased: number;
  dead: number;
  oldestAgeSeconds: number | null;
}

export interface Capacity {
  channel: string;
  region: string;
  perDay: number | null;
  usedDay: number;
  leftDay: number | null;
}

interface Answer {
  dispatch: { pausedAt: string | null; queues: Depth[]; capacities: Capacity[] };
}

const CHANNELS = ['SMS', 'CALL', 'VISIT', 'APP', 'VOICE'];

export function Queue({ tick }: { tick: string }) {
  const { language, words, name } = useSpeaking();
  const asked = useAnswer<Answer>(document, {}, tick);
  return (
    <section>
      <h2>{words.queueTitle}</h2>
      <Answered asked={asked}>
        {({ dispatch }) => (
          <>
            {dispatch.pausedAt !== null && <p class="notice">{words.paused} {instant(dispatch.pausedAt)}</p>}
            <Table named={words.queueTitle} heads={['channel', ['depth'], ['leased'], ['dead'], ['oldest'], ['usedToday'], ['leftToday']]}>
              {CHANNELS.map((channel) => line(channel, dispatch)).filter((one) => one.waits + one.leased + one.used > 0 || one.bounded)
                .map((one) => (
                  <tr key={one.channel}>
                    <th scope="row">{name(one.channel)}</th>
                    <td class="figure">{count(one.waits, language)}</td>
                    <td class="figure">{count(one.leased, language)}</td>
                    <td class="figure">{count(one.dead, language)}</td>
                    <td class="figure">{span(one.oldest, language)}</td>
                    <td class="figure">{count(one.used, language)}</td>
                    <td class="figure">{one.left === null ? words.unbounded : count(one.left, language)}</td>
                  </tr>
                ))}
            </Table>
            <Short lines={CHANNELS.map((channel) => line(channel, dispatch))} />
            {(dispatch.queues.length > 0 || dispatch.capacities.length > 0) && <Regions {...dispatch} />}
          </>
        )}
      </Answered>
    </section>
  );
}

/** Where more wait than can still be made today: what a supervisor has to know before all else. */
function Short({ lines }: { lines: ReturnType<typeof line>[] }) {
  const { language, name, say } = useSpeaking();
  const short = lines.filter((one) => one.left !== null && one.waits > one.left);
  return (
    <>
      {short.map((one) => (
        <p key={one.channel} class="notice">
          {say('shortToday', { channel: name(one.channel), n: count(one.waits - (one.left ?? 0), language), m: count(one.waits, language) })}
        </p>
      ))}
    </>
  );
}

/** One channel over all grades and regions; its capacity is that of the widest region. */
function line(channel: string, dispatch: Answer['dispatch']) {
  const queues = dispatch.queues.filter((one) => one.channel === channel);
  const widest = dispatch.capacities
    .filter((one) => one.channel === channel)
    .sort((a, b) => a.region.length - b.region.length)[0];
  const ages = queues.map((one) => one.oldestAgeSeconds).filter((age) => age !== null);
  return {
    channel,
    waits: queues.reduce((sum, one) => sum + one.depth, 0),
    leased: queues.reduce((sum, one) => sum + one.leased, 0),
    dead: queues.reduce((sum, one) => sum + one.dead, 0),
    oldest: ages.length === 0 ? null : Math.max(...ages),
    used: widest?.usedDay ?? 0,
    left: widest?.leftDay ?? null,
    bounded: widest !== undefined && widest.perDay !== null && widest.perDay > 0,
  };
}
