// Whom the selected numbers have in common, within the window of time: a shared friend, or the next handset of a shared one.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { count, instant } from '../formats';
import { NumberLink } from '../parts/marks';
import { Refusal } from '../parts/notice';
import { refusal } from '../parts/refused';
import { Table } from '../parts/table';
import { useSpeaking } from '../words';
import { drawnToo, type View } from './state';
import document from '../../../schema/operations/page-common.graphql?raw';

/** The service looks at so many at once. */
const MOST = 100;

interface Common {
  contacts: { id: string; number: string; knownTo: number; events: number; firstAt: string; lastAt: string }[];
  leftOut: number;
}

interface Asking {
  ids: string[];
  view: View;
  change: (part: Partial<View>) => void;
}

export function CommonContacts({ ids, view, change }: Asking) {
  const { language, words, say } = useSpeaking();
  const [found, setFound] = useState<Common>();
  const [refused, setRefused] = useState<Refused>();
  const look = () =>
    ask<{ commonContacts: Common }>(document, { ids: ids.slice(0, MOST), since: view.since || null, until: view.until || null })
      .then(({ commonContacts }) => {
        setFound(commonContacts);
        setRefused(undefined);
      })
      .catch((failed: unknown) => setRefused(refusal(failed)));
  return (
    <>
      <button type="button" onClick={() => void look()}>{words.common}</button>
      {ids.length > MOST && <small>{say('commonOf', { n: MOST })}</small>}
      {refused !== undefined && <Refusal refused={refused} />}
      {found !== undefined && (
        <div class="common" role="status">
          {found.contacts.length === 0 ? <p class="quiet">{words.noCommon}</p> : (
            <>
              <div class="scroll">
                <Table named={words.common} heads={['number', ['knownTo'], ['events'], 'firstContact']}>
                  {found.contacts.map((one) => (
                    <tr key={one.id}>
                      <td><NumberLink id={one.id} number={one.number} /></td>
                      <td class="figure">{count(one.knownTo, language)}</td>
                      <td class="figure">{count(one.events, language)}</td>
                      <td>{instant(one.firstAt)}</td>
                    </tr>
                  ))}
                </Table>
              </div>
              {found.leftOut > 0 && <p class="quiet">{say('commonLeftOut', { n: count(found.leftOut, language) })}</p>}
              <button
                type="button"
                onClick={() => change(drawnToo(view, found.contacts.map((one) => one.id)))}
              >{words.commonDraw}</button>
            </>
          )}
        </div>
      )}
    </>
  );
}
