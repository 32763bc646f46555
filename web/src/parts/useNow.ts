// The time of the service as far as we know it, once a second for all that count down.

import { useEffect, useState } from 'preact/hooks';

const watchers = new Set<(now: number) => void>();
let ahead = 0;

/** Data of the past count from their own time: the service says what deadlines are reckoned from. */
export function setServiceTime(at: string): void {
  ahead = Date.parse(at) - Date.now();
}

export function serviceNow(): number {
  return Date.now() + ahead;
}

setInterval(() => watchers.forEach((watch) => watch(serviceNow())), 1000);

export function useNow(): number {
  const [now, setNow] = useState(serviceNow);
  useEffect(() => {
    watchers.add(setNow);
    return () => {
      watchers.delete(setNow);
    };
  }, []);
  return now;
}
