// What is drawn, in figures: they follow the window of time and the filters, as graph and table do.

import { useMemo } from 'preact/hooks';
import { count, span, wholeInstant } from '../formats';
import { useSpeaking } from '../words';
import type { Drawing } from './drawing';
import type { View } from './state';

export function Figures({ drawing, view }: { drawing: Drawing; view: View }) {
  const { language, words, say } = useSpeaking();
  const { meeting, events, calls, messages, talkSeconds } = useMemo(() => summed(drawing), [drawing]);
  const windowed = view.since !== '' || view.until !== '';
  const ends = { from: view.since === '' ? words.theBeginning : wholeInstant(view.since), until: view.until === '' ? words.theEnd : wholeInstant(view.until) };
  const shown = {
    n: count(meeting, language), e: count(events, language), c: count(calls, language), s: count(messages, language),
    t: span(talkSeconds, language),
  };
  return (
    <p class="figures" role="status">
      {windowed && <><strong>{say('windowOf', ends)}</strong> </>}
      {say('inPicture', shown)}
      {windowed && <> <span class="quiet">{words.windowNote}</span></>}
    </p>
  );
}

function summed({ lines }: Drawing) {
  const met = new Set<string>();
  const sums = { events: 0, calls: 0, messages: 0, talkSeconds: 0 };
  for (const line of lines) {
    met.add(line.from).add(line.to);
    sums.events += line.events;
    sums.calls += line.calls;
    sums.messages += line.messages;
    sums.talkSeconds += line.talkSeconds;
  }
  return { meeting: met.size, ...sums };
}
