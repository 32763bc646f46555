// Small marks that many views share: grade, probability, deadline, a number with its link.

import { percent, span, wholeInstant } from '../formats';
import { link } from '../route';
import { useNow } from './useNow';
import { useSpeaking } from '../words';

export function GradeMark({ grade }: { grade: string }) {
  const { name } = useSpeaking();
  return <span class={`mark grade-${grade}`}>{name(grade)}</span>;
}

export function ClassMark({ kind }: { kind: string }) {
  const { name } = useSpeaking();
  return <span class={`mark class-${kind}`}>{name(kind)}</span>;
}

/** A probability as a figure and a bar of that length. */
export function Probability({ value }: { value: number }) {
  return (
    <span class="probability">
      <meter min={0} max={1} value={value} aria-hidden="true" />
      {percent(value)}
    </span>
  );
}

/** A deadline that counts down; where there is none, why: the money is lost, or half of such losses come later than is looked ahead. */
export function Deadline({ at, stage }: { at: string | null; stage: string }) {
  const { language, words } = useSpeaking();
  const now = useNow();
  if (at === null) {
    const lost = stage === 'LOST';
    return <span class="quiet" title={lost ? words.deadlineLostWhy : words.deadlineFarWhy}>{lost ? words.deadlineLost : words.deadlineFar}</span>;
  }
  const seconds = (Date.parse(at) - now) / 1000;
  return (
    <time dateTime={at} title={wholeInstant(at)} class={`when ${seconds < 0 ? 'over' : seconds < 7200 ? 'soon' : ''}`}>
      {(seconds < 0 ? `${words.overdue} ${span(-seconds, language)}` : span(seconds, language)).replace(/(\d) /g, '$1\u00a0')}
    </time>
  );
}

export function NumberLink({ id, number, view = 'number' }: { id: string; number: string; view?: string }) {
  return <a class="tail" href={link(view, id)}>{number}</a>;
}

export function NetworkLink({ network }: { network: { id: string; reference: string } | null }) {
  return network === null ? <>–</> : <a class="tail" href={link('network', network.id)}>{network.reference}</a>;
}
