// That an investigation was changed, from here or by somebody else: whatever says what one holds asks again.

import { useEffect, useState } from 'preact/hooks';

const HERE = 'investigation-changed';
const ELSEWHERE = 'investigation-changed-elsewhere';

export function investigationChanged(): void {
  dispatchEvent(new Event(HERE));
}

let told: string | null | undefined;

/** What the service says whenever it is asked how fresh its data are: when an investigation was last changed, by anybody. */
export function investigationsChangedAt(at: string | null): void {
  if (told !== undefined && told !== at) dispatchEvent(new Event(ELSEWHERE));
  told = at;
}

/** Another number after each change. `byOthers`: after those of colleagues as well, which come in with the look for a new analysis. */
export function useInvestigationChanges(byOthers = false): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const next = () => setChanges((before) => before + 1);
    const heard = byOthers ? [HERE, ELSEWHERE] : [HERE];
    heard.forEach((name) => addEventListener(name, next));
    return () => heard.forEach((name) => removeEventListener(name, next));
  }, [byOthers]);
  return changes;
}
