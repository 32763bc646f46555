// What is selected, and what can be done with it.

import { Collect } from '../parts/collect';
import { NumberLink } from '../parts/marks';
import { percent } from '../formats';
import { useSpeaking } from '../words';
import type { Dot } from './drawing';
import type { View } from './state';

interface Selecting {
  dots: Dot[];
  view: View;
  change: (part: Partial<View>) => void;
  /** Ask for a path between the two that are selected. */
  find: (timeRespecting: boolean) => void;
}

export function Selection({ dots, view, change, find }: Selecting) {
  const { words, say } = useSpeaking();
  const ids = dots.map((dot) => dot.id);
  if (dots.length === 0) return <p class="quiet">{words.selectHint}</p>;
  return (
    <>
      <ul class="selection">
        {dots.slice(0, 12).map((dot) => (
          <li key={dot.id}>
            <NumberLink id={dot.id} number={dot.label} /> {percent(dot.fraudProbability)}
            {dot.contacts > dot.drawn && <small> {say('expandHidden', { n: dot.contacts - dot.drawn })}</small>}
          </li>
        ))}
      </ul>
      <div class="acts">
        <button type="button" onClick={() => change({ seeds: [...new Set([...view.seeds, ...ids])] })}>{words.expand}</button>
        <button type="button" onClick={() => change({ hidden: [...new Set([...view.hidden, ...ids])] })}>{words.hide}</button>
        <button type="button" onClick={() => change({ kept: ids })}>{words.keepOnly}</button>
        <Collect numbers={ids} />
        {dots.length === 2 && (
          <>
            <button type="button" onClick={() => find(false)}>{words.path}</button>
            <button type="button" onClick={() => find(true)}>{words.timePath}</button>
          </>
        )}
      </div>
    </>
  );
}
