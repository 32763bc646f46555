// What a view says instead of, or above, its content.

import type { ComponentChildren } from 'preact';
import type { Asked } from '../useAnswer';
import { count } from '../formats';
import { useSpeaking, type Word } from '../words';

const SAID: Record<string, Word> = {
  NO_CONNECTION: 'noConnection',
  UNAUTHENTICATED: 'unauthenticated',
  FORBIDDEN: 'forbidden',
  NOTHING_YET: 'noAnalysis',
  NOT_FOUND: 'notFound',
  NOTHING_THEN: 'nothingThen',
  WHAT_IF_TOO_LARGE: 'whatIfTooLarge',
  OPERATION_TIMEOUT: 'tookTooLong',
  RATE_LIMITED: 'tooOften',
  FOLDER_HELD: 'busyNow',
  STORAGE_FAILED: 'busyNow',
  UNAVAILABLE: 'busyNow',
  NEO4J_UNAVAILABLE: 'busyNow',
  INVALID_NUMBER: 'noNumber',
  INVALID_TIME: 'noTime',
  INTERNAL_SERVER_ERROR: 'faultOfOurs',
};

/** A refusal in the reader's language, with the service's own message, which is English, where the page has none. */
export function Refusal({ code, message, figures = {} }: { code: string; message: string; figures?: Record<string, number> }) {
  const { language, words, say } = useSpeaking();
  const said = Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, count(figure, language)]));
  const known = SAID[code];
  return (
    <p class="notice" role="alert">
      {known === undefined ? `${words.refused}: ${message}` : say(known, said)}{code === 'INTERNAL_SERVER_ERROR' && ` (${message})`}
    </p>
  );
}

/** What a view says of something that is not there. */
export function Missing({ title }: { title: Word }) {
  const { words } = useSpeaking();
  return (
    <>
      <h1>{words[title]}</h1>
      <Refusal code="NOT_FOUND" message="" />
    </>
  );
}

interface Answering<Data> {
  asked: Asked<Data>;
  /** The head of a view that is nothing but this answer, for as long as there is none. */
  title?: Word;
  children: (data: Data) => ComponentChildren;
}

/** The content of an answer; what was read before stays, with a word about it, when the service is away. */
export function Answered<Data>({ asked, title, children }: Answering<Data>) {
  const { words } = useSpeaking();
  const { data, refused } = asked;
  if (data === undefined) {
    const head = title !== undefined && <h1>{words[title]}</h1>;
    if (refused === undefined) return <>{head}<p class="quiet" role="status">{words.loading}</p></>;
    return (
      <>
        {head}
        <Refusal code={refused.code} message={refused.message} />
        <button type="button" onClick={asked.again}>{words.again}</button>
      </>
    );
  }
  return (
    <>
      {refused !== undefined && (refused.code === 'NO_CONNECTION'
        ? <p class="notice" role="status">{words.stale}</p>
        : <Refusal code={refused.code} message={refused.message} />)}
      {children(data)}
    </>
  );
}
