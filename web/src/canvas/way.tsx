// The path between two numbers, step by step: the picture shows where it lies, this says who is on it, and when.

import { useEffect, useRef } from 'preact/hooks';
import { instant } from '../formats';
import { NumberLink } from '../parts/marks';
import { useSpeaking } from '../words';
import type { Drawing } from './drawing';

export interface Way {
  numbers: { id: string; number: string }[];
  /** When each step began, of a path in order of time. */
  stepsAt: string[];
}

/** Whether it is between these two. */
export function joins({ numbers }: Way, ids: string[]): boolean {
  const ends = [numbers[0]?.id, numbers[numbers.length - 1]?.id];
  return ids.length === 2 && ids.every((id) => ends.includes(id));
}

export function WayFound({ way, drawing }: { way: Way; drawing: Drawing }) {
  const { words, say } = useSpeaking();
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [way]);
  return (
    <section class="way" role="status" ref={place}>
      <h3>{words.pathFound}</h3>
      <ol>
        {way.numbers.map((one, place) => {
          const at = way.stepsAt[place - 1];
          return (
            <li key={one.id}>
              {place > 0 && <small>{at === undefined ? words.pathStep : say('pathBy', { at: instant(at) })} </small>}
              <NumberLink id={one.id} number={one.number} />
              {drawing.dots.get(one.id)?.kind === 'public' && <small> {words.legendPublic}</small>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
