// Questions to the service. An answer is data, or a refusal with the service's own code.

import { token } from './session';

export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** How many, and so on, for the words of the page. */
    readonly figures: Record<string, number> = {},
    /** Which of the things that share the code is wrong. */
    readonly reason?: string,
  ) {
    super(message);
  }
}

export type Variables = Record<string, unknown>;

interface Answer<Data> {
  data?: Data | null;
}

/** Ask one of the documents in schema/operations. Throws `Refused`; NO_CONNECTION where the service does not answer. */
export async function ask<Data>(document: string, variables: Variables = {}, signal?: AbortSignal): Promise<Data> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    Accept: 'application/graphql-response+json',
  };
  const given = token();
  if (given !== null) headers['Authorization'] = `Bearer ${given}`;
  let response: Response;
  try {
    response = await fetch('graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: document, variables }),
      signal: signal ?? null,
    });
  } catch (failed) {
    if (signal?.aborted) throw failed;
    throw new Refused('NO_CONNECTION', String(failed));
  }
  const answer = await read<Answer<Data>>(response);
  if (answer.data === undefined || answer.data === null) throw new Refused('INTERNAL_SERVER_ERROR', `HTTP ${response.status}`);
  return answer.data;
}

/** The token that a link which opens once is exchanged for. Throws `Refused`. */
export async function exchanged(link: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch('link', { method: 'POST', headers: { Authorization: `Bearer ${link}` } });
  } catch (failed) {
    throw new Refused('NO_CONNECTION', String(failed));
  }
  return (await read<{ token: string }>(response)).token;
}

interface Errors {
  errors?: { message: string; extensions?: { code?: string } & Record<string, unknown> }[];
}

/** What a response says, unless that is an error. */
async function read<Said extends object>(response: Response): Promise<Said> {
  let answer: Said & Errors;
  try {
    answer = (await response.json()) as Said & Errors;
  } catch {
    throw new Refused('NO_CONNECTION', `HTTP ${response.status}`);
  }
  const first = answer.errors?.[0];
  if (first !== undefined) {
    const { code = 'INTERNAL_SERVER_ERROR', reason, ...more } = first.extensions ?? {};
    const figures = Object.entries(more).filter((one): one is [string, number] => typeof one[1] === 'number');
    throw new Refused(code, first.message, Object.fromEntries(figures), typeof reason === 'string' ? reason : undefined);
  }
  return answer;
}
