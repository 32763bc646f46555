// What is selected, and what can be done with it.

import { Collect } from '../parts/collect';
import { NumberLink } from '../parts/marks';
import { count, percent } from '../formats';
import { useSpeaking } from '../words';
import { CommonContacts } from './common';
import type { Drawing } from './drawing';
import { ExpandBy } from './sharing';
import { expanded, hiding, kept, loosened, pinnedAt, type View } from './state';

const SHOWN = 12;

interface Selecting {
  /** Ids, drawn or not: what is selected stays so when the window of time or a filter takes it from the picture. */
  selected: string[];
  drawing: Drawing;
  view: View;
  change: (part: Partial<View>) => void;
  /** Ask for a path between the two that are selected. */
  find: (timeRespecting: boolean) => void;
}

export function Selection({ selected: ids, drawing, view, change, find }: Selecting) {
  const { language, words, say } = useSpeaking();
  const dots = ids.map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  const hidden = dots.reduce((sum, dot) => sum + dot.contacts - dot.drawn, 0);
  const loose = dots.filter((dot) => !dot.pinned);
  if (ids.length === 0) return <p class="quiet">{words.selectHint}</p>;
  return (
    <>
      <ul class="selection">
        {dots.slice(0, SHOWN).map((dot) => (
          <li key={dot.id}>
            <NumberLink id={dot.id} number={dot.label} /> {percent(dot.fraudProbability)}
            {dot.contacts > dot.drawn && <small> {say('expandHidden', { n: dot.contacts - dot.drawn })}</small>}
          </li>
        ))}
      </ul>
      {dots.length < ids.length && <p class="quiet">{say('selectedAway', { n: count(ids.length - dots.length, language) })}</p>}
      {dots.length > SHOWN && <p class="quiet">{say('selectedMore', { n: count(dots.length - SHOWN, language) })}</p>}
      <div class="acts">
        <button type="button" onClick={() => change(expanded(view, ids))}>{hidden > 0 ? say('expandContacts', { n: count(hidden, language) }) : words.expand}</button>
        <ExpandBy key={ids.join()} ids={ids} view={view} change={change} />
        <button type="button" onClick={() => change(hiding(view, ids))}>{words.hide}</button>
        <button type="button" onClick={() => change(kept(ids))}>{words.keepOnly}</button>
        {loose.length > 0 || dots.length === 0
          ? <button type="button" onClick={() => change(pinnedAt(view, loose))}>{words.pin}</button>
          : <button type="button" onClick={() => change(loosened(view, ids))}>{words.unpin}</button>}
        <Collect numbers={ids} />
        {ids.length >= 2 && <CommonContacts key={ids.join() + view.since + view.until} ids={ids} view={view} change={change} />}
        {ids.length === 2 && (
          <>
            <button type="button" onClick={() => find(false)}>{words.path}</button>
            <button type="button" onClick={() => find(true)}>{words.timePath}</button>
          </>
        )}
      </div>
    </>
  );
}
