// The settings of the canvas and its ways out: undo, filters, grouping, a link.

import { useState } from 'preact/hooks';
import { Field } from '../parts/field';
import { useSpeaking } from '../words';
import { type Grouping, type History, LIMIT_MOST, LIMIT_WARN, type View } from './state';

interface Tools {
  history: History;
  change: (part: Partial<View>) => void;
  undo: () => void;
  redo: () => void;
  fit: () => void;
  lasso: boolean;
  setLasso: (on: boolean) => void;
}

export function Toolbar({ history, change, undo, redo, fit, lasso, setLasso }: Tools) {
  const { words } = useSpeaking();
  const view = history.now;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <button type="button" onClick={undo} disabled={history.past.length === 0}>{words.undo}</button>
      <button type="button" onClick={redo} disabled={history.next.length === 0}>{words.redo}</button>
      <button type="button" onClick={fit}>{words.fit}</button>
      <button type="button" aria-pressed={lasso} title={words.lassoHint} onClick={() => setLasso(!lasso)}>{words.lasso}</button>
      <label class="choice">
        {words.hops}
        <select value={String(view.hops)} onChange={(event) => change({ hops: Number(event.currentTarget.value) })}>
          {[1, 2, 3].map((hops) => <option key={hops} value={hops}>{hops}</option>)}
        </select>
      </label>
      <Figure word="limit" value={view.limit} most={LIMIT_MOST} set={(limit) => change({ limit })} />
      <Figure word="minEvents" value={view.minEvents} most={1_000_000} set={(minEvents) => change({ minEvents })} />
      <Figure word="minContacts" value={view.minContacts} most={1_000_000} set={(minContacts) => change({ minContacts })} />
      <label class="choice">
        {words.group}
        <select value={view.grouped} onChange={(event) => change({ grouped: event.currentTarget.value as Grouping })}>
          <option value="">{words.groupNone}</option>
          <option value="network">{words.network}</option>
          <option value="community">{words.community}</option>
        </select>
      </label>
      {(view.hidden.length > 0 || view.kept.length > 0) && (
        <button type="button" onClick={() => change({ hidden: [], kept: [] })}>{words.showAll}</button>
      )}
      <CopyLink />
      {view.limit > LIMIT_WARN && <p class="quiet">{words.manyNumbers}</p>}
    </form>
  );
}

interface Setting {
  word: 'limit' | 'minEvents' | 'minContacts';
  value: number;
  most: number;
  set: (value: number) => void;
}

function Figure({ word, value, most, set }: Setting) {
  const { words } = useSpeaking();
  const choose = (typed: string) => {
    const given = Math.round(Number(typed));
    if (given >= 1) set(Math.min(given, most));
  };
  return <Field label={words[word]} value={String(value)} choose={choose} input={{ type: 'number', min: 1, max: most }} />;
}

/** The address holds the whole view and no number. */
function CopyLink() {
  const { words } = useSpeaking();
  const [done, setDone] = useState(false);
  const copy = () => navigator.clipboard.writeText(location.href).then(() => setDone(true), () => setDone(false));
  return <button type="button" onClick={copy}>{done ? words.copied : words.copyLink}</button>;
}
