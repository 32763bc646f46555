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

/** How common fraud numbers, or losses, are: said of all, so it decides nothing about this one and is told last. */
const OF_ALL = new Set(['prior', 'nobody']);

/** What says most against it first. */
function against(evidence: Ground[]): Ground[] {
  const contra = heaviest(evidence).filter((one) => one.contribution < 0).reverse();
  return [...contra.filter((one) => !OF_ALL.has(one.rule)), ...contra.filter((one) => OF_ALL.has(one.rule))];
}

/** The two heaviest reasons, for a row of a table. */
export function Short({ evidence }: { evidence: Ground[] }) {
  const { language } = useSpeaking();
  const text = heaviest(evidence).slice(0, 2).map((one) => one[language]).join(' ');
  return text === '' ? <>–</> : <span class="clamp" title={text}>{text}</span>;
}

interface Giving {
  evidence: Ground[];
  /** What speaks against it comes first: that is what is asked. */
  whyNot?: boolean;
}

/** In two parts, each the heaviest first: a colour alone would not tell which way a reason pulls. */
export function Grounds({ evidence, whyNot = false }: Giving) {
  const { words } = useSpeaking();
  if (evidence.length === 0) return <p class="quiet">{words.noGrounds}</p>;
  const most = Math.max(...evidence.map((one) => Math.abs(one.contribution)), 1e-9);
  const pro = heaviest(evidence).filter((one) => one.contribution >= 0);
  const contra = against(evidence);
  const parts: [string, Ground[]][] = [[words.speaksFor, pro], [words.speaksAgainst, contra]];
  return (
    <>
      {(whyNot ? parts.reverse() : parts).map(([head, some]) => some.length > 0 && (
        <div key={head}>
          <p class="quiet pull">{head}</p>
          <Pulling some={some} most={most} />
        </div>
      ))}
    </>
  );
}

function Pulling({ some, most }: { some: Ground[]; most: number }) {
  const { language, words } = useSpeaking();
  return (
    <ol class="grounds">
      {some.map((one) => (
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
