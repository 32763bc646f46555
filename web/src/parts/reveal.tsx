// The whole number behind a masked one. The service writes who asks and why before it answers.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { useMay } from '../caller';
import { useSpeaking } from '../words';
import { useDraft } from './kept';
import { Refusal } from './notice';
import { refusal } from './refused';
import document from '../../../schema/operations/page-reveal.graphql?raw';

export function Reveal({ id }: { id: string }) {
  const { words } = useSpeaking();
  const may = useMay();
  const [shown, setShown] = useState<string>();
  const draft = useDraft(`reveal ${id}`);
  const [refused, setRefused] = useState<Refused>();
  const reveal = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    ask<{ revealNumber: { number: string } }>(document, { id, purpose: given.get('purpose'), case: given.get('case') || null })
      .then((data) => {
        draft.sent();
        setShown(data.revealNumber.number);
        setRefused(undefined);
      })
      .catch((failed: unknown) => setRefused(refusal(failed)));
  };
  if (!may('Mutation.revealNumber')) return null;
  if (shown !== undefined) return <p role="status"><span class="tail revealed">{shown}</span> <small>{words.revealedNote}</small></p>;
  return (
    <details open={draft.begun}>
      <summary>{words.reveal}</summary>
      <form class="filters" ref={draft.form} onSubmit={reveal}>
        <p class="quiet">{words.revealNote}</p>
        <label class="choice">{words.revealPurpose}<input name="purpose" required /></label>
        <label class="choice">{words.revealCase}<input name="case" maxLength={60} /></label>
        <button type="submit">{words.revealDo}</button>
      </form>
      {refused !== undefined && <Refusal refused={refused} />}
    </details>
  );
}
