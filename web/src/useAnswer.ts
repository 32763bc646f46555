// An answer that a view shows: the last good one stays while the next is fetched, or while the service is away.

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask, Refused, type Variables } from './asking';

/** From one question to a service that is away to the next. */
const AGAIN_MS = 5000;

export interface Asked<Data> {
  data: Data | undefined;
  refused: Refused | undefined;
  /** A question is under way. */
  asking: boolean;
  again: () => void;
}

/** Ask when the variables change, and again whenever `tick` does. `keep`: what was answered before stays until the next answer. */
export function useAnswer<Data>(document: string, variables: Variables | null, tick: unknown = 0, keep = false): Asked<Data> {
  const [data, setData] = useState<Data>();
  const [refused, setRefused] = useState<Refused>();
  const [asking, setAsking] = useState(false);
  const [round, setRound] = useState(0);
  const key = JSON.stringify(variables);
  const shown = useRef<string>();
  useEffect(() => {
    if (variables === null) {
      setData(undefined);
      return undefined;
    }
    const leaving = new AbortController();
    if (shown.current !== key && !keep) setData(undefined);
    setAsking(true);
    ask<Data>(document, variables, leaving.signal)
      .then((found) => {
        shown.current = key;
        setData(found);
        setRefused(undefined);
        setAsking(false);
      })
      .catch((failed: unknown) => {
        if (leaving.signal.aborted) return;
        setRefused(failed instanceof Refused ? failed : new Refused('INTERNAL_SERVER_ERROR', String(failed)));
        setAsking(false);
      });
    return () => leaving.abort();
    // `key` stands for `variables`.
  }, [document, key, tick, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    if (refused?.code !== 'NO_CONNECTION') return undefined;
    const timer = setTimeout(again, AGAIN_MS); // whoever reads need not press anything once the service is back
    return () => clearTimeout(timer);
  }, [refused, again]);
  return { data, refused, asking, again };
}
