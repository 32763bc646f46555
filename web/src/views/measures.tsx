// What was warned in time and what was missed, from real outcomes, with the denominators.

import { count, instant, percent, span } from '../formats';
import { Answered } from '../parts/notice';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-measures.graphql?raw';

interface Share {
  count: number;
  of: number;
  value: number | null;
}

interface Delay {
  count: number;
  medianSeconds: number | null;
  p90Seconds: number | null;
}

interface Answer {
  measures: {
    since: string;
    until: string;
    warnings: number;
    delivered: Share;
    accuracy: Share;
    coverage: Share;
    eventToDelivered: Delay;
    leadBeforeLoss: Delay;
  };
}

export function Measures({ tick }: { tick: string }) {
  const { language, words, say } = useSpeaking();
  const asked = useAnswer<Answer>(document, {}, tick);
  const share = (one: Share) => `${percent(one.value)} (${count(one.count, language)} ${words.of} ${count(one.of, language)})`;
  const blanks = (one: Delay) => ({ m: span(one.medianSeconds, language), p: span(one.p90Seconds, language), n: count(one.count, language) });
  const delay = (one: Delay) => (one.count === 0 ? '–' : say('delayed', blanks(one)));
  const lead = (one: Delay) => (one.count === 0 ? '–' : say('leads', blanks(one)));
  return (
    <section>
      <h2>{words.measuresTitle}</h2>
      <Answered asked={asked}>
        {({ measures }) => (
          <>
            <p class="quiet">{instant(measures.since)} – {instant(measures.until)}</p>
            <dl>
              <dt>{words.warningsMade}</dt><dd>{count(measures.warnings, language)}</dd>
              <dt>{words.delivered}</dt><dd>{share(measures.delivered)}</dd>
              <dt>{words.accuracy}<small> {words.accuracyOf}</small></dt><dd>{share(measures.accuracy)}</dd>
              <dt>{words.coverage}<small> {words.coverageOf}</small></dt><dd>{share(measures.coverage)}</dd>
              <dt>{words.timeliness}</dt><dd>{delay(measures.eventToDelivered)}</dd>
              <dt>{words.leadBeforeLoss}</dt><dd>{lead(measures.leadBeforeLoss)}</dd>
            </dl>
          </>
        )}
      </Answered>
    </section>
  );
}
