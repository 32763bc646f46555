// What somebody has typed and not sent, or looked up, is there again when they come back to it: in the memory of the tab, for
// their role and region, until they send it or sign out.

import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useCaller } from '../caller';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const drafts = new Map<string, Map<string, string>>();
const kept = new Map<string, unknown>();

/** Of everybody: who comes next begins anew. */
export function forgetKept(): void {
  drafts.clear();
  kept.clear();
}

function useOwn(name: string): string {
  const caller = useCaller();
  return `${caller?.role} ${caller?.region} ${name}`;
}

/** A state that outlives the view. */
export function useKept<Value>(name: string, initial: Value): [Value, (value: Value) => void] {
  const own = useOwn(name);
  const [value, setValue] = useState<Value>(() => (kept.has(own) ? (kept.get(own) as Value) : initial));
  const set = useCallback((next: Value) => {
    kept.set(own, next);
    setValue(next);
  }, [own]);
  return [value, set];
}

interface Draft {
  /** For the form whose named fields are kept; those of a field that comes later too. */
  form: RefObject<HTMLFormElement>;
  /** Something was typed and not sent when this came into view. */
  begun: boolean;
  /** It is sent. */
  sent: () => void;
}

/** The form of that name, with what was typed into it before. */
export function useDraft(name: string): Draft {
  const own = useOwn(name);
  const form = useRef<HTMLFormElement>(null);
  const filled = useRef(new WeakSet<Field>());
  const [begun] = useState(() => drafts.has(own));
  useLayoutEffect(() => {
    for (const field of form.current?.elements ?? []) {
      if (!isField(field) || filled.current.has(field)) continue;
      filled.current.add(field);
      const before = drafts.get(own)?.get(field.name);
      if (before !== undefined) field.value = before;
    }
  });
  useLayoutEffect(() => { // before anybody can type
    const typing = ({ target }: Event) => {
      if (!isField(target) || target.form !== form.current) return;
      const typed = drafts.get(own) ?? new Map<string, string>();
      drafts.set(own, typed.set(target.name, target.value));
    };
    addEventListener('input', typing);
    return () => removeEventListener('input', typing);
  }, [own]);
  const sent = useCallback(() => void drafts.delete(own), [own]);
  return { form, begun, sent };
}

function isField(one: unknown): one is Field {
  return (one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement) && one.name !== '';
}
