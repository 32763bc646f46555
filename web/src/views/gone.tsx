// A network that the analysis does not have any more: why that may be, until when it was there, and where its members are now.

import { useSpeaking } from '../words';
import { Descent } from './descent';

/** `id`: its id, or its reference. */
export function Gone({ id, tick }: { id: string; tick: string }) {
  const { name } = useSpeaking();
  return (
    <>
      <p class="quiet">{name('NETWORK_GONE')}</p>
      <Descent id={id} tick={tick} gone />
    </>
  );
}
