// The evidence as a small picture: each reason a line of steps from the person or number to what it rests on.

import { useSpeaking } from '../words';
import { type Ground, heaviest } from './why';

const ROW = 44;
const COLUMN = 150;
const MOST = 6;

export function EvidencePicture({ evidence, person }: { evidence: Ground[]; person: string }) {
  const { language, words } = useSpeaking();
  const lines = heaviest(evidence).filter((one) => one.path.length > 0).slice(0, MOST);
  if (lines.length === 0) return null;
  const columns = 1 + Math.max(...lines.map((one) => one.path.length));
  const height = lines.length * ROW + 12;
  const middle = (lines.length * ROW) / 2;
  const labels = lines.map((one) => [person, ...one.path.map((step) => step.number ?? step.entity ?? '')].join(' → '));
  return (
    <figure>
      <figcaption>{words.evidenceGraph}</figcaption>
      <svg viewBox={`0 0 ${columns * COLUMN} ${height}`} role="img" aria-label={labels.join('; ')} class="picture">
        {lines.map((one, row) => {
          const y = row * ROW + ROW / 2;
          const places = one.path.map((step, column) => ({ step, x: (column + 1) * COLUMN + COLUMN / 2, y }));
          const from = [{ x: COLUMN / 2, y: middle }, ...places];
          return (
            <g key={row}>
              <title>{one[language]}</title>
              {places.map((place, column) => {
                const before = from[column] as { x: number; y: number };
                return <line key={column} x1={before.x} y1={before.y} x2={place.x} y2={place.y} />;
              })}
              {places.map(({ step, x }, column) => (
                <g key={column}>
                  <circle cx={x} cy={y} r={9} class={step.number === null ? 'entity' : 'number'} />
                  <text x={x} y={y + 22} text-anchor="middle">{step.number ?? (step.entity ?? '').slice(0, 14)}</text>
                </g>
              ))}
            </g>
          );
        })}
        <circle cx={COLUMN / 2} cy={middle} r={11} class="person" />
        <text x={COLUMN / 2} y={middle + 24} text-anchor="middle">{person}</text>
      </svg>
    </figure>
  );
}
