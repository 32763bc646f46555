// Who uses the page, as the service knows them. What is not theirs to ask is neither shown nor asked for.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export interface Caller {
  name: string;
  role: string;
  region: string;
  /** Fields, as `Type.field`, that are this role's and not everybody's. */
  may: string[];
}

export const CallerContext = createContext<Caller | undefined>(undefined);

export function useCaller(): Caller | undefined {
  return useContext(CallerContext);
}

export function useMay(): (field: string) => boolean {
  const caller = useContext(CallerContext);
  return (field) => caller?.may.includes(field) ?? false;
}
