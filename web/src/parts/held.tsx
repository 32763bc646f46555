// What an investigation holds: numbers and networks as they are now, with who added them, when and from which analysis.

import { count, instant, percent } from '../formats';
import { link } from '../route';
import { useSpeaking } from '../words';
import { ClassMark, NetworkLink, NumberLink } from './marks';
import { Table } from './table';

interface Added {
  id: string;
  addedBy: string;
  addedAt: string;
  analysisId: string | null;
}

export interface HeldNumber extends Added {
  number: string;
  class: string;
  fraudProbability: number;
  networkId: string | null;
  networkReference: string | null;
  flagged: boolean;
}

export interface HeldNetwork extends Added {
  reference: string;
  network: { size: number; flaggedCount: number; exposed: number; losses: number; scamType: string | null } | null;
}

type Remove = ((id: string) => void) | undefined;

export function Held({ numbers, remove }: { numbers: HeldNumber[]; remove: Remove }) {
  const { words } = useSpeaking();
  return (
    <div class="scroll tall">
      <Table named={words.numbers} heads={['number', 'class', ['fraudProbability'], 'network', 'added', 'takeOut']}>
        {numbers.map((one) => (
          <tr key={one.id}>
            <td><NumberLink id={one.id} number={one.number} /></td>
            <td><ClassMark kind={one.class} />{one.flagged && <small> {words.legendFlagged}</small>}</td>
            <td class="figure">{percent(one.fraudProbability)}</td>
            <td><NetworkLink network={networkOf(one)} /></td>
            <Provenance one={one} />
            <TakeOut id={one.id} label={one.number} remove={remove} />
          </tr>
        ))}
      </Table>
    </div>
  );
}

function networkOf({ networkId, networkReference }: HeldNumber): { id: string; reference: string } | null {
  return networkId === null || networkReference === null ? null : { id: networkId, reference: networkReference };
}

export function HeldNetworks({ networks, remove }: { networks: HeldNetwork[]; remove: Remove }) {
  const { language, words, name } = useSpeaking();
  return (
    <div class="scroll">
      <Table named={words.networks} heads={['reference', 'scamType', ['size'], ['exposed'], 'added', 'takeOut']}>
        {networks.map((one) => (
          <tr key={one.id}>
            <td><a class="tail" href={link('network', one.id)}>{one.reference}</a></td>
            <td>{one.network === null ? words.noNetworkNow : one.network.scamType === null ? '–' : name(one.network.scamType)}</td>
            <td class="figure">{count(one.network?.size, language)}</td>
            <td class="figure">{count(one.network?.exposed, language)}</td>
            <Provenance one={one} />
            <TakeOut id={one.id} label={one.reference} remove={remove} />
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Provenance({ one }: { one: Added }) {
  const { words } = useSpeaking();
  return <td title={`${words.analysis} ${one.analysisId ?? '–'}`}>{instant(one.addedAt)} <small>{one.addedBy}</small></td>;
}

function TakeOut({ id, label, remove }: { id: string; label: string; remove: Remove }) {
  const { words } = useSpeaking();
  return (
    <td>{remove !== undefined && <button type="button" aria-label={`${words.takeOut} ${label}`} onClick={() => remove(id)}>×</button>}</td>
  );
}
