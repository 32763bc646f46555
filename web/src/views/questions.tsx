// The caller's saved questions, and what is new in each.

import { count, instant } from '../formats';
import { told } from '../parts/keep';
import { Answered } from '../parts/notice';
import { Table } from '../parts/table';
import { link } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-questions.graphql?raw';

/** A question as a list has it. */
export interface Question {
  id: string;
  title: string;
  kind: string;
  grade: string | null;
  stage: string | null;
  scamType: string | null;
  region: string | null;
  numbers: { id: string; number: string }[];
  alert: boolean;
  savedAt: string;
  lookedAt: string;
  total: number;
  fresh: number;
  more: boolean;
}

export function Questions({ tick }: { tick: string }) {
  const speaking = useSpeaking();
  const { language, words } = speaking;
  const asked = useAnswer<{ savedQuestions: Question[] }>(document, {}, tick, true);
  return (
    <>
      <h1>{words.questions}</h1>
      <p class="quiet">{words.questionsNote}</p>
      <Answered asked={asked}>
        {({ savedQuestions }) => (savedQuestions.length === 0 ? <p>{words.noQuestions}</p> : (
          <div class="scroll">
            <Table named={words.questions} heads={['title', 'question', ['numbers'], ['answers'], ['news'], 'lookedAt', 'told']}>
              {savedQuestions.map((one) => (
                <tr key={one.id}>
                  <td><a href={link('question', one.id)}>{one.title}</a></td>
                  <td>{told(speaking, one.kind, one)}</td>
                  <td class="figure">{one.numbers.length === 0 ? '–' : count(one.numbers.length, language)}</td>
                  <td class="figure">{count(one.total, language)}{one.more && '+'}</td>
                  <td class="figure">{one.fresh > 0 ? <span class={`mark ${one.alert ? 'news' : ''}`}>{count(one.fresh, language)}</span> : '–'}</td>
                  <td>{instant(one.lookedAt)}</td>
                  <td>{one.alert ? words.yes : words.no}</td>
                </tr>
              ))}
            </Table>
          </div>
        ))}
      </Answered>
    </>
  );
}
