// The evidence pack of an investigation: made by the service, saved as it is, with what the audit log has of it.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { useMay } from '../caller';
import { useSpeaking } from '../words';
import { Refusal } from './notice';
import { refusal } from './refused';
import { save } from './save';
import document from '../../../schema/operations/page-pack.graphql?raw';

interface Pack {
  fileName: string;
  html: string;
  sha256: string;
}

export function PackButton({ id }: { id: string }) {
  const { language, words, say } = useSpeaking();
  const may = useMay();
  const [made, setMade] = useState<Pack>();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  if (!may('Query.evidencePack')) return null;
  const make = () => {
    setBusy(true);
    ask<{ evidencePack: Pack }>(document, { id, language: language.toUpperCase() })
      .then(({ evidencePack }) => {
        save(evidencePack.html, evidencePack.fileName);
        setMade(evidencePack);
        setRefused(undefined);
      })
      .catch((failed: unknown) => setRefused(refusal(failed)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={make}>{words.pack}</button>
      {made !== undefined && (
        <p role="status" class="quiet">
          {say('packMade', { name: made.fileName })} <span class="hash">{made.sha256}</span>
        </p>
      )}
      {refused !== undefined && <Refusal refused={refused} />}
    </>
  );
}
