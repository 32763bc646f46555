// A list that grows by pages of the service's cursor and says when there is no more.

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { ask, type Variables } from '../asking';
import { useSpeaking } from '../words';

export interface Connection<Node> {
  edges: { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Held<Node> {
  first: Connection<Node>;
  further: Connection<Node>[];
}

type Asking<Node> = (after: string | null, first?: number, signal?: AbortSignal) => Promise<Connection<Node>>;

/** Rows that are asked for at once when a long list is read again. */
const PART = 100;

/**
 * The first page as it was read, and the further ones that were asked for. When `first` changes they are all read again, and the
 * old list stays until the new one is as long: no row that somebody reads, and no place of theirs, is taken from them.
 */
export function usePages<Node>(
  first: Connection<Node>,
  document: string,
  variables: Variables,
  pick: (data: Record<string, Connection<Node>>) => Connection<Node>,
): { nodes: Node[]; more: (() => void) | undefined } {
  const [held, setHeld] = useState<Held<Node>>({ first, further: [] });
  const asking: Asking<Node> = (after, some, signal) =>
    ask<Record<string, Connection<Node>>>(document, { ...variables, after, ...(some === undefined ? {} : { first: some }) }, signal).then(pick);
  const shown = held.further.length === 0 ? { first, further: [] } : held;
  useEffect(() => {
    if (held.first === first) return undefined;
    const leaving = new AbortController();
    asLong(first, rowsOf(held.further), asking, leaving.signal)
      .then((further) => setHeld({ first, further }))
      .catch(() => undefined); // the old list stays until the next analysis
    return () => leaving.abort();
  }, [first, held]);
  useFocusKept();
  const last = shown.further[shown.further.length - 1] ?? shown.first;
  const more = last.pageInfo.hasNextPage
    ? () => {
        asking(last.pageInfo.endCursor)
          .then((page) => setHeld((before) => (before.first === shown.first ? { ...before, further: [...before.further, page] } : before)))
          .catch(() => undefined); // the button stays: it can be pressed again
      }
    : undefined;
  return { nodes: [shown.first, ...shown.further].flatMap((page) => page.edges.map((edge) => edge.node)), more };
}

/** Pages after `first` with so many rows, or all there are. */
async function asLong<Node>(first: Connection<Node>, rows: number, asking: Asking<Node>, signal: AbortSignal): Promise<Connection<Node>[]> {
  const further: Connection<Node>[] = [];
  for (let last = first; rows > rowsOf(further) && last.pageInfo.hasNextPage;) {
    last = await asking(last.pageInfo.endCursor, Math.min(PART, rows - rowsOf(further)), signal);
    further.push(last);
  }
  return further;
}

function rowsOf<Node>(pages: Connection<Node>[]): number {
  return pages.reduce((sum, page) => sum + page.edges.length, 0);
}

/** A row that moves takes the focus along, which the browser would drop; where the row has left the list, the keys go on in the page's content. */
function useFocusKept(): void {
  const before = document.activeElement;
  useLayoutEffect(() => {
    if (!(before instanceof HTMLElement) || before === document.body || document.activeElement !== document.body) return;
    (before.isConnected ? before : document.getElementById('content'))?.focus({ preventScroll: true });
  });
}

export function More({ more }: { more: (() => void) | undefined }) {
  const { words } = useSpeaking();
  return more === undefined ? null : <button type="button" class="more" onClick={more}>{words.more}</button>;
}
