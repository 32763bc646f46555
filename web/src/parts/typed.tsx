// A field for a day, or for a day and a time, in the form that the whole page has: the browser's own are in a form of its own.

import { useEffect, useRef } from 'preact/hooks';
import { fromTyped } from '../zone';
import { useSpeaking } from '../words';

interface Typing {
  label: string;
  /** As it is told: `2026-03-04`, or `2026-03-04 10:00`. */
  value: string;
  timed: boolean;
  /** Called with what was typed once it is a time, or nothing. */
  choose: (typed: string) => void;
}

export function Typed({ label, value, timed, choose }: Typing) {
  const { words } = useSpeaking();
  const field = useRef<HTMLInputElement>(null);
  // What is half typed stays while the view around it is drawn anew.
  useEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
  const take = (given: HTMLInputElement): boolean => {
    const typed = given.value.trim();
    const known = fromTyped(typed) !== undefined;
    given.setCustomValidity(known ? '' : timed ? words.timeForm : words.dayForm);
    if (known && typed !== value) choose(typed);
    return known;
  };
  return (
    <label class="choice">
      {label}
      <input
        type="text"
        autoComplete="off"
        spellcheck={false}
        size={timed ? 15 : 10}
        maxLength={timed ? 16 : 10}
        placeholder={timed ? words.timeForm : words.dayForm}
        ref={field}
        defaultValue={value}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !take(event.currentTarget)) event.currentTarget.reportValidity();
        }}
        onInput={(event) => event.currentTarget.setCustomValidity('')}
        onBlur={(event) => take(event.currentTarget)}
      />
    </label>
  );
}
