// What is selected, and what can be done with it.

import { useState } from 'preact/hooks';
import { Casework } from '../parts/casework';
import { Collect } from '../parts/collect';
import { NumberLink } from '../parts/marks';
import { EntityLink } from '../parts/things';
import { count, percent } from '../formats';
import { useSpeaking } from '../words';
import { CommonContacts } from './common';
import type { Drawing } from './drawing';
import { ExpandBy } from './sharing';
import { ahead, BUSIEST, busiest, expandable, expanded, hiding, kept, LIMIT_MOST, loosened, pinnedAt, type View } from './state';

const SHOWN = 12;

interface Selecting {
  /** Ids, drawn or not: what is selected stays so when the window of time or a filter takes it from the picture. */
  selected: string[];
  /** Ids that are of entities: what is asked of numbers is not asked of them. */
  entities: Set<string>;
  /** Ids of numbers that are in an investigation: nobody asks what was noted about others. */
  held: Set<string>;
  drawing: Drawing;
  view: View;
  change: (part: Partial<View>) => void;
  /** Ask for a path between the two that are selected. */
  find: (timeRespecting: boolean, throughPublic: boolean) => void;
}

export function Selection({ selected: all, entities, held, drawing, view, change, find }: Selecting) {
  const { language, words, say } = useSpeaking();
  const [throughPublic, setThroughPublic] = useState(false);
  const ids = all.filter((id) => !entities.has(id));
  const [only, ...more] = ids;
  const dots = all.map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined);
  const { hidden, drawn, windowed, crowd } = ahead(view, drawing, ids);
  const toExpand = expandable(view, ids);
  const beyond = ids.filter((id) => !view.expanded.includes(id)).length - toExpand.length;
  const room = Math.max(0, LIMIT_MOST - drawn);
  const loose = dots.filter((dot) => !dot.pinned);
  if (all.length === 0) return <p class="quiet">{words.selectHint}</p>;
  return (
    <>
      <ul class="selection">
        {dots.slice(0, SHOWN).map((dot) => (
          <li key={dot.id}>
            {dot.entity === null ? <NumberLink id={dot.id} number={dot.label} /> : <EntityLink id={dot.id} token={dot.label} />} {percent(dot.fraudProbability)}
            {dot.away > 0 && <small> {say(windowed ? 'expandHiddenAnyTime' : 'expandHidden', { n: dot.away })}</small>}
          </li>
        ))}
      </ul>
      {dots.length < all.length && <p class="quiet">{say('selectedAway', { n: count(all.length - dots.length, language) })}</p>}
      {dots.length > SHOWN && <p class="quiet">{say('selectedMore', { n: count(dots.length - SHOWN, language) })}</p>}
      {beyond > 0 && <p class="quiet">{say('expandMost', { n: count(beyond, language) })}</p>}
      {crowd && (
        <p class="notice" role="status">
          {say(hidden > room ? 'crowdBeyond' : 'crowd', { n: count(hidden, language), m: count(LIMIT_MOST, language), left: count(hidden - room, language) })}
        </p>
      )}
      <div class="acts">
        {crowd && <button type="button" onClick={() => change(busiest(view, ids, drawn))}>{say('expandBusiest', { n: BUSIEST })}</button>}
        {ids.length > 0 && (
          <button type="button" disabled={toExpand.length === 0} onClick={() => change(expanded(view, ids))}>
            {hidden === 0 || windowed ? words.expand
              : hidden > room ? say('expandRoom', { n: count(room, language), m: count(hidden, language) })
                : say('expandContacts', { n: count(hidden, language) })}
          </button>
        )}
        {ids.length > 0 && <ExpandBy key={ids.join()} ids={ids} view={view} change={change} />}
        <button type="button" onClick={() => change(hiding(view, all))}>{words.hide}</button>
        {ids.length > 0 && <button type="button" onClick={() => change(kept(ids))}>{words.keepOnly}</button>}
        {loose.length > 0 || dots.length === 0
          ? <button type="button" onClick={() => change(pinnedAt(view, loose))}>{words.pin}</button>
          : <button type="button" onClick={() => change(loosened(view, all))}>{words.unpin}</button>}
        {ids.length > 0 && <Collect numbers={ids} />}
        {ids.length >= 2 && <CommonContacts key={ids.join() + view.since + view.until} ids={ids} view={view} change={change} />}
        {ids.length === 2 && (
          <>
            <button type="button" onClick={() => find(false, throughPublic)}>{words.path}</button>
            <button type="button" onClick={() => find(true, throughPublic)}>{words.timePath}</button>
            <label class="tick">
              <input type="checkbox" checked={throughPublic} onChange={(event) => setThroughPublic(event.currentTarget.checked)} />
              {words.throughPublic}
            </label>
          </>
        )}
      </div>
      {only !== undefined && more.length === 0 && <Casework key={only} id={only} none={!held.has(only)} />}
    </>
  );
}
