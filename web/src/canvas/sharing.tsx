// Expand by what is shared: how many devices, holders and accounts the selected numbers have, and whose else these are, before any is drawn.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { count } from '../formats';
import { ENTITY_KINDS } from '../parts/choice';
import { Refusal } from '../parts/notice';
import { refusal } from '../parts/refused';
import { useSpeaking } from '../words';
import { drawnToo, STARTS_MOST, type View } from './state';
import sharingDocument from '../../../schema/operations/page-sharing.graphql?raw';
import belongingDocument from '../../../schema/operations/page-belonging.graphql?raw';

/** So many of the selected numbers are looked at, and so many of their devices and so on. */
const LOOKED_AT = 10;
const ENTITIES = 20;

interface Shared {
  id: string;
  kind: string;
  numbers: number;
  suspects: number;
}

interface Expanding {
  ids: string[];
  view: View;
  change: (part: Partial<View>) => void;
}

export function ExpandBy({ ids, view, change }: Expanding) {
  const { language, words, name, say } = useSpeaking();
  const [shared, setShared] = useState<Shared[]>();
  const [kinds, setKinds] = useState<string[]>([]);
  const [done, setDone] = useState<string>();
  const [refused, setRefused] = useState<Refused>();
  const failed = (why: unknown) => setRefused(refusal(why));
  const look = () =>
    Promise.all(ids.slice(0, LOOKED_AT).map((id) => ask<{ number: { shared: Shared[] } | null }>(sharingDocument, { id })))
      .then((found) => {
        const all = found.flatMap(({ number }) => number?.shared ?? []);
        setShared([...new Map(all.map((one) => [one.id, one])).values()]);
        setRefused(undefined);
      })
      .catch(failed);
  const expand = () => {
    const chosen = (shared ?? []).filter((one) => kinds.includes(one.kind));
    Promise.all(chosen.slice(0, ENTITIES).map(({ id }) => ask<{ node: { numbers?: { id: string }[] } | null }>(belongingDocument, { id })))
      .then((found) => {
        const others = new Set(found.flatMap(({ node }) => node?.numbers ?? []).map((one) => one.id));
        const starts = [...view.seeds, ...view.expanded];
        const fresh = [...others].filter((id) => !starts.includes(id));
        const added = fresh.slice(0, Math.max(0, STARTS_MOST - starts.length));
        if (added.length > 0) change(drawnToo(view, added));
        setDone(say('expandedBy', {
          n: count(added.length, language), m: count(fresh.length - added.length, language), e: count(Math.max(0, chosen.length - ENTITIES), language),
        }));
        setRefused(undefined);
      })
      .catch(failed);
  };
  return (
    <>
      <button type="button" aria-expanded={shared !== undefined} onClick={() => (shared === undefined ? void look() : setShared(undefined))}>
        {words.expandBy}
      </button>
      {refused !== undefined && <Refusal refused={refused} />}
      {shared !== undefined && (
        <fieldset class="common">
          <legend>{words.expandBy}</legend>
          {ids.length > LOOKED_AT && <p class="quiet">{say('commonOf', { n: LOOKED_AT })}</p>}
          {ENTITY_KINDS.map((kind) => {
            const of = shared.filter((one) => one.kind === kind);
            const numbers = of.reduce((sum, one) => sum + one.numbers, 0);
            const suspects = of.reduce((sum, one) => sum + one.suspects, 0);
            return (
              <label key={kind} class="tick kind">
                <input
                  type="checkbox"
                  disabled={of.length === 0}
                  checked={kinds.includes(kind)}
                  onChange={() => setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
                />
                {name(kind)} {count(of.length, language)}
                {of.length > 0 && <small>{say('expandOthers', { n: count(numbers, language), m: count(suspects, language) })}</small>}
              </label>
            );
          })}
          <button type="button" disabled={!shared.some((one) => kinds.includes(one.kind))} onClick={expand}>{words.expandDo}</button>
          {done !== undefined && <p class="quiet" role="status">{done}</p>}
        </fieldset>
      )}
    </>
  );
}
