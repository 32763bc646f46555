// That an investigation was changed from here: whatever says what one holds asks again.

import { useEffect, useState } from 'preact/hooks';

const CHANGED = 'investigation-changed';

export function investigationChanged(): void {
  dispatchEvent(new Event(CHANGED));
}

/** Another number after each change. */
export function useInvestigationChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const next = () => setChanges((before) => before + 1);
    addEventListener(CHANGED, next);
    return () => removeEventListener(CHANGED, next);
  }, []);
  return changes;
}
