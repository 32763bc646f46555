// A part of the page that is fetched when it is first needed.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Refused } from '../asking';
import { useSpeaking } from '../words';
import { Refusal } from './notice';

/** The component that a module has as its default; `load` is an `import()`. */
export function later<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const { words } = useSpeaking();
    const [, setThere] = useState(false);
    const [refused, setRefused] = useState<Refused>();
    const get = () => {
      setRefused(undefined);
      load().then((module) => {
        Loaded = module.default;
        setThere(true);
      }, (failed: unknown) => setRefused(new Refused('NO_CONNECTION', String(failed))));
    };
    useEffect(() => {
      if (Loaded === undefined) get();
    }, []);
    if (Loaded !== undefined) return <Loaded {...props} />;
    if (refused === undefined) return <p class="quiet" role="status">{words.loading}</p>;
    return (
      <>
        <Refusal refused={refused} />
        <button type="button" onClick={get}>{words.again}</button>
      </>
    );
  };
}
