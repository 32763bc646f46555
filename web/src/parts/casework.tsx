// The investigations that hold a number or a network, and what was noted there about it.

import { useMay } from '../caller';
import { instant } from '../formats';
import { link } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import { Answered } from './notice';
import type { Opened } from './opened';
import type { Connection } from './paging';
import { useInvestigationChanges } from './worked';
import document from '../../../schema/operations/page-containing.graphql?raw';

interface Holding extends Opened {
  notes: { id: string; text: string; by: string; at: string; about: string | null; kind: string }[];
}

interface Worked {
  id: string;
  tick?: string;
  /** It is known that none holds it: nothing is asked. */
  none?: boolean;
}

/** Nothing for those who see no investigations. */
export function Casework({ id, tick = '', none = false }: Worked) {
  const { words, name } = useSpeaking();
  const may = useMay();
  const mine = may('Query.investigations');
  const changes = useInvestigationChanges(true);
  const asked = useAnswer<{ investigations: Connection<Holding> }>(document, mine && !none ? { containing: id } : null, `${tick} ${changes}`);
  if (!mine) return null;
  return (
    <section>
      <h2>{words.investigations}</h2>
      {none ? <p class="quiet">{words.inNoInvestigation}</p> : <Answered asked={asked}>
        {({ investigations }) => (investigations.edges.length === 0 ? <p class="quiet">{words.inNoInvestigation}</p> : (
          <>
            <ul class="log">
              {investigations.edges.map(({ node }) => (
                <li key={node.id}>
                  <a class="tail" href={link('investigation', node.id)}>{node.reference}</a> {node.title} <span class="mark">{name(node.status)}</span>{' '}
                  <small>{words.assignee}{words.colon}{node.assignee ?? words.nobody}</small>
                  {node.notes.filter((note) => note.about === id && note.kind === 'NOTE').map((note) => (
                    <p key={note.id}><small>{instant(note.at)} · {note.by}</small> {note.text}</p>
                  ))}
                </li>
              ))}
            </ul>
            {investigations.pageInfo.hasNextPage && <p class="quiet">{words.moreInvestigations}</p>}
          </>
        ))}
      </Answered>}
    </section>
  );
}
