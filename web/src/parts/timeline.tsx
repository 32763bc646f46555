// What a person went through on one axis of time, as a picture and as a table: contacts, own steps, stages, losses, warnings.

import { useState } from 'preact/hooks';
import { count, instant, percent, span, wholeInstant } from '../formats';
import { useAnswer } from '../useAnswer';
import { type Speaking, useSpeaking } from '../words';
import { NumberLink } from './marks';
import { Answered } from './notice';
import { Table } from './table';
import document from '../../../schema/operations/page-timeline.graphql?raw';

interface Happening {
  at: string;
  kind: string;
  id: string | null;
  number: string | null;
  fraudProbability: number | null;
  seconds: number | null;
  stage: string | null;
  reference: string | null;
  channel: string | null;
  became: string | null;
  outcome: string | null;
}

interface Answer {
  node: { __typename: string; timeline?: { events: Happening[]; leftOut: number } } | null;
}

const FIRST = 200;
const MOST = 1000;

export function Timeline({ id, tick }: { id: string; tick: string }) {
  const { language, words, say } = useSpeaking();
  const [first, setFirst] = useState(FIRST);
  const asked = useAnswer<Answer>(document, { id, first }, tick, true);
  return (
    <section>
      <h2>{words.timeline}</h2>
      <Answered asked={asked}>
        {({ node }) => (
          <>
            <p class="quiet">{words.timelineNote}</p>
            {node?.timeline !== undefined && (
              <>
                <Axis events={node.timeline.events} />
                <Lines events={node.timeline.events} />
                {node.timeline.leftOut > 0 && (
                  <p class="quiet">
                    {say('timelineLeftOut', { n: count(node.timeline.leftOut, language) })}{' '}
                    {first < MOST && <button type="button" onClick={() => setFirst(MOST)}>{words.more}</button>}
                  </p>
                )}
              </>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}

/** Which line of the picture an event belongs on. */
const LANES = ['laneSuspects', 'laneOwn', 'laneStage', 'laneWarnings'] as const;
const LANE_OF: Record<string, number> = {
  CALL: 0, MESSAGE: 0, CALL_BACK: 1, MESSAGE_BACK: 1, VERIFICATION: 1, BANK_CALL: 1, CODE: 1, LOSS: 1, STAGE: 2, WARNING: 3,
};
const STAGES = ['CONTACTED', 'LISTENING', 'ENGAGED', 'COMMITTED', 'LOST'];
const [WIDE, LEFT, LANE, TOP] = [960, 110, 34, 8];
const TICKS = 5;

function Axis({ events }: { events: Happening[] }) {
  const speaking = useSpeaking();
  const { words, name } = speaking;
  if (events.length === 0) return null;
  const times = events.map((one) => Date.parse(one.at));
  const [from, to] = [times[0] as number, times[times.length - 1] as number];
  const x = (at: number) => LEFT + 14 + ((WIDE - LEFT - 70) * (at - from)) / Math.max(to - from, 1);
  const y = (lane: number) => TOP + lane * LANE + LANE / 2;
  const high = TOP + LANES.length * LANE;
  const stages = events.filter((one) => one.stage !== null);
  const ticks = Array.from({ length: TICKS }, (_, place) => from + ((to - from) * place) / (TICKS - 1));
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDE} ${high + 24}`} role="img" aria-label={words.timelinePicture} class="axis">
        {LANES.map((lane, place) => (
          <g key={lane}>
            <line x1={LEFT} x2={WIDE} y1={y(place)} y2={y(place)} />
            <text x={LEFT - 8} y={y(place) + 4} text-anchor="end">{words[lane]}</text>
          </g>
        ))}
        {stages.map((one, place) => {
          const until = stages[place + 1];
          const begin = x(Date.parse(one.at));
          const end = until === undefined ? WIDE - 8 : x(Date.parse(until.at));
          return (
            <g key={place} class={`band stage-${STAGES.indexOf(one.stage as string)}`}>
              <title>{`${instant(one.at)} ${name(one.stage as string)}`}</title>
              <rect x={begin} y={y(2) - 9} width={Math.max(2, end - begin)} height={18} />
              {end - begin > 12 * name(one.stage as string).length && <text x={begin + 5} y={y(2) + 4}>{name(one.stage as string)}</text>}
            </g>
          );
        })}
        {events.filter((one) => one.kind !== 'STAGE').map((one, place) => (
          <g key={place} class={`event-${one.kind}`}>
            <title>{`${wholeInstant(one.at)} ${told(one, speaking)}`}</title>
            <Sign kind={one.kind} x={x(Date.parse(one.at))} y={y(LANE_OF[one.kind] ?? 0)} seconds={one.seconds} />
          </g>
        ))}
        {ticks.map((at, place) => (
          <text key={place} x={x(at)} y={high + 16} text-anchor={place === 0 ? 'start' : place === TICKS - 1 ? 'end' : 'middle'}>
            {instant(new Date(at).toISOString())}
          </text>
        ))}
      </svg>
    </figure>
  );
}

/** Talk is round and as large as it was long; what is written is square; a loss and a warning stand on their points. */
function Sign({ kind, x, y, seconds }: { kind: string; x: number; y: number; seconds: number | null }) {
  if (kind === 'LOSS' || kind === 'WARNING') return <path d={`M ${x} ${y - 8} l 8 8 l -8 8 l -8 -8 z`} />;
  if (kind === 'MESSAGE' || kind === 'MESSAGE_BACK' || kind === 'CODE') return <rect x={x - 5} y={y - 5} width={10} height={10} />;
  return <circle cx={x} cy={y} r={4 + Math.min(9, Math.log2(1 + (seconds ?? 0) / 20))} />;
}

function Lines({ events }: { events: Happening[] }) {
  const speaking = useSpeaking();
  const { words } = speaking;
  if (events.length === 0) return <p class="quiet">{words.nothing}</p>;
  return (
    <div class="scroll tall">
      <Table named={words.timeline} heads={['when', 'what', 'number', ['fraudProbability']]}>
        {[...events].reverse().map((one, place) => (
          <tr key={place} class={`event-${one.kind}`}>
            <td class="when"><time dateTime={one.at} title={wholeInstant(one.at)}>{instant(one.at)}</time></td>
            <td><span class="sign" aria-hidden="true" /> {told(one, speaking)}</td>
            <td>{one.id === null || one.number === null ? '' : <NumberLink id={one.id} number={one.number} />}</td>
            <td class="figure">{one.fraudProbability === null ? '' : percent(one.fraudProbability)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

/** An event in words, without its number. */
function told(one: Happening, { language, words, name }: Speaking): string {
  const kind = name(`EVENT_${one.kind}`);
  if (one.stage !== null) return `${kind}${words.colon}${name(one.stage)}`;
  if (one.became !== null) {
    const came = one.outcome === null ? name(one.became) : name(one.outcome);
    return [kind, one.reference, one.channel === null ? null : name(one.channel)].filter(Boolean).join(' ') + `${words.colon}${came}`;
  }
  if (one.seconds === null) return kind;
  return `${kind}${words.comma}${one.seconds === 0 ? words.noTalk : span(one.seconds, language)}`;
}
