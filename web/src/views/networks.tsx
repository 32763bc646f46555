// Scam networks, in the order of interest.

import { useState } from 'preact/hooks';
import { count, instant } from '../formats';
import { Answered } from '../parts/notice';
import { Keep } from '../parts/keep';
import { Choice, NETWORK_ORDERS, SCAM_TYPES } from '../parts/choice';
import { type Connection, More, usePages } from '../parts/paging';
import { Table } from '../parts/table';
import { keepSettings, link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-networks.graphql?raw';

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
}

export function Networks({ place, tick }: { place: Place; tick: string }) {
  const { words } = useSpeaking();
  const [orderBy, setOrder] = useState(place.settings.get('orderBy') ?? 'EXPOSED');
  const [scamType, setScamType] = useState(place.settings.get('scamType') ?? '');
  const variables = { orderBy, ...(scamType === '' ? {} : { scamType }) };
  const asked = useAnswer<{ networks: Connection<Network> }>(document, variables, tick);
  return (
    <>
      <h1>{words.networksTitle}</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice label="orderBy" values={NETWORK_ORDERS} chosen={orderBy} all={false} choose={(value) => {
          setOrder(value);
          keepSettings(place, { orderBy: value, scamType });
        }} />
        <Choice label="scamType" values={SCAM_TYPES} chosen={scamType} choose={(value) => {
          setScamType(value);
          keepSettings(place, { orderBy, scamType: value });
        }} />
      </form>
      <div class="acts"><Keep key={scamType} kinds={['NETWORKS']} criteria={{ scamType: scamType || null }} /></div>
      <Answered asked={asked}>{(data) => <List first={data.networks} variables={variables} />}</Answered>
    </>
  );
}

function List({ first, variables }: { first: Connection<Network>; variables: Record<string, string> }) {
  const { language, words, name } = useSpeaking();
  const { nodes, more } = usePages(first, document, variables, (data) => data['networks'] as Connection<Network>);
  if (nodes.length === 0) return <p class="quiet">{words.nothing}</p>;
  return (
    <>
      <div class="scroll">
        <Table
          named={words.networksTitle}
          heads={[
            'reference', 'scamType', ['size'], ['flaggedCount'], ['exposed'], ['losses'], 'roles', 'firstSeen', 'lastSeen',
          ]}
        >
          {nodes.map((one) => (
            <tr key={one.id}>
              <td><a href={link('network', one.id)}>{one.reference}</a></td>
              <td>{one.scamType === null ? '–' : name(one.scamType)}</td>
              <td class="figure">{count(one.size, language)}</td>
              <td class="figure">{count(one.flaggedCount, language)}</td>
              <td class="figure">{count(one.exposed, language)}</td>
              <td class="figure">{count(one.losses, language)}</td>
              <td>{one.roles.map((role) => `${name(role.role)} ${role.count}`).join(words.comma)}</td>
              <td class="when">{instant(one.firstSeen)}</td>
              <td class="when">{instant(one.lastSeen)}</td>
            </tr>
          ))}
        </Table>
      </div>
      <More more={more} />
    </>
  );
}
