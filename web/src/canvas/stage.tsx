// The stage: where the picture is drawn, for the mouse and for the keyboard.

import { useEffect, useRef, useState } from 'preact/hooks';
import { percent } from '../formats';
import { useSpeaking } from '../words';
import type { Dot, Drawing } from './drawing';
import type { Marked } from './flat';
import { ahead, ARROWS, beside, further, inOrder } from './keys';
import { Lasso, type Point, within } from './lasso';
import { type Hands, picture, type Picture } from './picture';

/** What can be done with the number that the keys stand on, or with all that are selected where it is one of them. */
export interface Acts {
  expand: (ids: string[]) => void;
  hide: (ids: string[]) => void;
  keep: (ids: string[]) => void;
  /** Pinned where they are; or let go, where all of them are pinned. */
  pinOrLoose: (ids: string[]) => void;
  open: (id: string) => void;
}

interface Staging {
  drawing: Drawing;
  marked: Marked;
  fit: { current: () => void };
  acts: Acts;
  /** A lasso is drawn now, instead of what the mouse does otherwise. */
  lasso: boolean;
  caught: (ids: string[], add: boolean) => void;
}

const ZOOM = 1.25;

export function Stage({ drawing, marked, fit, acts, lasso, caught, pick, pin }: Staging & Hands) {
  const { words } = useSpeaking();
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<Picture>();
  const hands = useRef<Hands>({ pick, pin });
  const [ready, setReady] = useState(false);
  const [stood, setStood] = useState<string>();
  const [held, setHeld] = useState(false);
  const selected = [...marked.selected];
  const at = drawing.dots.get(stood ?? '') ?? drawing.dots.get(selected[0] ?? '') ?? inOrder(drawing)[0];
  const cursor = held ? at?.id : undefined;
  hands.current = {
    pick: (id, add) => {
      if (id !== undefined) setStood(id); // the keys go on from where the mouse was
      pick(id, add);
    },
    pin,
  };
  useEffect(() => {
    let left = false;
    void picture(place.current as HTMLElement, {
      pick: (...given) => hands.current.pick(...given),
      pin: (...given) => hands.current.pin(...given),
    }).then((one) => {
      if (left) one.end();
      else {
        made.current = one;
        fit.current = one.fit;
        setReady(true);
      }
    });
    return () => {
      left = true;
      made.current?.end();
    };
  }, []);
  useEffect(() => {
    made.current?.show(drawing, { ...marked, cursor });
    if (cursor !== undefined) made.current?.look(cursor);
  }, [drawing, selected.join(), marked.path.join(), cursor, ready]);
  const inside = (line: Point[]) => [...drawing.dots.keys()].filter((id) => {
    const spot = made.current?.at(id);
    return spot !== undefined && within(line, spot);
  });
  const press = (event: KeyboardEvent) => {
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const meant = selected.includes(at.id) ? selected : [at.id];
    const arrow = ARROWS[event.key];
    const ways: Record<string, () => void> = {
      Home: () => setStood(inOrder(drawing)[0]?.id),
      PageDown: () => setStood(further(drawing, at.id, 1)),
      PageUp: () => setStood(further(drawing, at.id, -1)),
      Enter: () => pick(at.id, false),
      ' ': () => pick(at.id, true),
      Escape: () => pick(undefined, false),
      e: () => acts.expand(meant),
      h: () => {
        setStood(beside(drawing, at, meant));
        acts.hide(meant);
      },
      k: () => acts.keep(meant),
      p: () => acts.pinOrLoose(meant),
      o: () => acts.open(at.id),
      '+': () => made.current?.zoom(ZOOM),
      '=': () => made.current?.zoom(ZOOM),
      '-': () => made.current?.zoom(1 / ZOOM),
      0: () => made.current?.fit(),
    };
    const way = arrow === undefined ? ways[event.key.length === 1 ? event.key.toLowerCase() : event.key] : () => setStood(ahead(drawing, at, arrow) ?? at.id);
    if (way === undefined) return;
    event.preventDefault();
    setHeld(true);
    setStood(at.id);
    way();
  };
  return (
    <div
      class="stage"
      tabIndex={0}
      role="application"
      aria-label={words.canvas}
      aria-describedby="stage-keys"
      onKeyDown={press}
      onFocus={(event) => setHeld(event.currentTarget.matches(':focus-visible'))}
      onBlur={() => setHeld(false)}
    >
      <div ref={place} class="drawn" />
      {lasso && <Lasso caught={(line, add) => caught(inside(line), add)} />}
      <p id="stage-keys" class={held ? 'keys' : 'hidden'}>{words.keys}</p>
      <p role="status" class={held ? 'stood' : 'hidden'}>{held && at !== undefined && <Stood dot={at} marked={marked} />}</p>
    </div>
  );
}

/** The number that the keys stand on, in words. */
function Stood({ dot, marked }: { dot: Dot; marked: Marked }) {
  const { words, say, name } = useSpeaking();
  const said = dot.entity !== null ? [say('stoodEntity', { n: dot.drawn, m: dot.contacts })] : [
    `${words.fraudProbability} ${percent(dot.fraudProbability)}`,
    ...(dot.network === null ? [] : [`${words.network} ${dot.network}`]),
    ...(dot.role === null ? [] : [`${words.role}${words.colon}${name(dot.role)}`]),
    ...(dot.grade === null ? [] : [`${words.atRisk}${words.colon}${name(dot.grade)}`]),
    say('stoodContacts', { n: dot.drawn, m: dot.contacts }),
    ...(dot.notes === 0 ? [] : [say('noted', { n: dot.notes })]),
  ];
  said.push(
    ...(marked.selected.has(dot.id) ? [words.isSelected] : []),
    ...(dot.pinned ? [words.isPinned] : []),
  );
  return <><span class="tail">{dot.label}</span>: {said.join(' · ')}</>;
}
