// Any failure as a refusal, so that a view has one kind of thing to show.

import { Refused } from '../asking';

export function refusal(failed: unknown): Refused {
  return failed instanceof Refused ? failed : new Refused('INTERNAL_SERVER_ERROR', String(failed));
}
