// Where the page is: `#/network/<id>?hops=2`. A place holds opaque ids and settings of the view, never a number.

import { useEffect, useState } from 'preact/hooks';

export interface Place {
  view: string;
  id: string | undefined;
  settings: URLSearchParams;
}

export function here(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id] = path.split('/');
  return {
    view: view || 'today',
    id: id === undefined || id === '' ? undefined : decodeURIComponent(id),
    settings: new URLSearchParams(query),
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

/** The settings of a view change without a new step in the history. */
export function keepSettings(settings: Record<string, string>): void {
  const { view, id } = here();
  history.replaceState(null, '', link(view, id, settings));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const moved = () => setPlace(here());
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}
