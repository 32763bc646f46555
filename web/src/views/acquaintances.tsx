// Whom a number was in contact with last, and with whom most, for those who may know.

import { count, instant, span } from '../formats';
import { ClassMark, GradeMark, NumberLink } from '../parts/marks';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-acquaintances.graphql?raw';

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

export function Acquaintances({ id, asOf, tick }: { id: string; asOf: string | null; tick: string }) {
  const { words } = useSpeaking();
  const asked = useAnswer<Answer>(document, { id, asOf }, tick);
  return (
    <Answered asked={asked}>
      {({ number }) => (
        <div class="columns acquainted">
          {(['latest', 'busiest'] as const).map((which) => (
            <section key={which}>
              <h2>{words[which]}</h2>
              <Those all={number?.contactsSummary?.[which] ?? []} />
            </section>
          ))}
        </div>
      )}
    </Answered>
  );
}

function Those({ all }: { all: Acquaintance[] }) {
  const { language } = useSpeaking();
  return (
    <Table heads={['number', 'whatItIs', ['sent'], ['received'], ['talk'], 'lastContact']}>
      {all.map((one) => (
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
  );
}

/** What tells whom to look at next: a suspect and its network, a person at risk, a public number; nothing of all others. */
function What({ one }: { one: Acquaintance }) {
  const { words, name } = useSpeaking();
  return (
    <>
      {one.fraudProbability >= SUSPECT && <><ClassMark kind={one.class} />{one.network !== null && <small> {one.network}</small>}</>}
      {one.grade !== null && <><small>{words.atRisk}</small> <GradeMark grade={one.grade} /></>}
      {one.directoryRole !== null && <small>{name(one.directoryRole)}</small>}
    </>
  );
}
