// A list that grows by pages of the service's cursor and says when there is no more.

import { useEffect, useState } from 'preact/hooks';
import { ask, type Variables } from '../asking';
import { useSpeaking } from '../words';

export interface Connection<Node> {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** The first page as it was read, and the further ones that were asked for. `first` changing begins anew. */
export function usePages<Node>(
  first: Connection<Node>,
  document: string,
  variables: Variables,
  pick: (data: Record<string, Connection<Node>>) => Connection<Node>,
): { nodes: Node[]; more: (() => void) | undefined } {
  const [further, setFurther] = useState<Connection<Node>[]>([]);
  useEffect(() => setFurther([]), [first]);
  const last = further[further.length - 1] ?? first;
  const more = last.pageInfo.hasNextPage
    ? () => {
        ask<Record<string, Connection<Node>>>(document, { ...variables, after: last.pageInfo.endCursor })
          .then((data) => setFurther((before) => [...before, pick(data)]))
          .catch(() => undefined); // the button stays: it can be pressed again
      }
    : undefined;
  return { nodes: [first, ...further].flatMap((page) => page.edges.map((edge) => edge.node)), more };
}

export function More({ more }: { more: (() => void) | undefined }) {
  const { words } = useSpeaking();
  return more === undefined ? null : <button type="button" class="more" onClick={more}>{words.more}</button>;
}
