// Whom a number was in contact with last, and with whom most, for those who may know.

import { count, instant, span } from '../formats';
import { NumberLink } from '../parts/marks';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-acquaintances.graphql?raw';

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
        <div class="columns">
          {(['latest', 'busiest'] as const).map((which) => (
            <section key={which}>
              <h3>{words[which]}</h3>
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
    <Table heads={['number', ['sent'], ['received'], ['talk'], 'lastContact']}>
      {all.map((one) => (
        <tr key={one.id}>
          <td><NumberLink id={one.id} number={one.number} /></td>
          <td class="figure">{count(one.sent.events, language)}</td>
          <td class="figure">{count(one.received.events, language)}</td>
          <td class="figure">{span(Number(one.sent.talkSeconds) + Number(one.received.talkSeconds), language)}</td>
          <td class="when">{instant(one.lastAt)}</td>
        </tr>
      ))}
    </Table>
  );
}
