// How somebody comes in by a link: with a token in the address, or with a link that opens once.

import { exchanged, Refused } from './asking';
import { setToken, takenToken, token } from './session';

/** What the token of a link that opens once begins with. */
const ONCE = 'gsvc_once_';

/** Keeps the token of the address, or the one that it is exchanged for. The code by which that was refused; none where this tab is in already. */
export async function comeIn(): Promise<string | undefined> {
  const given = takenToken();
  if (given === null) return undefined;
  if (!given.startsWith(ONCE)) {
    setToken(given);
    return undefined;
  }
  try {
    setToken(await exchanged(given));
    return undefined;
  } catch (failed) {
    if (token() !== null) return undefined;
    return failed instanceof Refused ? failed.code : 'NO_CONNECTION';
  }
}
