// Devices, holders and accounts of suspects on the canvas: counted by kind before any is drawn, none at first.

import { count } from '../formats';
import { ENTITY_KINDS } from '../parts/choice';
import { useSpeaking, type Words } from '../words';
import type { Columns, Drawing } from './drawing';
import type { View } from './state';

/** What stands in the squares, in the reader's language. */
export function entitySigns(words: Words): Record<string, string> {
  const { signDevice: DEVICE, signHolder: HOLDER, signAccount: ACCOUNT, signSocial: SOCIAL_ACCOUNT, signUrl: URL } = words;
  return { DEVICE, HOLDER, ACCOUNT, SOCIAL_ACCOUNT, URL };
}

interface Picking {
  columns: Columns;
  view: View;
  change: (part: Partial<View>) => void;
  /** Ask for them. */
  pick: () => void;
}

export function Kinds({ columns, view, change, pick }: Picking) {
  const { language, words, name } = useSpeaking();
  if (!columns.entities) return <div class="acts"><button type="button" aria-expanded={false} onClick={pick}>{words.entitiesPick}</button></div>;
  const found = new Map(columns.entities.kinds.map((one) => [one.kind, one.count]));
  return (
    <fieldset class="common">
      <legend>{words.entitiesPick}</legend>
      {found.size === 0 && <p class="quiet" role="status">{words.entitiesNone}</p>}
      {ENTITY_KINDS.filter((kind) => found.has(kind)).map((kind) => (
        <label key={kind} class="tick kind">
          <input
            type="checkbox"
            checked={view.kinds.includes(kind)}
            onChange={() => change({ kinds: view.kinds.includes(kind) ? view.kinds.filter((one) => one !== kind) : [...view.kinds, kind] })}
          />
          {name(kind)} {count(found.get(kind), language)}
        </label>
      ))}
    </fieldset>
  );
}

/** How many of the kinds that were picked are drawn, and how many are not. */
export function EntitiesDrawn({ drawing, columns, view }: { drawing: Drawing; columns: Columns; view: View }) {
  const { language, say } = useSpeaking();
  const drawn = [...drawing.dots.values()].filter((dot) => dot.entity !== null).length;
  const left = (columns.entities?.kinds ?? []).filter((one) => view.kinds.includes(one.kind)).reduce((sum, one) => sum + one.leftOut, 0);
  return <>{say('entitiesDrawn', { n: count(drawn, language), m: count(left, language) })}{' '}</>;
}
