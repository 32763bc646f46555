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
import { go, link } from '../route';
import { useSpeaking } from '../words';
import numbersDocument from '../../../schema/operations/page-numbers.graphql?raw';
import entityDocument from '../../../schema/operations/page-entity-search.graphql?raw';

const SEEDS_MOST = 50;
const REFERENCE = /^[NI]-[0-9A-Z]{4}-[0-9A-Z]$/i;

export function Search() {
  const { words, name } = useSpeaking();
  const [found, setFound] = useState<(Line | null)[]>();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const text = String(given.get('text')).trim();
    if (text === '') return;
    setBusy(true);
    look(text, String(given.get('kind')))
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
            {ENTITY_KINDS.map((kind) => <option key={kind} value={kind}>{name(kind)}</option>)}
          </select>
        </label>
        <button type="submit" disabled={busy}>{words.searchDo}</button>
      </form>
      {refused !== undefined && <Refusal code={refused.code} message={refused.message} />}
      {found !== undefined && <Lines lines={found} />}
    </>
  );
}

/** What was typed decides what is asked; what was typed goes into the question's body, never into an address. */
async function look(text: string, kind: string): Promise<(Line | null)[] | undefined> {
  if (REFERENCE.test(text)) {
    go(text.toUpperCase().startsWith('I') ? 'investigation' : 'network', text.toUpperCase()); // both are found by it
    return undefined;
  }
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
  return lines;
}

function Lines({ lines }: { lines: (Line | null)[] }) {
  const { words } = useSpeaking();
  const may = useMay();
  const known = lines.filter((line) => line !== null);
  const ids = known.map((line) => line.id);
  return (
    <section>
      <p role="status">{known.length} {words.found} {lines.length}</p>
      <div class="acts">
        {ids.length > 0 && may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
        {ids.length > 0 && <Collect numbers={ids} />}
        {ids.length > 0 && <Keep kinds={ABOUT_NUMBERS} numbers={ids} />}
      </div>
      <NumberLines lines={lines} />
    </section>
  );
}
