// A saved question: what it finds now, what of that is new, and that one has seen it.

import { useState } from 'preact/hooks';
import { ask, type Refused, type Variables } from '../asking';
import { useMay } from '../caller';
import { count, instant } from '../formats';
import { Collect } from '../parts/collect';
import { told } from '../parts/keep';
import { type Line, New, NumberLines } from '../parts/lines';
import { NetworkLink, NumberLink } from '../parts/marks';
import { questionsChanged } from '../parts/news';
import { Answered, Missing, Refusal } from '../parts/notice';
import { refusal } from '../parts/refused';
import { Table } from '../parts/table';
import { go, link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import type { Question } from './questions';
import document from '../../../schema/operations/page-question.graphql?raw';
import lookDocument from '../../../schema/operations/page-question-look.graphql?raw';
import changeDocument from '../../../schema/operations/page-question-change.graphql?raw';
import forgetDocument from '../../../schema/operations/page-question-forget.graphql?raw';

const SEEDS_MOST = 50;

interface Network {
  id: string;
  reference: string;
  size: number;
  flaggedCount: number;
  exposed: number;
  losses: number;
  scamType: string | null;
  lastSeen: string;
}

interface Whole extends Question {
  analysisId: string;
  answer: { fresh: boolean; number: Line | null; network: Network | null }[];
}

export function QuestionView({ place, tick }: { place: Place; tick: string }) {
  const asked = useAnswer<{ savedQuestion: Whole | null }>(document, place.id === undefined ? null : { id: place.id }, tick);
  return (
    <Answered asked={asked} title="question">
      {({ savedQuestion }) => (savedQuestion === null ? <Missing title="question" /> : <Found one={savedQuestion} again={asked.again} />)}
    </Answered>
  );
}

function Found({ one, again }: { one: Whole; again: () => void }) {
  const speaking = useSpeaking();
  const { language, words, say } = speaking;
  const may = useMay();
  const [refused, setRefused] = useState<Refused>();
  const send = async (sent: string, variables: Variables): Promise<boolean> => {
    try {
      await ask(sent, { id: one.id, ...variables });
      setRefused(undefined);
      questionsChanged();
      return true;
    } catch (failed) {
      setRefused(refusal(failed));
      return false;
    }
  };
  const change = (sent: string, variables: Variables) => void send(sent, variables).then((done) => done && again());
  const ids = one.answer.flatMap(({ number }) => (number === null ? [] : [number.id]));
  return (
    <>
      <h1>{one.title}</h1>
      <p class="facts">
        <span>{told(speaking, one.kind, one)}</span>
        {one.numbers.length > 0 && <span>{words.numbers}{words.colon}{one.numbers.map((number) => <><NumberLink key={number.id} {...number} /> </>)}</span>}
        <span>{words.lookedAt}{words.colon}{instant(one.lookedAt)}</span>
      </p>
      <div class="acts">
        {one.fresh > 0 && <button type="button" class="first" onClick={() => change(lookDocument, { analysisId: one.analysisId })}>{say('haveSeen', { n: one.fresh })}</button>}
        <label class="tick">
          <input type="checkbox" checked={one.alert} onChange={(event) => change(changeDocument, { alert: event.currentTarget.checked })} />
          {words.tellMe}
        </label>
        {ids.length > 0 && may('Query.neighbourhood') && <a href={link('canvas', ids.slice(0, SEEDS_MOST).join(','))}>{words.openCanvas}</a>}
        {ids.length > 0 && <Collect numbers={ids} />}
        <Rename title={one.title} rename={(title) => change(changeDocument, { title })} />
        <button type="button" onClick={() => void send(forgetDocument, {}).then((done) => done && go('questions'))}>{words.forgetQuestion}</button>
      </div>
      {refused !== undefined && <Refusal refused={refused} />}
      <p role="status">
        {say('questionFound', { n: count(one.total, language), m: count(one.fresh, language) })}
        {one.more && ` ${words.questionMore}`}
        {one.answer.length < one.total && ` ${say('questionHidden', { n: count(one.total - one.answer.length, language) })}`}
      </p>
      {one.answer.length > 0 && (one.kind === 'NETWORKS' ? <Networks one={one} /> : (
        <NumberLines
          lines={one.answer.map((row) => row.number)}
          fresh={new Set(one.answer.flatMap((row, row_) => (row.fresh ? [row_] : [])))}
        />
      ))}
    </>
  );
}

function Networks({ one }: { one: Whole }) {
  const { language, words, name } = useSpeaking();
  return (
    <div class="scroll tall">
      <Table named={words.networks} heads={['reference', 'scamType', ['size'], ['flaggedCount'], ['exposed'], ['losses'], 'lastSeen']}>
        {one.answer.map(({ network, fresh }) => network !== null && (
          <tr key={network.id}>
            <td><NetworkLink network={network} />{fresh && <New />}</td>
            <td>{network.scamType === null ? '–' : name(network.scamType)}</td>
            <td class="figure">{count(network.size, language)}</td>
            <td class="figure">{count(network.flaggedCount, language)}</td>
            <td class="figure">{count(network.exposed, language)}</td>
            <td class="figure">{count(network.losses, language)}</td>
            <td>{instant(network.lastSeen)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Rename({ title, rename }: { title: string; rename: (title: string) => void }) {
  const { words } = useSpeaking();
  const [open, setOpen] = useState(false);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    rename(String(new FormData(event.currentTarget as HTMLFormElement).get('title')));
    setOpen(false);
  };
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{words.rename}</button>
      {open && (
        <form class="filters" onSubmit={send} aria-label={words.rename}>
          <label class="choice">{words.title}<input name="title" required size={36} defaultValue={title} /></label>
          <button type="submit">{words.save}</button>
        </form>
      )}
    </>
  );
}
