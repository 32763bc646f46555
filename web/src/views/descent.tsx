// Where a network came from and what became of it: over all analyses that are kept, the newest first.

import { count, instant } from '../formats';
import { Answered } from '../parts/notice';
import { link } from '../route';
import { useAnswer } from '../useAnswer';
import { filled, useSpeaking } from '../words';
import document from '../../../schema/operations/page-descent.graphql?raw';

interface Other {
  id: string;
  reference: string;
  shared: number;
}

interface Step extends Other {
  asOf: string;
  kind: string;
  here: boolean;
}

interface Life {
  reference: string;
  keptSince: string;
  knownSince: string | null;
  knownUntil: string | null;
  born: boolean;
  here: boolean;
  stepCount: number;
  steps: Step[];
  heirs: Other[];
}

interface Whose {
  /** Its id, or its reference. */
  id: string;
  tick: string;
  /** Who says that it is not there says it once, where nobody ever knew it. */
  gone?: boolean;
}

export function Descent({ id, tick, gone = false }: Whose) {
  const { words } = useSpeaking();
  const asked = useAnswer<{ networkDescent: Life }>(document, { id }, tick);
  if (gone && asked.refused?.code === 'NOT_FOUND') return null;
  return (
    <>
      <h2>{words.lineage}</h2>
      <Answered asked={asked}>{({ networkDescent: life }) => <Told life={life} />}</Answered>
    </>
  );
}

function Told({ life }: { life: Life }) {
  const { language, words } = useSpeaking();
  return (
    <>
      {!life.here && <Heirs life={life} />}
      {byAnalysis(life.steps).map(([asOf, steps]) => (
        <div key={asOf}>
          <p class="quiet">{filled(words.analysisOf, { at: instant(asOf) })}</p>
          <ul class="lineage">{steps.map((step) => <Happened key={`${step.kind} ${step.id}`} step={step} />)}</ul>
        </div>
      ))}
      {life.steps.length < life.stepCount && <p class="quiet">{count(life.steps.length, language)} {words.of} {count(life.stepCount, language)}</p>}
      <p class="quiet"><Since life={life} /></p>
    </>
  );
}

/** That what nobody knows of the time before the first analysis is no birth. */
function Since({ life }: { life: Life }) {
  const { words } = useSpeaking();
  const { knownSince, keptSince, born } = life;
  if (knownSince === null) return <>{filled(words.knownInNone, { at: instant(keptSince) })}</>;
  if (born) return <>{filled(words.bornAt, { at: instant(knownSince) })}</>;
  return <>{filled(knownSince === keptSince ? words.knownSinceFirst : words.knownSince, { at: instant(knownSince) })}</>;
}

function Happened({ step }: { step: Step }) {
  const { language, words, name, say } = useSpeaking();
  const { kind, reference, here, shared } = step;
  const text = name(kind);
  const [before = '', after = ''] = text.split('{network}');
  return (
    <li>
      {before}
      {here ? <a class="tail" href={link('network', step.id)}>{reference}</a> : <span class="tail">{reference}</span>}
      {after}{!here && kind !== 'TOOK_IN' && words.sinceGone}{say('sharedMembers', { n: count(shared, language) })}
    </li>
  );
}

/** Which networks have its members now. */
function Heirs({ life }: { life: Life }) {
  const { language, words, say } = useSpeaking();
  if (life.knownUntil === null) return null;
  return (
    <>
      <p>{filled(words.knownUntil, { network: life.reference, at: instant(life.knownUntil) })}</p>
      {life.heirs.length === 0 ? <p>{words.noHeirs}</p> : (
        <>
          <p>{words.heirs}</p>
          <ul class="lineage">
            {life.heirs.map((heir) => (
              <li key={heir.id}><a class="tail" href={link('network', heir.id)}>{heir.reference}</a>{say('sharedMembers', { n: count(heir.shared, language) })}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function byAnalysis(steps: Step[]): [string, Step[]][] {
  const found: [string, Step[]][] = [];
  for (const step of steps) {
    const last = found[found.length - 1];
    if (last !== undefined && last[0] === step.asOf) last[1].push(step);
    else found.push([step.asOf, [step]]);
  }
  return found;
}
