// Search first: a number in any form, many pasted at once, an account, or a reference that somebody said on the telephone.

import { useEffect, useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { ENTITY_KINDS } from '../parts/choice';
import { Collect } from '../parts/collect';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { type Line, NumberLines } from '../parts/lines';
import { useDraft, useKept } from '../parts/kept';
import { Refusal } from '../parts/notice';
import { inParts, pasted, PASTED_MOST } from '../parts/pasted';
import { refusal } from '../parts/refused';
import { EntityLink } from '../parts/things';
import { go, link } from '../route';
import { useSpeaking } from '../words';
import endDocument from '../../../schema/operations/page-token-end.graphql?raw';
import numbersDocument from '../../../schema/operations/page-numbers.graphql?raw';
import entityDocument from '../../../schema/operations/page-entity-search.graphql?raw';

const SEEDS_MOST = 50;
const TOKEN_END = 'TOKEN_END';
/** What is longer is no account. */
const THING_MOST = 200;
/** What somebody copied off a screen: a whole token, or its end with at least one letter, or it may be a short code. */
const ENDS = /^(?=.*[a-z])(v\d+\.|…|\.\.\.)?[a-z2-7]{6,24}$/i;
const REFERENCE = /^([NI])[-–—\s]+([0-9A-Z]{4})[-–—\s]+([0-9A-Z])$/i;

/** As the page itself shows numbers. */
const MASKED = /\d[\s\d]*\*{2,}|\*{2,}\s*\d/;

interface Thing {
  id: string;
  kind: string;
  token: string;
}

interface Found {
  /** What was asked, to be asked again of another analysis. */
  typed: string[];
  /** So many more were typed than are looked up at once. */
  beyond: number;
  /** Null: a number that is not known. */
  lines: (Line | null)[];
  /** Devices, holders, accounts. */
  things: Thing[];
}

export function Search({ tick }: { tick: string }) {
  const { words, name } = useSpeaking();
  const may = useMay();
  const draft = useDraft('search');
  const [found, setFound] = useKept<Found | undefined>('search found', undefined);
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
  // A list that somebody comes back to, or that stands there under another analysis, is read again.
  useEffect(() => {
    if (found === undefined || found.lines.length < 2 || found.typed.length === 0) return undefined;
    let here = true;
    asked(found.typed).then((lines) => here && setFound({ ...found, lines })).catch((failed: unknown) => here && setRefused(refusal(failed)));
    return () => {
      here = false;
    };
  }, [tick]);
  return (
    <>
      <h1>{words.searchTitle}</h1>
      <form onSubmit={search} class="search" ref={draft.form}>
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
  const [reference, ...parts] = REFERENCE.exec(text) ?? [];
  if (reference !== undefined) {
    const written = parts.join('-').toUpperCase();
    go(written.startsWith('I') ? 'investigation' : 'network', written); // both are found by it
    return undefined;
  }
  if (kind === TOKEN_END) return ended(text);
  if (kind !== '') {
    const entity = await thingOf(kind, text);
    if (entity === null) throw new Refused('NOTHING_LIKE_IT', '');
    go('entity', entity.id);
    return undefined;
  }
  const all = pasted(text);
  const typed = all.slice(0, PASTED_MOST);
  const lines = await asked(typed);
  const only = lines.length === 1 ? lines[0] : undefined;
  if (only) {
    go('number', only.id);
    return undefined;
  }
  const found = { typed, beyond: all.length - typed.length, lines, things: [] };
  if (only !== null) return found;
  // A sender's name can look like the end of a token: only what is no number that is known is taken for one.
  if (byEnd && ENDS.test(text)) return ended(text);
  const things = text.length > THING_MOST ? [] : await thingsOf(text);
  const [thing] = things;
  if (thing === undefined || things.length > 1) return { ...found, things };
  go('entity', thing.id);
  return undefined;
}

/** What is known of each number, in their order. */
async function asked(typed: string[]): Promise<(Line | null)[]> {
  const lines: (Line | null)[] = [];
  for (const numbers of inParts(typed)) {
    const answer = await ask<{ numbers: (Line | null)[] }>(numbersDocument, { numbers });
    lines.push(...answer.numbers);
  }
  return lines;
}

/** Devices, holders, accounts … that have this as their own number or name: nobody has to know which kind it is. */
async function thingsOf(text: string): Promise<Thing[]> {
  const found = await Promise.all(ENTITY_KINDS.map((kind) => thingOf(kind, text)));
  return found.filter((one) => one !== null);
}

async function thingOf(kind: string, value: string): Promise<Thing | null> {
  try {
    return (await ask<{ entity: Thing | null }>(entityDocument, { kind, value })).entity;
  } catch (failed) {
    if (failed instanceof Refused && failed.code === 'NOT_FOUND') return null;
    throw failed;
  }
}

/** What has a token that ends so; a single one is opened. */
async function ended(end: string): Promise<Found | undefined> {
  const { tokenEnd } = await ask<{ tokenEnd: { numbers: Line[]; entities: Thing[] } }>(endDocument, { end });
  const { numbers, entities } = tokenEnd;
  const [number] = numbers;
  const [entity] = entities;
  if (number === undefined && entity === undefined) throw new Refused('NOTHING_LIKE_IT', '');
  if (numbers.length + entities.length > 1) return { typed: [], beyond: 0, lines: numbers, things: entities };
  if (number !== undefined) go('number', number.id);
  else if (entity !== undefined) go('entity', entity.id);
  return undefined;
}

function Lines({ found: { typed, beyond, lines, things } }: { found: Found }) {
  const { words, name, say } = useSpeaking();
  const may = useMay();
  const known = lines.filter((line) => line !== null);
  const ids = known.map((line) => line.id);
  return (
    <section>
      <p role="status">
        {say('found', { n: known.length, m: lines.length })}
        {beyond > 0 && ` ${say('pastedBeyond', { n: beyond, m: PASTED_MOST })}`}
        {typed.some((one, place) => lines[place] === null && MASKED.test(one)) && ` ${words.searchMasked}`}
      </p>
      <div class="acts">
        {ids.length > 0 && may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
        {ids.length > 0 && <Collect numbers={ids} />}
        {ids.length > 0 && <Keep kinds={ABOUT_NUMBERS} numbers={ids} />}
      </div>
      {lines.length > 0 && <NumberLines lines={lines} typed={typed} />}
      {things.length > 0 && (
        <>
          <h2>{say('tokenEndFound', { n: things.length })}</h2>
          <ul>{things.map((one) => <li key={one.id}>{name(one.kind)} <EntityLink id={one.id} token={one.token} /></li>)}</ul>
        </>
      )}
    </section>
  );
}
