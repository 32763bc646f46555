// Search first: a number in any form, many pasted at once, an account, or a reference that somebody said on the telephone.

import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { percent } from '../formats';
import { ENTITY_KINDS } from '../parts/choice';
import { Collect } from '../parts/collect';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { type Line, NumberLines } from '../parts/lines';
import { ClassMark, NetworkLink, NumberLink } from '../parts/marks';
import { Refusal } from '../parts/notice';
import { inParts, pasted } from '../parts/pasted';
import { refusal } from '../parts/refused';
import { type Ground, Grounds } from '../parts/why';
import { go, link } from '../route';
import { useSpeaking } from '../words';
import numbersDocument from '../../../schema/operations/page-numbers.graphql?raw';
import entityDocument from '../../../schema/operations/page-entity.graphql?raw';

const SEEDS_MOST = 50;
const REFERENCE = /^[NI]-[0-9A-Z]{4}-[0-9A-Z]$/i;

interface Entity {
  id: string;
  kind: string;
  token: string;
  fraudProbability: number;
  numbers: { id: string; number: string; class: string; fraudProbability: number }[];
  sharedBy: number;
  networks: { id: string; reference: string; size: number }[];
  evidence: Ground[];
}

type Found = { lines: (Line | null)[] } | { entity: Entity | null };

export function Search() {
  const { words, name } = useSpeaking();
  const [found, setFound] = useState<Found>();
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
      {found !== undefined && ('lines' in found ? <Lines lines={found.lines} /> : <EntityFound entity={found.entity} />)}
    </>
  );
}

/** What was typed decides what is asked; what was typed goes into the question's body, never into an address. */
async function look(text: string, kind: string): Promise<Found | undefined> {
  if (REFERENCE.test(text)) {
    go(text.toUpperCase().startsWith('I') ? 'investigation' : 'network', text.toUpperCase()); // both are found by it
    return undefined;
  }
  if (kind !== '') {
    const answer = await ask<{ entity: Entity | null }>(entityDocument, { kind, value: text });
    return { entity: answer.entity };
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
  return { lines };
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
        <Collect numbers={ids} />
        {ids.length > 0 && <Keep kinds={ABOUT_NUMBERS} numbers={ids} />}
      </div>
      <NumberLines lines={lines} />
    </section>
  );
}

function EntityFound({ entity }: { entity: Entity | null }) {
  const { words, name } = useSpeaking();
  if (entity === null) return <Refusal code="NOT_FOUND" message="" />;
  return (
    <section>
      <h2>{name(entity.kind)} <span class="tail">{entity.token}</span></h2>
      <p class="facts">
        <span>{words.fraudProbability}: {percent(entity.fraudProbability)}</span>
        <span>{words.numbers}: {entity.sharedBy}</span>
        {entity.networks.map((one) => <NetworkLink key={one.id} network={one} />)}
      </p>
      <Grounds evidence={entity.evidence} />
      <ul>
        {entity.numbers.map((one) => (
          <li key={one.id}><NumberLink id={one.id} number={one.number} /> <ClassMark kind={one.class} /> {percent(one.fraudProbability)}</li>
        ))}
      </ul>
    </section>
  );
}
