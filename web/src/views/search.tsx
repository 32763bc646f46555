// Search first: a number in any form, many pasted at once, an account, or a reference that somebody said on the telephone.

import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { ENTITY_KINDS } from '../parts/choice';
import { Collect } from '../parts/collect';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { type Line, NumberLines } from '../parts/lines';
import { Refusal } from '../parts/notice';
import { inParts, pasted } from '../parts/pasted';
import { refusal } from '../parts/refused';
import { EntityLink } from '../parts/things';
import { go, link } from '../route';
import { useSpeaking } from '../words';
import endDocument from '../../../schema/operations/page-token-end.graphql?raw';
import numbersDocument from '../../../schema/operations/page-numbers.graphql?raw';
import entityDocument from '../../../schema/operations/page-entity-search.graphql?raw';

const SEEDS_MOST = 50;
const TOKEN_END = 'TOKEN_END';
/** What somebody copied off a screen: a whole token, or its end with at least one letter, or it may be a short code. */
const ENDS = /^(?=.*[a-z])(v\d+\.|…|\.\.\.)?[a-z2-7]{6,24}$/i;
const REFERENCE = /^[NI]-[0-9A-Z]{4}-[0-9A-Z]$/i;

interface Thing {
  id: string;
  kind: string;
  token: string;
}

interface Found {
  /** Null: a number that is not known. */
  lines: (Line | null)[];
  /** Devices, holders, accounts. */
  things: Thing[];
}

export function Search() {
  const { words, name } = useSpeaking();
  const may = useMay();
  const [found, setFound] = useState<Found>();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const text = String(given.get('text')).trim();
    if (text === '') return;
    setBusy(true);
    look(text, String(given.get('kind')), may('Query.tokenEnd'))
      .then((answer) => {
        setFound(answer);
        setRefused(undefined);
      })
      .catch((failed: unknown) => {
        setFound(undefined);
        setRefused(refusal(failed));
      })
      .finally(() => setBusy(false));
  };
  return (
    <>
      <h1>{words.searchTitle}</h1>
      <form onSubmit={search} class="search">
        <label>
          {words.searchField}
          <textarea name="text" rows={3} autoComplete="off" spellcheck={false} autofocus />
        </label>
        <label class="choice">
          {words.searchKind}
          <select name="kind">
            <option value="">{words.anyNumber}</option>
            {may('Query.tokenEnd') && <option value={TOKEN_END}>{words.tokenEnd}</option>}
            {ENTITY_KINDS.map((kind) => <option key={kind} value={kind}>{name(kind)}</option>)}
          </select>
        </label>
        <button type="submit" disabled={busy}>{words.searchDo}</button>
      </form>
      {refused !== undefined && <Refusal refused={refused} />}
      {found !== undefined && <Lines found={found} />}
    </>
  );
}

/** What was typed decides what is asked; what was typed goes into the question's body, never into an address. */
async function look(text: string, kind: string, byEnd: boolean): Promise<Found | undefined> {
  if (REFERENCE.test(text)) {
    go(text.toUpperCase().startsWith('I') ? 'investigation' : 'network', text.toUpperCase()); // both are found by it
    return undefined;
  }
  if (kind === TOKEN_END) return ended(text);
  if (kind !== '') {
    const { entity } = await ask<{ entity: { id: string } | null }>(entityDocument, { kind, value: text });
    if (entity === null) throw new Refused('NOT_FOUND', '');
    go('entity', entity.id);
    return undefined;
  }
  const lines: (Line | null)[] = [];
  for (const numbers of inParts(pasted(text))) {
    const answer = await ask<{ numbers: (Line | null)[] }>(numbersDocument, { numbers });
    lines.push(...answer.numbers);
  }
  const only = lines.length === 1 ? lines[0] : undefined;
  if (only) {
    go('number', only.id);
    return undefined;
  }
  // A sender's name can look like the end of a token: only what is no number that is known is taken for one.
  return byEnd && only === null && ENDS.test(text) ? ended(text) : { lines, things: [] };
}

/** What has a token that ends so; a single one is opened. */
async function ended(end: string): Promise<Found | undefined> {
  const { tokenEnd } = await ask<{ tokenEnd: { numbers: Line[]; entities: Thing[] } }>(endDocument, { end });
  const { numbers, entities } = tokenEnd;
  const [number] = numbers;
  const [entity] = entities;
  if (number === undefined && entity === undefined) throw new Refused('NOT_FOUND', '');
  if (numbers.length + entities.length > 1) return { lines: numbers, things: entities };
  if (number !== undefined) go('number', number.id);
  else if (entity !== undefined) go('entity', entity.id);
  return undefined;
}

function Lines({ found: { lines, things } }: { found: Found }) {
  const { words, name, say } = useSpeaking();
  const may = useMay();
  const known = lines.filter((line) => line !== null);
  const ids = known.map((line) => line.id);
  return (
    <section>
      <p role="status">{say('found', { n: known.length, m: lines.length })}</p>
      <div class="acts">
        {ids.length > 0 && may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
        {ids.length > 0 && <Collect numbers={ids} />}
        {ids.length > 0 && <Keep kinds={ABOUT_NUMBERS} numbers={ids} />}
      </div>
      {lines.length > 0 && <NumberLines lines={lines} />}
      {things.length > 0 && (
        <>
          <h2>{say('tokenEndFound', { n: things.length })}</h2>
          <ul>{things.map((one) => <li key={one.id}>{name(one.kind)} <EntityLink id={one.id} token={one.token} /></li>)}</ul>
        </>
      )}
    </section>
  );
}
