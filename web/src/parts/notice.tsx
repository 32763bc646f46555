// What a view says instead of, or above, its content.

import type { ComponentChildren } from 'preact';
import { Refused } from '../asking';
import { count } from '../formats';
import type { Asked } from '../useAnswer';
import { filled, useSpeaking, type Word } from '../words';

/** Codes whose message says more than the code: which argument, which rule, which request. */
const TELLING = new Set(['BAD_USER_INPUT', 'BAD_USAGE', 'CONFLICT', 'TEXT_REFUSED', 'INPUT_REFUSED', 'INTERNAL_SERVER_ERROR']);

/** A refusal in the reader's language; the service's own message, which is English, where it alone knows the reason. */
export function Refusal({ refused }: { refused: Refused }) {
  const { language, words, refusals } = useSpeaking();
  const { code, reason = '', message, figures } = refused;
  const known: Record<string, string | undefined> = refusals;
  const said = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, count(figure, language)]));
  const telling = known[reason] === undefined && (known[code] === undefined || TELLING.has(code)) && message !== '';
  return (
    <p class="notice" role="alert">
      {filled(known[reason] ?? known[code] ?? words.refused, said)}{telling && <> <span lang="en">({message})</span></>}
    </p>
  );
}

/** What a view says of something that is not there, and why that may be. */
export function Missing({ title, children }: { title: Word; children?: ComponentChildren }) {
  const { words } = useSpeaking();
  return (
    <>
      <h1>{words[title]}</h1>
      <Refusal refused={new Refused('NOT_FOUND', '')} />
      {children}
    </>
  );
}

interface Answering<Data> {
  asked: Asked<Data>;
  /** The head of a view that is nothing but this answer, for as long as there is none. */
  title?: Word;
  /** Why it may be gone, where it is something that can. */
  gone?: ComponentChildren;
  children: (data: Data) => ComponentChildren;
}

/** The content of an answer; what was read before stays, with a word about it, when the service is away. */
export function Answered<Data>({ asked, title, gone, children }: Answering<Data>) {
  const { words } = useSpeaking();
  const { data, refused } = asked;
  if (data === undefined) {
    const head = title !== undefined && <h1>{words[title]}</h1>;
    if (refused === undefined) return <>{head}<p class="quiet" role="status">{words.loading}</p></>;
    return (
      <>
        {head}
        <Refusal refused={refused} />
        {refused.code === 'NOT_FOUND' && gone}
        <button type="button" onClick={asked.again}>{words.again}</button>
      </>
    );
  }
  return (
    <>
      {refused !== undefined && (refused.code === 'NO_CONNECTION'
        ? <p class="notice" role="status">{words.stale}</p>
        : <Refusal refused={refused} />)}
      {children(data)}
    </>
  );
}
