// One investigation: what it holds and where that came from, its log, and what one can do to it.

import { useEffect, useState } from 'preact/hooks';
import { ask, type Refused, type Variables } from '../asking';
import { useCaller, useMay } from '../caller';
import { instant } from '../formats';
import { INVESTIGATION_STATES } from '../parts/choice';
import { Held, type HeldNetwork, type HeldNumber, HeldNetworks } from '../parts/held';
import type { Opened } from '../parts/opened';
import { workOn } from '../parts/collect';
import { Answered, Missing, Refusal } from '../parts/notice';
import { PackButton } from '../parts/pack';
import { useDraft } from '../parts/kept';
import { inParts, pasted, PASTED_MOST } from '../parts/pasted';
import { refusal } from '../parts/refused';
import { useInvestigationChanges } from '../parts/worked';
import { link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-investigation.graphql?raw';
import addDocument from '../../../schema/operations/page-investigation-add.graphql?raw';
import annotateDocument from '../../../schema/operations/page-investigation-annotate.graphql?raw';
import changeDocument from '../../../schema/operations/page-investigation-change.graphql?raw';

const SEEDS_MOST = 50;
const SUPPOSED_MOST = 100;

interface Note {
  id: string;
  kind: string;
  text: string;
  by: string;
  at: string;
  about: string | null;
}

interface Investigation extends Opened {
  openedBy: string;
  openedAt: string;
  withheld: number;
  numbers: HeldNumber[];
  networks: HeldNetwork[];
  notes: Note[];
}

/** Sends a change and reads the investigation anew. Its answer; nothing where it was refused, which is said. */
type Change = <Answer>(document: string, variables: Variables) => Promise<Answer | undefined>;

export function InvestigationView({ place, tick }: { place: Place; tick: string }) {
  const asked = useAnswer<{ investigation: Investigation | null }>(document, place.id === undefined ? null : { id: place.id }, `${tick} ${useInvestigationChanges(true)}`);
  const [refused, setRefused] = useState<Refused>();
  const change = async <Answer,>(sent: string, variables: Variables) => {
    try {
      const answer = await ask<Answer>(sent, { id: asked.data?.investigation?.id, ...variables });
      setRefused(undefined);
      asked.again();
      return answer;
    } catch (failed) {
      setRefused(refusal(failed));
      return undefined;
    }
  };
  return (
    <Answered asked={asked} title="investigation">
      {({ investigation }) => (investigation === null ? <Missing title="investigation" /> : (
        <>
          <Head one={investigation} change={change} />
          {refused !== undefined && <Refusal refused={refused} />}
          <Found one={investigation} change={change} />
        </>
      ))}
    </Answered>
  );
}

function Head({ one, change }: { one: Investigation; change: Change }) {
  useEffect(() => workOn(one.id), [one.id]);
  const { words, name } = useSpeaking();
  const caller = useCaller();
  const may = useMay();
  const mine = may('Mutation.changeInvestigation');
  const ids = one.numbers.map((number) => number.id);
  const assign = (event: SubmitEvent) => {
    event.preventDefault();
    void change(changeDocument, { assignee: String(new FormData(event.currentTarget as HTMLFormElement).get('assignee')).trim() });
  };
  return (
    <>
      <h1><bdi>{one.title}</bdi> <span class="tail">{one.reference}</span></h1>
      <p class="facts">
        <span class="mark">{name(one.status)}</span>
        <span>{words.caseId}{words.colon}{one.caseId ?? '–'}</span>
        <span>{words.region}{words.colon}{one.region || words.wholeCountry}</span>
        <span>{words.assignee}{words.colon}{one.assignee ?? words.nobody}</span>
        <span>{words.openedBy} {one.openedBy}{words.comma}{instant(one.openedAt)}</span>
      </p>
      <div class="acts">
        {ids.length > 0 && may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
        {ids.length > 0 && may('Query.simulateFlag') && <a href={link('what-if', ids.slice(0, SUPPOSED_MOST).join(','))}>{words.whatIf}</a>}
        <PackButton id={one.id} />
      </div>
      {mine && (
        <form class="filters" onSubmit={assign}>
          <label class="choice">
            {words.state}
            <select value={one.status} onChange={(event) => void change(changeDocument, { status: event.currentTarget.value })}>
              {INVESTIGATION_STATES.map((state) => <option key={state} value={state}>{name(state)}</option>)}
            </select>
          </label>
          <label class="choice">{words.assignee}<input name="assignee" key={one.assignee} defaultValue={one.assignee ?? ''} maxLength={60} /></label>
          <button type="submit">{words.assign}</button>
          {caller !== undefined && one.assignee !== caller.name && (
            <button type="button" onClick={() => void change(changeDocument, { assignee: caller.name })}>{words.takeOver}</button>
          )}
        </form>
      )}
    </>
  );
}

function Found({ one, change }: { one: Investigation; change: Change }) {
  const { words, name, say } = useSpeaking();
  const may = useMay();
  const remove = may('Mutation.changeInvestigation') ? (id: string) => void change(changeDocument, { remove: [id] }) : undefined;
  const shown = new Map([...one.numbers.map((held) => [held.id, held.number]), ...one.networks.map((held) => [held.id, held.reference])] as [string, string][]);
  return (
    <div class="columns">
      <section>
        <h2>{words.numbers}</h2>
        {one.withheld > 0 && <p class="notice">{say('withheld', { n: one.withheld })}</p>}
        {may('Mutation.addToInvestigation') && <Add id={one.id} change={change} />}
        {one.numbers.length === 0 ? <p class="quiet">{words.holdsNothing}</p> : <Held numbers={one.numbers} remove={remove} />}
        {one.networks.length > 0 && (
          <>
            <h2>{words.networks}</h2>
            <HeldNetworks networks={one.networks} remove={remove} />
          </>
        )}
      </section>
      <section>
        <h2>{words.log}</h2>
        {may('Mutation.annotate') && <Annotate id={one.id} shown={shown} change={change} />}
        <ol class="log">
          {one.notes.map((note) => (
            <li key={note.id}>
              <small>{instant(note.at)} · {note.by}{note.kind !== 'NOTE' && ` · ${name(note.kind)}`}</small>
              {note.about !== null && <span class="tail"> {shown.get(note.about) ?? (note.kind === 'REMOVED' ? '' : words.takenOut)}</span>}
              <p>{note.kind === 'STATUS' ? name(note.text.toUpperCase()) : note.text}</p>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function Add({ id, change }: { id: string; change: Change }) {
  const { words, say } = useSpeaking();
  const [said, setSaid] = useState('');
  const draft = useDraft(`add ${id}`);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const all = pasted(String(new FormData(form).get('text')));
    const numbers = all.slice(0, PASTED_MOST);
    if (numbers.length === 0) return;
    let added = 0;
    let before = 0;
    const unknown: number[] = [];
    for (const part of inParts(numbers)) {
      const answer = await change<{ addToInvestigation: { added: number; notFound: number[] } }>(addDocument, { numbers: part });
      if (answer === undefined) return;
      added += answer.addToInvestigation.added;
      for (const place of answer.addToInvestigation.notFound) unknown.push(before + place + 1);
      before += part.length;
    }
    const lines = unknown.join(words.listed);
    const beyond = all.length - numbers.length;
    setSaid([
      say('pastedIn', { n: added, m: numbers.length }),
      ...(lines === '' ? [] : [say('pastedUnknown', { lines })]),
      ...(beyond === 0 ? [] : [say('pastedBeyond', { n: beyond, m: PASTED_MOST })]),
    ].join(' '));
    draft.sent();
    form.reset();
  };
  return (
    <details open={draft.begun}>
      <summary>{words.addNumbers}</summary>
      <form class="search" ref={draft.form} onSubmit={send}>
        <label>{words.addField}<textarea name="text" rows={4} autoComplete="off" spellcheck={false} required /></label>
        <button type="submit">{words.collectDo}</button>
      </form>
      {said !== '' && <p role="status">{said}</p>}
    </details>
  );
}

function Annotate({ id, shown, change }: { id: string; shown: Map<string, string>; change: Change }) {
  const { words } = useSpeaking();
  const draft = useDraft(`annotate ${id}`);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    if (await change(annotateDocument, { text: given.get('text'), about: given.get('about') || null })) {
      draft.sent();
      form.reset();
    }
  };
  return (
    <form class="search" ref={draft.form} onSubmit={send}>
      <label>{words.note}<textarea name="text" rows={2} required /></label>
      <label class="choice">
        {words.noteAbout}
        <select name="about">
          <option value="">{words.noteAboutAll}</option>
          {[...shown].map(([id, label]) => <option key={id} value={id}>{label}</option>)}
        </select>
      </label>
      <button type="submit">{words.noteDo}</button>
    </form>
  );
}
