// Time: how many of the contacts that are drawn were last in use in each part of it; a window is dragged over it, or typed.

import { useMemo, useRef, useState } from 'preact/hooks';
import type { Columns } from './drawing';
import { instant, wholeInstant } from '../formats';
import { Typed } from '../parts/typed';
import { fromTyped } from '../zone';
import { useSpeaking } from '../words';

const BARS = 60;
const BAR = 10;
const HIGH = 40;
/** Of the whole width; less than that is a click, and means the bar under it. */
const DRAGGED = 0.008;

interface Window_ {
  since: string;
  until: string;
}

interface Brushing extends Window_ {
  contacts: Columns['contacts'];
  choose: (window: Window_) => void;
}

export function Brush({ contacts, since, until, choose }: Brushing) {
  const { words } = useSpeaking();
  const began = useRef<number>();
  const [held, setHeld] = useState<[number, number]>();
  const [starts, ends] = useMemo(() => [contacts.firstAt, contacts.lastAt].map((all) => all.map((at) => Date.parse(at))) as [number[], number[]], [contacts]);
  if (starts.length === 0 && since === '' && until === '') return null;
  const from = earliest(starts, since === '' ? Infinity : Date.parse(since));
  const to = -earliest(ends.map((at) => -at), until === '' ? Infinity : -Date.parse(until));
  const bar = Math.max(1, (to - from) / BARS);
  const heights = new Array<number>(BARS).fill(0);
  ends.forEach((at) => {
    const place = Math.min(BARS - 1, Math.max(0, Math.floor((at - from) / bar)));
    heights[place] = (heights[place] as number) + 1;
  });
  const most = Math.max(...heights, 1);
  const when = (share: number) => new Date(from + share * BARS * bar).toISOString();
  /** What lies between two places; an edge of the picture leaves that side as it is. */
  const between = (low: number, high: number) => choose({ since: low <= 0 ? since : when(low), until: high >= 1 ? until : when(high) });
  const letGo = (at: number) => {
    if (began.current === undefined) return;
    const [low, high] = [Math.min(began.current, at), Math.max(began.current, at)];
    began.current = undefined;
    setHeld(undefined);
    const place = Math.min(BARS - 1, Math.floor(low * BARS));
    if (high - low >= DRAGGED) between(low, high);
    else if ((heights[place] as number) > 0) between(place / BARS, (place + 1) / BARS);
  };
  const field = (name: 'since' | 'until', value: string) => (
    <Typed
      timed
      label={name === 'since' ? words.from : words.until}
      value={value === '' ? '' : instant(value)}
      choose={(typed) => choose({ since, until, [name]: fromTyped(typed) ?? '' })}
    />
  );
  return (
    <div class="brush" role="group" aria-label={words.brush}>
      {field('since', since)}
      <svg
        viewBox={`0 0 ${BARS * BAR} ${HIGH}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          began.current = shareOf(event);
          setHeld([began.current, began.current]);
        }}
        onPointerMove={(event) => began.current !== undefined && setHeld([began.current, shareOf(event)])}
        onPointerUp={(event) => letGo(shareOf(event))}
        onPointerCancel={() => {
          began.current = undefined;
          setHeld(undefined);
        }}
      >
        <title>{words.brushHint}</title>
        {heights.map((height, place) => (
          <rect key={place} x={place * BAR + 1} y={HIGH - (HIGH * height) / most} width={BAR - 2} height={(HIGH * height) / most}>
            <title>{`${wholeInstant(when(place / BARS))}: ${height}`}</title>
          </rect>
        ))}
        {held !== undefined && (
          <rect class="held" x={BARS * BAR * Math.min(...held)} y={0} width={BARS * BAR * Math.abs(held[1] - held[0])} height={HIGH} />
        )}
      </svg>
      {field('until', until)}
      {(since !== '' || until !== '') && (
        <button type="button" onClick={() => choose({ since: '', until: '' })}>{words.all}</button>
      )}
      <p class="quiet">
        {held === undefined ? words.brushHint : [...held].sort((a, b) => a - b).map((at) => wholeInstant(when(at))).join(' – ')}
      </p>
    </div>
  );
}

/** Of many: a spread of them all would be too many arguments. */
function earliest(instants: number[], otherwise: number): number {
  return instants.reduce((least, at) => Math.min(least, at), otherwise);
}

/** Where along the picture a pointer is, from 0 to 1. */
function shareOf(event: PointerEvent & { currentTarget: Element }): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
}
