// What lies over what where numbers cover each other: the order of the drawing, from the ground up. Whoever draws it goes through
// it as it is, so it is put in order once a drawing and not once a frame.

import type { Dot, Kind } from './drawing';

/** From the ground up: in a crowd of thousands, what one looks for is not to lie beneath what there is most of. */
const LAYERS: readonly Kind[] = ['other', 'LOW', 'public', 'MEDIUM', 'HIGH', 'entity', 'suspect', 'flagged'];

/** Above them what somebody began from, or put somewhere. */
export const layer = (dot: Dot) => (dot.seed || dot.pinned ? LAYERS.length : LAYERS.indexOf(dot.kind));

export function fromTheGroundUp(dots: Map<string, Dot>): Map<string, Dot> {
  return new Map([...dots].sort(([, a], [, b]) => layer(a) - layer(b) || a.fraudProbability - b.fraudProbability));
}

/** Whether both draw the same numbers, in whatever order. */
export function sameDots(before: Map<string, Dot> | undefined, now: Map<string, Dot>): boolean {
  return before?.size === now.size && [...now.keys()].every((id) => before.has(id));
}
