// A field that is asked about when it is typed out, by Enter or by leaving it; what is half typed stays while the view around it is drawn anew.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Fielding {
  label: string;
  value: string;
  choose: (typed: string) => void;
  /** What else the input has. */
  input: JSX.InputHTMLAttributes<HTMLInputElement>;
}

export function Field({ label, value, choose, input }: Fielding) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
  return (
    <label class="choice">
      {label}
      <input {...input} ref={field} defaultValue={value} onChange={(event) => choose(event.currentTarget.value)} />
    </label>
  );
}
