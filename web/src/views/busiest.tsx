// Whom a number is in contact with most, for those who may know.

import { count, instant } from '../formats';
import { NumberLink } from '../parts/marks';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-busiest.graphql?raw';

interface Answer {
  number: { contactsSummary: { busiest: Acquaintance[] } | null } | null;
}

interface Acquaintance {
  id: string;
  number: string;
  sent: { events: number };
  received: { events: number };
  lastAt: string;
}

export function Busiest({ id, asOf, tick }: { id: string; asOf: string | null; tick: string }) {
  const { language, words } = useSpeaking();
  const asked = useAnswer<Answer>(document, { id, asOf }, tick);
  return (
    <>
      <h3>{words.busiest}</h3>
      <Answered asked={asked}>
        {({ number }) => (
          <Table heads={['number', ['sent'], ['received'], 'lastContact']}>
            {(number?.contactsSummary?.busiest ?? []).map((one) => (
              <tr key={one.id}>
                <td><NumberLink id={one.id} number={one.number} /></td>
                <td class="figure">{count(one.sent.events, language)}</td>
                <td class="figure">{count(one.received.events, language)}</td>
                <td>{instant(one.lastAt, language)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Answered>
    </>
  );
}
