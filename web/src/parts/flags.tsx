// Flags in force on a number or on a device, holder or account.

import { instant, percent } from '../formats';
import { useSpeaking } from '../words';
import { Table } from './table';

export interface Flag {
  id: string;
  scamType: string;
  source: string | null;
  confidence: number | null;
  knownAt: string;
  validFrom: string | null;
}

export function Flags({ flags }: { flags: Flag[] }) {
  const { words, name } = useSpeaking();
  if (flags.length === 0) return <p class="quiet">{words.noFlags}</p>;
  return (
    <Table named={words.flags} heads={['scamType', 'source', 'known', 'since', ['confidence']]}>
      {flags.map((flag) => (
        <tr key={flag.id}>
          <td>{name(flag.scamType)}</td>
          <td>{flag.source === null ? '–' : name(flag.source)}</td>
          <td>{instant(flag.knownAt)}</td>
          <td>{instant(flag.validFrom)}</td>
          <td class="figure">{percent(flag.confidence)}</td>
        </tr>
      ))}
    </Table>
  );
}
