// Save what one looks at as a question, to be asked again of each analysis.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { useMay } from '../caller';
import { link } from '../route';
import { useSpeaking, type Speaking } from '../words';
import { questionsChanged } from './news';
import { Refusal } from './notice';
import { useDraft } from './kept';
import { refusal } from './refused';
import document from '../../../schema/operations/page-question-save.graphql?raw';

export const ABOUT_NUMBERS = ['CONTACTS', 'SHARING'];
/** That one question is about. */
const NUMBERS_MOST = 100;

export interface Criteria {
  grade?: string | null;
  stage?: string | null;
  scamType?: string | null;
  region?: string | null;
}

interface Keeping {
  kinds: string[];
  criteria?: Criteria;
  numbers?: string[];
}

/** Nothing for those who may not save. */
export function Keep({ kinds, criteria = {}, numbers = [] }: Keeping) {
  const { words } = useSpeaking();
  const may = useMay();
  const { begun } = useDraft(nameOf(kinds, criteria, numbers));
  const [open, setOpen] = useState(begun);
  if (!may('Mutation.saveQuestion')) return null;
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{words.saveQuestion}</button>
      {open && <Form kinds={kinds} criteria={criteria} numbers={numbers} />}
    </>
  );
}

function nameOf(kinds: string[], criteria: Criteria, numbers: string[]): string {
  return `keep ${JSON.stringify([kinds, criteria])} ${numbers.join()}`;
}

function Form({ kinds, criteria, numbers }: Required<Keeping>) {
  const speaking = useSpeaking();
  const { words, name, say } = speaking;
  const [kind, setKind] = useState(kinds[0] as string);
  const [saved, setSaved] = useState<{ id: string; title: string; total: number }>();
  const [refused, setRefused] = useState<Refused>();
  const draft = useDraft(nameOf(kinds, criteria, numbers));
  const about = numbers.slice(0, NUMBERS_MOST);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const title = new FormData(event.currentTarget as HTMLFormElement).get('title');
    ask<{ saveQuestion: { id: string; title: string; total: number } }>(document, {
      ...criteria, title, kind, ...(about.length > 0 ? { numbers: about } : {}),
    })
      .then(({ saveQuestion }) => {
        setSaved(saveQuestion);
        draft.sent();
        setRefused(undefined);
        questionsChanged();
      })
      .catch((failed: unknown) => setRefused(refusal(failed)));
  };
  return (
    <form class="filters" ref={draft.form} onSubmit={send} aria-label={words.saveQuestion}>
      {kinds.length > 1 && (
        <label class="choice">
          {words.question}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            {kinds.map((one) => <option key={one} value={one}>{name(one)}</option>)}
          </select>
        </label>
      )}
      <label class="choice">
        {words.title}
        <input name="title" key={kind} required size={36} defaultValue={told(speaking, kind, criteria)} />
      </label>
      <button type="submit">{words.save}</button>
      {numbers.length > about.length && <small>{say('questionOf', { n: about.length })}</small>}
      {saved !== undefined && (
        <p role="status">{say('questionSaved', { n: saved.total })} <a href={link('question', saved.id)}>{saved.title}</a></p>
      )}
      {refused !== undefined && <Refusal refused={refused} />}
    </form>
  );
}

/** What a question asks, in words. */
export function told({ words, name }: Speaking, kind: string, { grade, stage, scamType, region }: Criteria): string {
  const narrowed = [grade, stage, scamType].filter((one) => one !== undefined && one !== null && one !== '').map((one) => name(one as string));
  return [name(kind), ...narrowed, ...(region ? [`${words.region} ${region}`] : [])].join(' · ');
}
