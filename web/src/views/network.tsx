// A network: its members and what they share, beside the canvas.

import { useMemo } from 'preact/hooks';
import { useMay } from '../caller';
import { Casework } from '../parts/casework';
import { Collect } from '../parts/collect';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { count, instant, percent } from '../formats';
import { later } from '../parts/later';
import { Answered, Missing } from '../parts/notice';
import { NumberLink, Probability } from '../parts/marks';
import { Table } from '../parts/table';
import { EntityLink } from '../parts/things';
import { link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import { Descent } from './descent';
import { Gone } from './gone';
import { NetworkPeople } from './networkPeople';
import document from '../../../schema/operations/page-network.graphql?raw';

const Canvas = later(() => import('../canvas/canvas'));
const SEEDS_MOST = 100;

interface Network {
  id: string;
  reference: string;
  size: number;
  flaggedCount: number;
  exposed: number;
  losses: number;
  scamType: string | null;
  firstSeen: string;
  lastSeen: string;
  roles: { role: string; count: number }[];
  linked: { id: string; reference: string; through: string[]; strength: number }[];
  members: { id: string; number: string; role: string; fraudProbability: number; flagged: boolean }[];
  entities: { id: string; kind: string; token: string; fraudProbability: number }[];
}

export function NetworkView({ place, tick, asOf }: { place: Place; tick: string; asOf: string }) {
  const asked = useAnswer<{ network: Network | null }>(document, place.id === undefined ? null : { id: place.id }, tick);
  const gone = <Gone id={place.id ?? ''} tick={tick} />;
  return (
    <Answered asked={asked} title="networkTitle" gone={gone}>
      {({ network }) => (network === null ? <Missing title="networkTitle">{gone}</Missing> : <Found one={network} place={place} asOf={asOf} tick={tick} />)}
    </Answered>
  );
}

function Found({ one, place, asOf, tick }: { one: Network; place: Place; asOf: string; tick: string }) {
  const { language, words, name } = useSpeaking();
  const may = useMay();
  const seeds = useMemo(() => one.members.slice(0, SEEDS_MOST).map((member) => member.id), [one.id]);
  return (
    <>
      <div class="headline">
        <h1>{words.networkTitle} {one.reference}</h1>
        <div class="acts">
          <Collect networks={[one.id]} />
          <Keep kinds={ABOUT_NUMBERS} numbers={seeds} />
        </div>
      </div>
      <p class="facts">
        {one.scamType !== null && <span>{name(one.scamType)}</span>}
        <span>{words.size}{words.colon}{count(one.size, language)}</span>
        <span>{words.flaggedCount}{words.colon}{count(one.flaggedCount, language)}</span>
        <span>{words.exposed}{words.colon}{count(one.exposed, language)}</span>
        <span>{words.losses}{words.colon}{count(one.losses, language)}</span>
        <span>{instant(one.firstSeen)} – {instant(one.lastSeen)}</span>
        <span>{one.roles.map((role) => `${name(role.role)} ${role.count}`).join(words.comma)}</span>
      </p>
      {may('Query.neighbourhood') && (
        <Canvas seeds={seeds} place={place} asOf={asOf} />
      )}
      <NetworkPeople id={one.id} tick={tick} />
      <div class="columns">
        <Members one={one} />
        <section>
          <h2>{words.entities}</h2>
          <Table named={words.entities} heads={['kind', 'token', ['fraudProbability']]}>
            {one.entities.map((entity) => (
              <tr key={entity.id}>
                <td>{name(entity.kind)}</td>
                <td><EntityLink id={entity.id} token={entity.token} /></td>
                <td class="figure">{percent(entity.fraudProbability)}</td>
              </tr>
            ))}
          </Table>
          {one.linked.length > 0 && <h2>{words.linked}</h2>}
          <ul>
            {together(one.linked).map((other) => (
              <li key={other.id}>
                <a href={link('network', other.id)}>{other.reference}</a> {words.through} {other.through.map((kind) => name(kind.toUpperCase())).join(words.listed)}
              </li>
            ))}
          </ul>
          <Descent id={one.id} tick={tick} />
          <Casework id={one.id} tick={tick} />
        </section>
      </div>
    </>
  );
}

/** A network that is linked in several ways is told once, with all of them. */
function together(linked: Network['linked']): Network['linked'] {
  const found = new Map<string, Network['linked'][number]>();
  for (const one of linked) found.set(one.id, { ...one, through: [...new Set([...(found.get(one.id)?.through ?? []), ...one.through])] });
  return [...found.values()];
}

function Members({ one }: { one: Network }) {
  const may = useMay();
  const { language, words, name } = useSpeaking();
  return (
    <section>
      <h2>{words.members}</h2>
      {may('Query.neighbourhood') && <p class="quiet">{words.ofTheAnalysis}</p>}
      {one.members.length < one.size && <p class="quiet">{count(one.members.length, language)} {words.of} {count(one.size, language)}</p>}
      <div class="scroll tall">
        <Table named={words.members} heads={['number', 'role', 'fraudProbability', 'flags']}>
          {one.members.map((member) => (
            <tr key={member.id}>
              <td><NumberLink id={member.id} number={member.number} /></td>
              <td>{name(member.role)}</td>
              <td><Probability value={member.fraudProbability} /></td>
              <td>{member.flagged ? words.legendFlagged : '–'}</td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}
