// What may be done to a number: flag it, appeal against suspicion, set it free. Each asks for its reason.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { useMay } from '../caller';
import { useSpeaking, type Word } from '../words';
import { SCAM_TYPES } from './choice';
import { useDraft, useKept } from './kept';
import { Refusal } from './notice';
import { refusal } from './refused';
import appeal from '../../../schema/operations/page-appeal.graphql?raw';
import release from '../../../schema/operations/page-release.graphql?raw';
import flag from '../../../schema/operations/page-flag.graphql?raw';

type Act = 'flag' | 'appeal' | 'release';

const NEEDS: Record<Act, string> = { flag: 'Mutation.flagNumbers', appeal: 'Mutation.appeal', release: 'Mutation.releaseNumber' };

interface Acting {
  /** Of the numbers; appeal and release are for one. */
  ids: string[];
  only?: Act[];
  done: () => void;
}

export function Acts({ ids, only, done }: Acting) {
  const { words, name } = useSpeaking();
  const may = useMay();
  const draft = useDraft(`acts ${ids.join()}`);
  const [last, setLast] = useKept<Act | undefined>(`act ${ids.join()}`, undefined);
  const [act, setAct] = useState<Act | undefined>(draft.begun ? last : undefined);
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<Refused>();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    setSaid(''); // of what was done before
    try {
      setSaid(await perform(act as Act, ids, given, words));
      setRefused(undefined);
      draft.sent();
      setAct(undefined);
      done();
    } catch (failed) {
      setRefused(refusal(failed));
    }
  };
  const choices = (only ?? (Object.keys(NEEDS) as Act[])).filter((one) => may(NEEDS[one]));
  return (
    <>
      {choices.map((one) => (
        <button key={one} type="button" aria-expanded={act === one} onClick={() => {
          setAct(act === one ? undefined : one);
          setLast(one);
        }}>
          {words[one]}
        </button>
      ))}
      {act !== undefined && (
        <form class="filters" ref={draft.form} onSubmit={send} aria-label={words[act]}>
          {act === 'flag' ? (
            <>
              <label class="choice">
                {words.scamType}
                <select name="scamType">{SCAM_TYPES.map((one) => <option key={one} value={one}>{name(one)}</option>)}</select>
              </label>
              <label class="choice">{words.revealCase}<input name="case" maxLength={60} /></label>
            </>
          ) : (
            <label class="choice">{words.reason}<input name="reason" required size={40} /></label>
          )}
          <button type="submit">{words.send}</button>
          <button type="button" onClick={() => {
            draft.sent();
            setAct(undefined);
          }}>{words.cancel}</button>
        </form>
      )}
      {said !== '' && <p role="status">{said}</p>}
      {refused !== undefined && <Refusal refused={refused} />}
    </>
  );
}

async function perform(act: Act, ids: string[], given: FormData, words: Record<Word, string>): Promise<string> {
  if (act === 'flag') {
    await ask(flag, { numbers: ids, scamType: given.get('scamType'), caseId: given.get('case') || null });
    return words.flagged;
  }
  if (act === 'appeal') {
    await ask(appeal, { number: ids[0], reason: given.get('reason') });
    return words.appealSent;
  }
  const made = await ask<{ releaseNumber: { warningsCancelled: number } }>(release, { number: ids[0], reason: given.get('reason') });
  return `${words.released} ${made.releaseNumber.warningsCancelled}`;
}
