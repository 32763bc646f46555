// How suspect a number was over time, as far as analyses are kept: a small chart, a sentence, and the same as a table.

import { count, instant, percent } from '../formats';
import { useAnswer } from '../useAnswer';
import { type Speaking, useSpeaking } from '../words';
import { ClassMark } from './marks';
import { Answered } from './notice';
import { Table } from './table';
import document from '../../../schema/operations/page-history.graphql?raw';

interface Standing {
  analysisId: string;
  asOf: string;
  class: string;
  fraudProbability: number;
  network: string | null;
}

const SUSPECT = 0.5;
const [WIDE, HIGH, LEFT, TOP] = [460, 120, 44, 10];

export function History({ id, asOf, tick }: { id: string; asOf: string | null; tick: string }) {
  const { words } = useSpeaking();
  const asked = useAnswer<{ number: { history: Standing[] } | null }>(document, { id, asOf }, tick, true);
  return (
    <>
      <h2>{words.history}</h2>
      <Answered asked={asked}>{({ number }) => <Told history={number?.history ?? []} />}</Answered>
    </>
  );
}

function Told({ history }: { history: Standing[] }) {
  const speaking = useSpeaking();
  const { language, words, say } = speaking;
  if (history.length < 2) return <p class="quiet">{words.historyOne}</p>;
  const said = inWords(history, speaking);
  return (
    <>
      <p>{said}</p>
      <Chart history={history} said={said} />
      <details>
        <summary>{say('historyTable', { n: count(history.length, language) })}</summary>
        <div class="scroll tall">
          <Table named={words.history} heads={['when', 'class', ['fraudProbability'], 'network']}>
            {[...history].reverse().map((one) => (
              <tr key={one.analysisId}>
                <td class="when">{instant(one.asOf)}</td>
                <td><ClassMark kind={one.class} /></td>
                <td class="figure">{percent(one.fraudProbability)}</td>
                <td class="tail">{one.network ?? '–'}</td>
              </tr>
            ))}
          </Table>
        </div>
      </details>
    </>
  );
}

/** What changed, and when; or that nothing did. */
function inWords(history: Standing[], { name, say }: Speaking): string {
  const [first, last] = [history[0] as Standing, history[history.length - 1] as Standing];
  const change = [...history].reverse().findIndex((one) => one.class !== last.class);
  const since = change < 0 ? first : (history[history.length - change] as Standing);
  return say(change < 0 ? 'historySame' : 'historyChanged', {
    class: name(last.class),
    since: instant(since.asOf),
    before: change < 0 ? '' : name((history[history.length - change - 1] as Standing).class),
    from: percent(first.fraudProbability),
    to: percent(last.fraudProbability),
  });
}

function Chart({ history, said }: { history: Standing[]; said: string }) {
  const times = history.map((one) => Date.parse(one.asOf));
  const [from, to] = [times[0] as number, times[times.length - 1] as number];
  const x = (at: number) => LEFT + ((WIDE - LEFT - 12) * (at - from)) / Math.max(to - from, 1);
  const y = (share: number) => TOP + (HIGH - TOP) * (1 - share);
  const points = history.map((one, place) => [x(times[place] as number), y(one.fraudProbability)] as const);
  // An analysis holds until the next one.
  const steps = points.map(([px, py], place) => (place === 0 ? `M ${px} ${py}` : `H ${px} V ${py}`)).join(' ');
  return (
    <svg viewBox={`0 0 ${WIDE} ${HIGH + 26}`} role="img" aria-label={said} class="axis history">
      {[0, SUSPECT, 1].map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={WIDE - 12} y1={y(share)} y2={y(share)} class={share === SUSPECT ? 'bound' : ''} />
          <text x={LEFT - 6} y={y(share) + 4} text-anchor="end">{percent(share)}</text>
        </g>
      ))}
      <path d={steps} />
      {history.map((one, place) => (
        <circle key={one.analysisId} cx={points[place]?.[0]} cy={points[place]?.[1]} r={4} class={`class-${one.class}`}>
          <title>{`${instant(one.asOf)}: ${percent(one.fraudProbability)}`}</title>
        </circle>
      ))}
      <text x={LEFT} y={HIGH + 20}>{instant(history[0]?.asOf)}</text>
      <text x={WIDE - 12} y={HIGH + 20} text-anchor="end">{instant(history[history.length - 1]?.asOf)}</text>
    </svg>
  );
}
