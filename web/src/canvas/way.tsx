// The path between two numbers, step by step: the picture shows where it lies, this says who is on it, and when.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { count, instant } from '../formats';
import { NumberLink } from '../parts/marks';
import { Refusal } from '../parts/notice';
import { refusal } from '../parts/refused';
import { useSpeaking } from '../words';
import type { Drawing } from './drawing';
import { drawnToo, type View } from './state';
import pathsDocument from '../../../schema/operations/page-paths.graphql?raw';

const HOPS_MOST = 6;

export interface Way {
  numbers: { id: string; number: string }[];
  /** When each step began, of a path in order of time. */
  stepsAt: string[];
}

/** What was found between which two, in which way. */
export interface Finding {
  ids: string[];
  way: Way | undefined;
  refused: Refused | undefined;
  throughPublic: boolean;
  /** Public numbers that the path was not to lead through. */
  leftAside: number;
}

interface Paths {
  paths: { paths: Way[]; publicLeftAside: number };
}

/** Asks for the path between two numbers, and draws what of it is not drawn. */
export function useWays(view: View, drawing: Drawing, change: (part: Partial<View>) => void) {
  const [finding, setFinding] = useState<Finding>();
  const find = async (ids: string[], timeRespecting: boolean, throughPublic: boolean) => {
    const between = ([from, to]: string[]) => ask<Paths>(pathsDocument, {
      from, to, maxHops: HOPS_MOST, timeRespecting, since: view.since || null, until: view.until || null, throughPublic,
    });
    const found = { ids, way: undefined, refused: undefined, throughPublic, leftAside: 0 };
    try {
      let { paths } = await between(ids);
      if (paths.paths.length === 0 && timeRespecting) ({ paths } = await between([...ids].reverse()));
      const way = paths.paths[0];
      setFinding({ ...found, way, leftAside: paths.publicLeftAside });
      const missing = (way?.numbers ?? []).map((one) => one.id).filter((id) => !drawing.dots.has(id));
      if (missing.length > 0) change(drawnToo(view, missing));
    } catch (failed) {
      setFinding({ ...found, refused: refusal(failed) });
    }
  };
  return { finding, find };
}

/** Whether it is between these two. */
export function joins({ ids: ends }: Finding, ids: string[]): boolean {
  return ids.length === 2 && ids.every((id) => ends.includes(id));
}

export function WayFound({ finding, drawing }: { finding: Finding; drawing: Drawing }) {
  const { language, words, say } = useSpeaking();
  const { way, refused, throughPublic, leftAside } = finding;
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [finding]);
  return (
    <section class="way" role="status" ref={place}>
      <h3>{words.pathFound}</h3>
      {refused !== undefined && <Refusal refused={refused} />}
      {refused === undefined && way === undefined && <p class="notice">{words.noPath}</p>}
      <ol>
        {way?.numbers.map((one, place) => {
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
      {!throughPublic && refused === undefined && <p class="quiet">{say('pathAside', { n: count(leftAside, language) })}</p>}
    </section>
  );
}
