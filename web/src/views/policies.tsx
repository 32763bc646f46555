// Two policies side by side on past days: the measures of the evaluation report, with their intervals.

import { count, instant } from '../formats';
import { useState } from 'preact/hooks';
import { Command } from '../parts/command';
import { Answered } from '../parts/notice';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-evaluations.graphql?raw';

interface Figure {
  name: string;
  value: number | null;
  low: number | null;
  high: number | null;
  of: number | null;
}

interface Evaluation {
  name: string;
  policy: string;
  keptAt: string;
  since: string | null;
  until: string | null;
  warnings: number | null;
  peopleWarned: number | null;
  figures: Figure[];
}

/** What is told of each, in this order: is it a share, and is more of it better. */
const FIGURES: [string, boolean, boolean][] = [
  ['warned_in_time_recall', true, true],
  ['warned_in_time_recall_calls_visits', true, true],
  ['warned_in_time_recall_subscribers', true, true],
  ['lead_time_hours_median', false, true],
  ['lead_time_hours_p10', false, true],
  ['burden', false, false],
  ['precision_contact', true, true],
  ['precision_loss', true, true],
  ['precision_deep', true, true],
  ['precision_deep_calls_visits', true, true],
  ['scam_type_right', true, true],
  ['faithful_evidence', true, true],
  ['ece', true, false],
  ['brier', false, false],
];

export function Policies({ tick }: { tick: string }) {
  const { words } = useSpeaking();
  const asked = useAnswer<{ evaluations: Evaluation[] }>(document, {}, tick, true);
  return (
    <>
      <h1>{words.policies}</h1>
      <p class="quiet">{words.policiesNote}</p>
      <Answered asked={asked}>
        {({ evaluations }) => (evaluations.length === 0 ? <None /> : <Compared all={evaluations} />)}
      </Answered>
    </>
  );
}

/** How one comes by something to compare: two of the policies that there are, as an example. */
function None() {
  const { words } = useSpeaking();
  return (
    <>
      <p>{words.noPolicies}</p>
      <ol class="steps-to">
        <li>{words.policiesReplay}<Command line="graphsvc replay WORLD/feeds --out replays --policy worth --policy people" /></li>
        <li>
          {words.policiesEvaluate}
          {['worth', 'people'].map((policy) => <Command key={policy} line={`graphsvc evaluate WORLD/truth replays/${policy} --keep ${policy}`} />)}
        </li>
      </ol>
      <p class="quiet">{words.policiesThen}</p>
    </>
  );
}

function Compared({ all }: { all: Evaluation[] }) {
  const { language, words, name, say } = useSpeaking();
  const [chosen, setChosen] = useState<[string, string]>([all[Math.min(1, all.length - 1)]?.name ?? '', all[0]?.name ?? '']);
  const [a, b] = chosen.map((one) => all.find(({ name: its }) => its === one)) as [Evaluation | undefined, Evaluation | undefined];
  const sides: [Evaluation | undefined, number, string][] = [[a, 0, words.firstPolicy], [b, 1, words.secondPolicy]];
  const line = (label: string, tell: (one: Evaluation) => string) => (
    <tr key={label}>
      <th scope="row">{label}</th>
      {sides.map(([one, side]) => <td key={side} class="figure">{one === undefined ? '–' : tell(one)}</td>)}
      <td />
    </tr>
  );
  return (
    <>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        {sides.map(([one, side, label]) => (
          <label class="choice" key={side}>
            {label}
            <select value={one?.name ?? ''} onChange={(event) => {
              const next: [string, string] = [...chosen];
              next[side] = event.currentTarget.value;
              setChosen(next);
            }}>
              {all.map((each) => <option key={each.name} value={each.name}>{each.name}</option>)}
            </select>
          </label>
        ))}
      </form>
      {a !== undefined && b !== undefined && (a.since !== b.since || a.until !== b.until) && <p class="notice">{words.otherDays}</p>}
      <div class="scroll">
        <table class="compared" aria-label={words.policies}>
          <thead>
            <tr>
              <th scope="col">{words.measure}</th>
              {sides.map(([one, side]) => <th key={side} scope="col" class="figure">{one?.name ?? '–'}</th>)}
              <th scope="col">{words.difference}</th>
            </tr>
          </thead>
          <tbody>
            {line(words.policy, (one) => one.policy)}
            {line(words.days, (one) => `${instant(one.since)} – ${instant(one.until)}`)}
            {line(words.warnings, (one) => count(one.warnings, language))}
            {line(words.peopleWarned, (one) => count(one.peopleWarned, language))}
            {FIGURES.map(([figure, share, more]) => {
              const [x, y] = [a, b].map((one) => one?.figures.find((each) => each.name === figure));
              return (
                <tr key={figure}>
                  <th scope="row">{name(figure)}</th>
                  <Told one={x} share={share} />
                  <Told one={y} share={share} />
                  <td>{difference(x, y, share, more, words)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {b !== undefined && <p class="quiet">{say('keptOn', { at: instant(b.keptAt) })}</p>}
    </>
  );
}

function Told({ one, share }: { one: Figure | undefined; share: boolean }) {
  if (one === undefined || one.value === null) return <td class="figure">–</td>;
  return (
    <td class="figure">
      {told(one.value, share)}
      {one.low !== null && one.high !== null && <small> {told(one.low, share)} – {told(one.high, share)}</small>}
    </td>
  );
}

function told(value: number, share: boolean): string {
  return share ? `${(value * 100).toFixed(1)} %` : value.toFixed(2);
}

/** Better or worse only where the intervals lie apart; otherwise the same days with other gangs might say otherwise. */
function difference(x: Figure | undefined, y: Figure | undefined, share: boolean, more: boolean, words: Record<'better' | 'worse' | 'maybeChance', string>) {
  if (x === undefined || y === undefined || x.value === null || y.value === null) return '–';
  const by = y.value - x.value;
  if (by === 0 || told(x.value, share) === told(y.value, share)) return '='; // as far as the figures that are shown go
  const size = `${by > 0 ? '+' : '−'}${told(Math.abs(by), share)}`;
  const known = x.low !== null && x.high !== null && y.low !== null && y.high !== null;
  const apart = known && ((y.low as number) > (x.high as number) || (y.high as number) < (x.low as number));
  if (!apart) return <>{size} <small>{words.maybeChance}</small></>;
  return <>{size} <span class={`mark ${by > 0 === more ? 'grade-LOW' : 'grade-HIGH'}`}>{by > 0 === more ? words.better : words.worse}</span></>;
}
