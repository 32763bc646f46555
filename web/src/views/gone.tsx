// A network that the analysis does not have any more: why that may be, and which networks took in its members.

import { useEffect, useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { count } from '../formats';
import { Refusal } from '../parts/notice';
import type { Connection } from '../parts/paging';
import { refusal } from '../parts/refused';
import { link } from '../route';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-heirs.graphql?raw';

interface Heir {
  id: string;
  reference: string;
  lineage: { id: string; reference: string; kind: string; shared: number }[];
}

/** `id`: its id, or its reference. */
export function Gone({ id, tick }: { id: string; tick: string }) {
  const { language, words, name } = useSpeaking();
  const [heirs, setHeirs] = useState<[Heir, number][]>();
  const [refused, setRefused] = useState<Refused>();
  useEffect(() => {
    const leaving = new AbortController();
    heirsOf(id, leaving.signal)
      .then((found) => {
        setHeirs(found);
        setRefused(undefined);
      })
      .catch((failed: unknown) => {
        if (!leaving.signal.aborted) setRefused(refusal(failed));
      });
    return () => leaving.abort();
  }, [id, tick]);
  return (
    <>
      <p class="quiet">{name('NETWORK_GONE')}</p>
      {refused !== undefined && <Refusal refused={refused} />}
      {heirs === undefined && refused === undefined && <p class="quiet" role="status">{words.loading}</p>}
      {heirs !== undefined && heirs.length > 0 && (
        <>
          <h2>{words.heirs}</h2>
          <ul class="lineage">
            {heirs.map(([heir, shared]) => (
              <li key={heir.id}><a class="tail" href={link('network', heir.id)}>{heir.reference}</a> ({name('SHARED_MEMBERS')}: {count(shared, language)})</li>
            ))}
          </ul>
        </>
      )}
      {heirs?.length === 0 && <p>{words.noHeirs}</p>}
    </>
  );
}

/** The networks that have members of it, and how many. */
async function heirsOf(id: string, signal: AbortSignal): Promise<[Heir, number][]> {
  const found: [Heir, number][] = [];
  for (let after: string | null = null, more = true; more;) {
    const { networks }: { networks: Connection<Heir> } = await ask(document, { after }, signal);
    for (const { node } of networks.edges) {
      const shared = node.lineage.find((one) => one.id === id || one.reference === id)?.shared;
      if (shared !== undefined) found.push([node, shared]);
    }
    after = networks.pageInfo.endCursor;
    more = networks.pageInfo.hasNextPage;
  }
  return found;
}
