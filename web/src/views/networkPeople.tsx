// The people at risk by a network, those who will probably lose money first; of the caller's region.

import { useMay } from '../caller';
import { Deadline, GradeMark, Probability } from '../parts/marks';
import { Answered } from '../parts/notice';
import { type Connection, More, usePages } from '../parts/paging';
import { Table } from '../parts/table';
import { link } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-network-people.graphql?raw';

interface Person {
  id: string;
  number: string;
  region: string | null;
  rank: number;
  grade: string;
  stage: string;
  probability: number;
  deadlineAt: string | null;
  warnings: { id: string; channel: string; state: string }[];
}

export function NetworkPeople({ id, tick }: { id: string; tick: string }) {
  const { words } = useSpeaking();
  const may = useMay();
  const variables = { network: id };
  const asked = useAnswer<{ victims: Connection<Person> }>(document, variables, tick, true);
  return (
    <section>
      <h2>{words.networkPeople}</h2>
      {may('Query.neighbourhood') && <p class="quiet">{words.ofTheAnalysis}</p>}
      <Answered asked={asked}>{({ victims }) => <List first={victims} variables={variables} />}</Answered>
    </section>
  );
}

function List({ first, variables }: { first: Connection<Person>; variables: Record<string, string> }) {
  const { words, name } = useSpeaking();
  const { nodes, more } = usePages(first, document, variables, (data) => data['victims'] as Connection<Person>);
  if (nodes.length === 0) return <p class="quiet">{words.noNetworkPeople}</p>;
  return (
    <>
      <div class="scroll tall">
        <Table named={words.networkPeople} heads={[['rank'], 'person', 'grade', 'deadline', 'probability', 'stage', 'warned']}>
          {nodes.map((one) => (
            <tr key={one.id}>
              <td class="figure">{one.rank}</td>
              <td><a class="tail" href={link('person', one.id)}>{one.number}</a>{one.region !== null && <small> {one.region}</small>}</td>
              <td><GradeMark grade={one.grade} /></td>
              <td><Deadline at={one.deadlineAt} stage={one.stage} /></td>
              <td><Probability value={one.probability} /></td>
              <td class="brief">{name(one.stage)}</td>
              <td class="lines">
                {one.warnings.length === 0 && '–'}
                {one.warnings.map((warning) => <span key={warning.id}>{name(warning.channel)}{words.colon}{name(warning.state)}</span>)}
              </td>
            </tr>
          ))}
        </Table>
      </div>
      <More more={more} />
    </>
  );
}
