// The canvas: the graph around some numbers, the same as a table beside it, and what one can do to both.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../formats';
import { Answered } from '../parts/notice';
import { go, keepSettings, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking, type Words } from '../words';
import { useInvestigationChanges } from '../parts/worked';
import { Brush } from './brush';
import { type Columns, type Dot, draw } from './drawing';
import { Figures } from './figures';
import { EntitiesDrawn, entitySigns, Kinds } from './entities';
import type { Marked } from './flat';
import { hasWebgl } from './picture';
import { Save } from './saving';
import { Selection } from './selection';
import { type Acts, Stage } from './stage';
import { ahead, beginning, changed, expanded, hiding, type History, kept, loosened, pinnedAt, redone, settingsOf, undone, type View } from './state';
import { Contacts } from './table';
import { Toolbar } from './toolbar';
import { joins, useWays, WayFound } from './way';
import canvasDocument from '../../../schema/operations/page-canvas.graphql?raw';

/** The service draws so many devices, holders and accounts at most. */
const ENTITIES_MOST = 1000;
/** Of a token that nobody can say, its end: as much as it takes to be searched by. */
const TOKEN_END = 6;

export default function Canvas({ seeds, place, asOf }: { seeds: string[]; place: Place; asOf: string }) {
  const [history, setHistory] = useState<History>(() => ({ past: [], now: beginning(seeds, place.settings), next: [] }));
  const view = history.now;
  useLayoutEffect(() => keepSettings(place, settingsOf(view, seeds)), [view]); // before anybody can press a link
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
      if (event.key === 'z') setHistory(event.shiftKey ? redone : undone);
      else if (event.key === 'y') setHistory(redone);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', keys);
    return () => removeEventListener('keydown', keys);
  }, []);
  const { words } = useSpeaking();
  const changes = useInvestigationChanges();
  const { hops, limit, minEvents } = view;
  const [picking, setPicking] = useState(view.kinds.length > 0);
  const asked = useAnswer<{ neighbourhood: Columns }>(canvasDocument, {
    ids: view.seeds, expanded: view.expanded, hops, limit, minEvents, since: view.since || null, until: view.until || null,
    entities: picking || view.kinds.length > 0 ? ENTITIES_MOST : 0, communities: view.grouped === 'community',
  }, changes, true);
  return (
    <section class="canvas" aria-labelledby="drawn" aria-busy={asked.asking}>
      <h2 id="drawn" class="hidden">{words.picture}</h2>
      <Answered asked={asked}>
        {({ neighbourhood }) => <Drawn columns={neighbourhood} asking={asked.asking} history={history} setHistory={setHistory} asOf={asOf} pick={() => setPicking(true)} />}
      </Answered>
    </section>
  );
}

interface Drawing_ {
  columns: Columns;
  /** Another picture was asked for than the one that is shown. */
  asking: boolean;
  history: History;
  setHistory: (next: (before: History) => History) => void;
  asOf: string;
  /** Ask for entities as well. */
  pick: () => void;
}

function Drawn({ columns, asking, history, setHistory, asOf, pick }: Drawing_) {
  const { language, words, say, name } = useSpeaking();
  const view = history.now;
  const drawing = useMemo(() => {
    const entityLabel = (kind: string, token: string) => `${name(kind)} …${token.slice(-TOKEN_END)}`;
    return draw(columns, view, { signs: signsIn(words), entityLabel });
  }, [columns, view, words]);
  const communities = useMemo(() => new Set(columns.numbers.community ?? []).size, [columns]);
  const entities = useMemo(() => new Set(columns.entities?.id ?? []), [columns]);
  const held = useMemo(() => new Set(columns.numbers.id.filter((_, place) => (columns.numbers.investigations[place] as number) > 0)), [columns]);
  const numbers = (ids: string[]) => ids.filter((id) => !entities.has(id));
  const onNumbers = (ids: string[], part: (ids: string[]) => Partial<View>) => {
    if (numbers(ids).length > 0) change(part(numbers(ids)));
  };
  const [selected, setSelected] = useState<string[]>([]);
  const [lasso, setLasso] = useState(false);
  const change = (part: Partial<View>) => setHistory((before) => changed(before, part));
  const { finding, find } = useWays(view, drawing, change);
  const found = finding !== undefined && joins(finding, numbers(selected)) ? finding : undefined; // it is of the two that it was asked for
  const marked: Marked = { selected: new Set(selected), path: found?.way?.numbers.map((one) => one.id) ?? [] };
  const fit = useRef<() => void>(() => undefined);
  const acts: Acts = {
    expand: (ids) => {
      // Of a crowd somebody is told first, who did not see it beside what is selected.
      if (ahead(view, drawing, numbers(ids)).crowd && !ids.every((id) => selected.includes(id))) setSelected(ids);
      else onNumbers(ids, (some) => expanded(view, some));
    },
    hide: (ids) => change(hiding(view, ids)),
    keep: (ids) => onNumbers(ids, kept),
    pinOrLoose: (ids) => {
      const loose = ids.map((id) => drawing.dots.get(id)).filter((dot) => dot !== undefined && !dot.pinned);
      change(loose.length > 0 ? pinnedAt(view, loose as Dot[]) : loosened(view, ids));
    },
    open: (id) => go(entities.has(id) ? 'entity' : 'number', id),
  };
  return (
    <>
      <Toolbar
        history={history}
        change={change}
        undo={() => setHistory(undone)}
        redo={() => setHistory(redone)}
        fit={() => fit.current()}
        lasso={lasso}
        setLasso={setLasso}
      />
      <Save drawing={drawing} columns={columns} view={view} marked={marked} asOf={asOf} />
      <p class="quiet" role="status">
        {say('drawing', { n: count([...drawing.dots.values()].filter((dot) => dot.entity === null).length, language) })}{' '}
        {columns.numbersLeftOut + columns.contactsLeftOut === 0
          ? words.nothingLeftOut
          : say(columns.contactsLeftOut === 0 ? 'numbersLeftOut' : 'leftOut', { n: count(columns.numbersLeftOut, language), m: count(columns.contactsLeftOut, language) })}{' '}
        {columns.numbersLeftOut > 0 && view.hops > 1 && `${words.beyondLeftOut} `}
        {columns.hubsNotWalked > 0 && say('hubsNotWalked', { n: columns.hubsNotWalked })}
        {view.kinds.length > 0 && <EntitiesDrawn drawing={drawing} columns={columns} view={view} />}
        {communities > 0 && ` ${say('communities', { n: count(communities, language) })}`}
        {!hasWebgl() && ` ${words.noWebgl}`}
        {asking && <strong class="asking"> {words.redrawing}</strong>}
      </p>
      <div class="stage-and-side">
        <Stage
          drawing={drawing}
          marked={marked}
          fit={fit}
          acts={acts}
          lasso={lasso}
          caught={(ids, add) => {
            setSelected((before) => (add ? [...new Set([...before, ...ids])] : ids));
            setLasso(false);
          }}
          pick={(id, add) => setSelected((before) => (id === undefined ? [] : add ? toggled(before, id) : [id]))}
          pin={(id, x, y) => setHistory((before) => changed(before, { pinned: { ...before.now.pinned, [id]: [x, y] } }))}
        />
        <aside aria-label={words.selected}>
          <Legend kinds={view.kinds} notes={columns.numbers.notes.some((notes) => notes > 0)} />
          <Kinds columns={columns} view={view} change={change} pick={pick} />
          <Selection
            selected={selected}
            entities={entities}
            held={held}
            drawing={drawing}
            view={view}
            change={change}
            find={(timeRespecting, throughPublic) => void find(numbers(selected), timeRespecting, throughPublic)}
          />
          {found !== undefined && <WayFound finding={found} drawing={drawing} />}
        </aside>
      </div>
      <Brush contacts={columns.contacts} since={view.since} until={view.until} choose={change} />
      <Figures drawing={drawing} view={view} />
      <Contacts
        drawing={drawing}
        selected={selected}
        select={(id) => setSelected((before) => toggled(before, id))}
        selectAll={setSelected}
      />
    </>
  );
}

function toggled(selected: string[], id: string): string[] {
  return selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];
}

/** What stands in the dots, in the reader's language. */
function signsIn(words: Words): Record<string, string> {
  const { signCaller: CALLER, signHandler: HANDLER, signTool: TOOL } = words;
  return { CALLER, HANDLER, TOOL, HIGH: '!!', MEDIUM: '!', ...entitySigns(words) };
}

function Legend({ kinds, notes }: { kinds: string[]; notes: boolean }) {
  const { words, name } = useSpeaking();
  const signs = signsIn(words);
  return (
    <p class="legend">
      <span class="flagged">{words.legendFlagged}</span>
      <span class="suspect">{words.legendSuspect}</span>
      <span class="public">{words.legendPublic}</span>
      {(['HIGH', 'MEDIUM', 'LOW'] as const).map((grade) => (
        <span key={grade} class={`person ${grade}`}>{signs[grade]} {words.legendPerson} {name(grade)}</span>
      ))}
      <span class="other">{words.legendOther}</span>
      {(['CALLER', 'HANDLER', 'TOOL'] as const).map((role) => (
        <span key={role} class="role"><b>{signs[role]}</b> {name(role)}</span>
      ))}
      {notes && <span class="noted">{words.legendNotes}</span>}
      {kinds.map((kind) => <span key={kind} class="entity"><b>{signs[kind]}</b> {name(kind)}</span>)}
    </p>
  );
}
