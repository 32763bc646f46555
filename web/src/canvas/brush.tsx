// Time: how many contacts began in each part of it, and two handles that ask for a window.

import type { Columns } from './drawing';
import { wholeInstant } from '../formats';
import { fromField, toField } from '../zone';
import { useSpeaking } from '../words';

const BARS = 60;

interface Brushing {
  contacts: Columns['contacts'];
  since: string;
  until: string;
  choose: (window: { since: string; until: string }) => void;
}

export function Brush({ contacts, since, until, choose }: Brushing) {
  const { language, words } = useSpeaking();
  const starts = contacts.firstAt.map((at) => Date.parse(at));
  const ends = contacts.lastAt.map((at) => Date.parse(at));
  if (starts.length === 0 && since === '' && until === '') return null;
  const from = Math.min(...starts.slice(0, 50_000), since === '' ? Infinity : Date.parse(since));
  const to = Math.max(...ends.slice(0, 50_000), until === '' ? -Infinity : Date.parse(until));
  const bar = Math.max(1, (to - from) / BARS);
  const heights = new Array<number>(BARS).fill(0);
  ends.forEach((at) => {
    const place = Math.min(BARS - 1, Math.max(0, Math.floor((at - from) / bar)));
    heights[place] = (heights[place] as number) + 1;
  });
  const most = Math.max(...heights, 1);
  const field = (name: 'since' | 'until', value: string) => (
    <label class="choice">
      {name === 'since' ? words.from : words.until}
      <input
        type="datetime-local"
        value={toField(value)}
        onChange={(event) => choose({ since, until, [name]: fromField(event.currentTarget.value) })}
      />
    </label>
  );
  return (
    <div class="brush" role="group" aria-label={words.brush}>
      {field('since', since)}
      <svg viewBox={`0 0 ${BARS * 10} 40`} preserveAspectRatio="none" aria-hidden="true">
        {heights.map((height, place) => {
          const at = new Date(from + place * bar).toISOString();
          const until = new Date(from + (place + 1) * bar).toISOString();
          return (
            <rect
              key={place}
              x={place * 10 + 1}
              y={40 - (40 * height) / most}
              width={8}
              height={(40 * height) / most}
              onClick={() => choose({ since: at, until })}
            >
              <title>{`${wholeInstant(at, language)}: ${height}`}</title>
            </rect>
          );
        })}
      </svg>
      {field('until', until)}
      {(since !== '' || until !== '') && (
        <button type="button" onClick={() => choose({ since: '', until: '' })}>{words.all}</button>
      )}
    </div>
  );
}
