// Put what one looks at into an investigation: one that is open, or a new one.

import { useRef, useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { link } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import { useDraft } from './kept';
import { Refusal } from './notice';
import type { Connection } from './paging';
import { inParts } from './pasted';
import { refusal } from './refused';
import { investigationChanged } from './worked';
import listDocument from '../../../schema/operations/page-investigations.graphql?raw';
import openDocument from '../../../schema/operations/page-investigation-open.graphql?raw';
import annotateDocument from '../../../schema/operations/page-investigation-annotate.graphql?raw';
import addDocument from '../../../schema/operations/page-investigation-add.graphql?raw';

/** The investigation that was last opened or added to: what is found next most likely belongs there. */
let latest = '';

export function workOn(id: string): void {
  latest = id;
}

interface Brief {
  id: string;
  reference: string;
  title: string;
}

interface Collecting {
  numbers?: string[];
  networks?: string[];
}

/** Nothing for those who may not add. What is asked for is asked when somebody opens it. */
export function Collect({ numbers = [], networks = [] }: Collecting) {
  const { words } = useSpeaking();
  const may = useMay();
  const { begun } = useDraft(nameOf(numbers, networks));
  const [open, setOpen] = useState(begun);
  if (!may('Mutation.addToInvestigation')) return null;
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{words.collect}</button>
      {open && <Choose numbers={numbers} networks={networks} />}
    </>
  );
}

function nameOf(numbers: string[], networks: string[]): string {
  return `collect ${[...numbers, ...networks].join()}`;
}

function Choose({ numbers, networks }: Required<Collecting>) {
  const { words, say } = useSpeaking();
  const asked = useAnswer<{ investigations: Connection<Brief> }>(listDocument, { first: 100, status: 'OPEN' });
  const [into, setInto] = useState<Brief>();
  const [added, setAdded] = useState(0);
  const [refused, setRefused] = useState<Refused>();
  const [picked, setChosen] = useState(latest);
  const note = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(nameOf(numbers, networks));
  const [only, ...others] = [...numbers, ...networks];
  const notable = useMay()('Mutation.annotate') && others.length === 0; // a note is about one of them
  const listed = asked.data?.investigations.edges.map((edge) => edge.node) ?? [];
  if (into !== undefined && !listed.some((one) => one.id === into.id)) listed.unshift(into);
  const chosen = listed.some((one) => one.id === picked) ? picked : '';
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    try {
      const id = chosen === '' ? await begun(String(given.get('title'))) : chosen;
      let sum = 0;
      for (const sent of [...inParts(numbers).map((part) => ({ numbers: part })), ...inParts(networks).map((part) => ({ networks: part }))]) {
        const { addToInvestigation } = await ask<{ addToInvestigation: { added: number; investigation: Brief } }>(addDocument, { id, ...sent });
        sum += addToInvestigation.added;
        setInto(addToInvestigation.investigation);
        setChosen(addToInvestigation.investigation.id); // the next goes there too, and begins no other
        workOn(addToInvestigation.investigation.id);
      }
      setAdded(sum);
      const text = String(given.get('note') ?? '').trim();
      if (text !== '') await ask(annotateDocument, { id, text, about: only });
      if (note.current !== null) note.current.value = '';
      draft.sent();
      setRefused(undefined);
    } catch (failed) {
      setRefused(refusal(failed));
    } finally {
      investigationChanged();
    }
  };
  if (asked.data === undefined && asked.refused === undefined) return <p class="quiet" role="status">{words.loading}</p>;
  return (
    <form class="filters" ref={draft.form} onSubmit={send} aria-label={words.collect}>
      <label class="choice">
        {words.investigation}
        <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          <option value="">{words.newInvestigation}</option>
          {listed.map((one) => <option key={one.id} value={one.id}>{one.reference} {one.title}</option>)}
        </select>
      </label>
      {chosen === '' && <label class="choice">{words.title}<input name="title" required size={30} /></label>}
      {notable && <label key={only} class="choice note">{words.collectNote}<textarea ref={note} name="note" rows={2} cols={34} /></label>}
      <button type="submit">{words.collectDo}</button>
      {into !== undefined && (
        <p role="status">{say('collected', { n: added })} <a href={link('investigation', into.id)}>{into.reference}</a></p>
      )}
      {refused !== undefined && <Refusal refused={refused} />}
    </form>
  );
}

async function begun(title: string): Promise<string> {
  const answer = await ask<{ openInvestigation: Brief }>(openDocument, { title });
  return answer.openInvestigation.id;
}
