// Where the page is: `#/network/<id>?hops=2`. A place holds opaque ids and settings of the view, never a number.

import { useEffect, useState } from 'preact/hooks';

export interface Place {
  view: string;
  id: string | undefined;
  settings: URLSearchParams;
  /** How often somebody went somewhere before they came here: whoever comes to the same view by another link comes anew. */
  arrival: number;
}

let arrivals = 0;
/** The address as the page last came to it, or wrote it. */
let known: string | undefined;

function here(): Place {
  known = location.hash;
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id] = path.split('/');
  return {
    view: view || 'today',
    id: id === undefined || id === '' ? undefined : decodeURIComponent(id),
    settings: new URLSearchParams(query),
    arrival: arrivals,
  };
}

export function link(view: string, id?: string, settings?: Record<string, string>): string {
  const path = id === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`;
  const query = settings === undefined ? '' : new URLSearchParams(settings).toString();
  return query === '' ? path : `${path}?${query}`;
}

export function go(view: string, id?: string, settings?: Record<string, string>): void {
  location.hash = link(view, id, settings);
}

/** The settings of a view change without a new step in the history; those of a view that somebody is leaving are of no use to the next. */
export function keepSettings({ view, id, arrival }: Place, settings: Record<string, string>): void {
  if (arrival !== arrivals || location.hash !== known) return;
  history.replaceState(null, '', link(view, id, settings));
  known = location.hash;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const moved = () => {
      arrivals += 1;
      setPlace(here());
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}
