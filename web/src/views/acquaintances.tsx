// Whom a number was in contact with last, and with whom most, for those who may know.

import { useState } from 'preact/hooks';
import { count, instant, span } from '../formats';
import { ClassMark, GradeMark, NumberLink } from '../parts/marks';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { type Asked, useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-acquaintances.graphql?raw';

/** Rows at first: the rest of what is known of the number is to be seen beside them. */
const SHOWN = 5;
/** Called suspect from this probability on, as the service does. */
const SUSPECT = 0.5;

interface Answer {
  number: { contactsSummary: { latest: Acquaintance[]; busiest: Acquaintance[] } | null } | null;
}

interface Way {
  events: number;
  talkSeconds: number;
}

interface Acquaintance {
  id: string;
  number: string;
  class: string;
  fraudProbability: number;
  network: string | null;
  directoryRole: string | null;
  grade: string | null;
  sent: Way;
  received: Way;
  lastAt: string;
}

/** Nothing is asked where the caller may not know (`may`). */
export function useAcquaintances(id: string, asOf: string | null, tick: string, may: boolean): Asked<Answer> {
  return useAnswer<Answer>(document, may ? { id, asOf } : null, tick);
}

export function Latest({ asked }: { asked: Asked<Answer> }) {
  const { words } = useSpeaking();
  return (
    <section class="acquainted latest">
      <h2>{words.latest}</h2>
      <Answered asked={asked}>{(data) => <Those named={words.latest} all={data.number?.contactsSummary?.latest ?? []} />}</Answered>
    </section>
  );
}

/** Beside `Latest`, which says that they are being read, or why they cannot be. */
export function Busiest({ asked }: { asked: Asked<Answer> }) {
  const { words } = useSpeaking();
  if (asked.data === undefined) return null;
  return (
    <section class="acquainted">
      <h2>{words.busiest}</h2>
      <Those named={words.busiest} all={asked.data.number?.contactsSummary?.busiest ?? []} />
    </section>
  );
}

function Those({ named, all }: { named: string; all: Acquaintance[] }) {
  const { language, words, say } = useSpeaking();
  const [whole, setWhole] = useState(false);
  if (all.length === 0) return <p class="quiet">{words.nothing}</p>;
  const shown = whole ? all : all.slice(0, SHOWN);
  return (
    <>
      <Table named={named} heads={['number', 'whatItIs', ['sent'], ['received'], ['talk'], 'lastContact']}>
        {shown.map((one) => (
          <tr key={one.id}>
            <td><NumberLink id={one.id} number={one.number} /></td>
            <td class="what"><What one={one} /></td>
            <td class="figure">{count(one.sent.events, language)}</td>
            <td class="figure">{count(one.received.events, language)}</td>
            <td class="figure">{span(Number(one.sent.talkSeconds) + Number(one.received.talkSeconds), language)}</td>
            <td class="when">{instant(one.lastAt)}</td>
          </tr>
        ))}
      </Table>
      {shown.length < all.length && (
        <button type="button" class="more" onClick={() => setWhole(true)}>{say('showAllRows', { n: count(all.length, language) })}</button>
      )}
    </>
  );
}

/** What tells whom to look at next: a suspect and its network, a person at risk, a public number; nothing of all others. */
function What({ one }: { one: Acquaintance }) {
  const { words, name } = useSpeaking();
  return (
    <>
      {one.fraudProbability >= SUSPECT && <><ClassMark kind={one.class} />{one.network !== null && <small> {one.network}</small>}</>}
      {one.grade !== null && <><small>{words.atRiskBriefly}</small> <GradeMark grade={one.grade} /></>}
      {one.directoryRole !== null && <small>{name(one.directoryRole)}</small>}
    </>
  );
}
