// Devices, holders, accounts: a line each, and each leads to whose it is.

import { count, percent } from '../formats';
import { link } from '../route';
import { useSpeaking } from '../words';
import { Table } from './table';

export interface Thing {
  id: string;
  kind: string;
  token: string;
  numbers: number;
  suspects: number;
  fraudProbability: number | null;
}

export function Things({ named, things }: { named: string; things: Thing[] }) {
  const { language, name } = useSpeaking();
  return (
    <Table named={named} heads={['kind', 'token', ['numbers'], ['suspects'], ['fraudProbability']]}>
      {things.map((one) => (
        <tr key={one.id}>
          <td>{name(one.kind)}</td>
          <td><EntityLink id={one.id} token={one.token} /></td>
          <td class="figure">{count(one.numbers, language)}</td>
          <td class="figure">{count(one.suspects, language)}</td>
          <td class="figure">{percent(one.fraudProbability)}</td>
        </tr>
      ))}
    </Table>
  );
}

export function EntityLink({ id, token }: { id: string; token: string }) {
  return <a class="tail" href={link('entity', id)}>{token}</a>;
}
