// What may be done to a number: flag it, appeal against suspicion, set it free. Each asks for its reason.

import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useSpeaking, type Word } from '../words';
import { SCAM_TYPES } from './choice';
import { Refusal } from './notice';
import appeal from '../../../schema/operations/page-appeal.graphql?raw';
import release from '../../../schema/operations/page-release.graphql?raw';
import flag from '../../../schema/operations/page-flag.graphql?raw';

type Act = 'flag' | 'appeal' | 'release';

export function Acts({ id, done }: { id: string; done: () => void }) {
  const { words, name } = useSpeaking();
  const [act, setAct] = useState<Act>();
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<Refused>();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    try {
      setSaid(await perform(act as Act, id, given, words));
      setRefused(undefined);
      setAct(undefined);
      done();
    } catch (failed) {
      setRefused(failed instanceof Refused ? failed : new Refused('INTERNAL_SERVER_ERROR', String(failed)));
    }
  };
  const choices: Act[] = ['flag', 'appeal', 'release'];
  return (
    <>
      {choices.map((one) => (
        <button key={one} type="button" aria-expanded={act === one} onClick={() => setAct(act === one ? undefined : one)}>
          {words[one]}
        </button>
      ))}
      {act !== undefined && (
        <form class="filters" onSubmit={send} aria-label={words[act]}>
          {act === 'flag' ? (
            <>
              <label class="choice">
                {words.scamType}
                <select name="scamType">{SCAM_TYPES.map((one) => <option key={one} value={one}>{name(one)}</option>)}</select>
              </label>
              <label class="choice">{words.revealCase}<input name="case" maxLength={60} /></label>
            </>
          ) : (
            <label class="choice">{words.reason}<input name="reason" required maxLength={200} size={40} /></label>
          )}
          <button type="submit">{words.send}</button>
          <button type="button" onClick={() => setAct(undefined)}>{words.cancel}</button>
        </form>
      )}
      {said !== '' && <p role="status">{said}</p>}
      {refused !== undefined && <Refusal code={refused.code} message={refused.message} />}
    </>
  );
}

async function perform(act: Act, id: string, given: FormData, words: Record<Word, string>): Promise<string> {
  if (act === 'flag') {
    await ask(flag, { numbers: [id], scamType: given.get('scamType'), caseId: given.get('case') || null });
    return words.flagged;
  }
  if (act === 'appeal') {
    await ask(appeal, { number: id, reason: given.get('reason') });
    return words.appealSent;
  }
  const made = await ask<{ releaseNumber: { warningsCancelled: number } }>(release, { number: id, reason: given.get('reason') });
  return `${words.released} ${made.releaseNumber.warningsCancelled}`;
}
