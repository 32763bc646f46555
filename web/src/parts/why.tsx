// Evidence in words: what speaks for it first, what speaks against it last; each with its weight and the things it names.

import { instant } from '../formats';
import { link } from '../route';
import { useSpeaking } from '../words';
import { EntityLink } from './things';

export interface Step {
  id: string;
  number: string | null;
  entity: string | null;
  since: string | null;
  until: string | null;
}

export interface Ground {
  rule: string;
  contribution: number;
  zh: string;
  en: string;
  path: Step[];
}

export function heaviest(evidence: Ground[]): Ground[] {
  return [...evidence].sort((a, b) => b.contribution - a.contribution);
}

/** The two heaviest reasons, for a row of a table. */
export function Short({ evidence }: { evidence: Ground[] }) {
  const { language } = useSpeaking();
  const text = heaviest(evidence).slice(0, 2).map((one) => one[language]).join(' ');
  return text === '' ? <>–</> : <span class="clamp" title={text}>{text}</span>;
}

export function Grounds({ evidence }: { evidence: Ground[] }) {
  const { language, words } = useSpeaking();
  if (evidence.length === 0) return <p class="quiet">{words.noGrounds}</p>;
  const most = Math.max(...evidence.map((one) => Math.abs(one.contribution)), 1e-9);
  return (
    <ol class="grounds">
      {heaviest(evidence).map((one) => (
        <li key={one.rule + one.en} class={one.contribution < 0 ? 'against' : ''}>
          <meter
            min={0}
            max={most}
            value={Math.abs(one.contribution)}
            aria-label={words.contribution}
            title={`${words.contribution} ${one.contribution.toFixed(2)}`}
          />
          <div>
            {one[language]}
            {one.path.length > 0 && (
              <div class="steps">
                {one.path.map((step, place) => (
                  <span key={place}>
                    {place > 0 && ' → '}
                    {step.number !== null
                      ? <a class="tail" href={link('number', step.id)}>{step.number}</a>
                      : <EntityLink id={step.id} token={step.entity ?? ''} />}
                    {step.since !== null && <small> {instant(step.since)}</small>}
                  </span>
                ))}
              </div>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
