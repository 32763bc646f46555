// A device, holder, account, social account or link: whose it is, what speaks against it, and the way to its numbers.

import { useMay } from '../caller';
import { count, percent } from '../formats';
import { type Accused, Against } from '../parts/against';
import { Collect } from '../parts/collect';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { ClassMark, NetworkLink, NumberLink, Probability } from '../parts/marks';
import { Answered, Missing } from '../parts/notice';
import { Table } from '../parts/table';
import { type Thing, Things } from '../parts/things';
import { link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-entity.graphql?raw';

const SEEDS_MOST = 50;

interface Entity extends Accused {
  __typename: string;
  id: string;
  kind: string;
  token: string;
  numbers: { id: string; number: string; class: string; fraudProbability: number }[];
  sharedBy: number;
  networks: { id: string; reference: string; size: number }[];
  accounts: Thing[];
  devices: Thing[];
}

export function EntityView({ place, tick }: { place: Place; tick: string }) {
  const asked = useAnswer<{ node: Entity | null }>(document, place.id === undefined ? null : { id: place.id }, tick);
  return (
    <Answered asked={asked} title="entity">
      {({ node }) => (node === null || node.__typename !== 'EntityReport' ? <Missing title="entity" /> : <Found one={node} />)}
    </Answered>
  );
}

function Found({ one }: { one: Entity }) {
  const { language, words, name } = useSpeaking();
  const may = useMay();
  const ids = one.numbers.map((number) => number.id);
  const others = [...one.devices, ...one.accounts].filter((thing) => thing.id !== one.id);
  return (
    <>
      <h1>{name(one.kind)} <span class="tail">{one.token}</span></h1>
      <p class="facts">
        <span>{words.fraudProbability}{words.colon}<Probability value={one.fraudProbability} /></span>
        <span>{words.numbers}{words.colon}{count(one.sharedBy, language)}</span>
        {one.networks.length > 0 && <span>{words.networks}{words.colon}{one.networks.map((network) => <><NetworkLink key={network.id} network={network} /> </>)}</span>}
      </p>
      {ids.length > 0 && (
        <div class="acts">
          {may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
          <Collect numbers={ids} />
          <Keep kinds={ABOUT_NUMBERS} numbers={ids} />
        </div>
      )}
      <div class="columns">
        <section>
          <h2>{words.whose}</h2>
          <div class="scroll tall">
            <Table named={words.whose} heads={['number', 'class', ['fraudProbability']]}>
              {one.numbers.map((number) => (
                <tr key={number.id}>
                  <td><NumberLink id={number.id} number={number.number} /></td>
                  <td><ClassMark kind={number.class} /></td>
                  <td class="figure">{percent(number.fraudProbability)}</td>
                </tr>
              ))}
            </Table>
          </div>
          {others.length > 0 && <h2>{words.alsoOfThem}</h2>}
          {others.length > 0 && <div class="scroll tall"><Things named={words.alsoOfThem} things={others} /></div>}
        </section>
        <Against one={one} />
      </div>
    </>
  );
}
