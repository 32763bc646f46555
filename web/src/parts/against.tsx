// What speaks against a number, or against a device, holder or account, and for it: the reasons, then the flags.

import { useSpeaking } from '../words';
import { type Flag, Flags } from './flags';
import { type Ground, Grounds } from './why';

/** Called suspect from this probability on, as the service does. */
const SUSPECT = 0.5;

export interface Accused {
  fraudProbability: number;
  evidence: Ground[];
  flags: Flag[];
}

export function Against({ one }: { one: Accused }) {
  const { words } = useSpeaking();
  return (
    <section>
      <h2>{one.fraudProbability >= SUSPECT ? words.whySuspect : words.whyNotSuspect}</h2>
      <Grounds evidence={one.evidence} whyNot={one.fraudProbability < SUSPECT} />
      <h2>{words.flags}</h2>
      <Flags flags={one.flags} />
    </section>
  );
}
