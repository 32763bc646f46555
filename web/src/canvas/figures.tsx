// What is drawn, in figures: they follow the window of time and the filters, as graph and table do.

import { count, span, wholeInstant } from '../formats';
import { useSpeaking } from '../words';
import type { Drawing } from './drawing';
import type { View } from './state';

export function Figures({ drawing, view }: { drawing: Drawing; view: View }) {
  const { language, words, say } = useSpeaking();
  const sum = (of: 'events' | 'calls' | 'messages' | 'talkSeconds') => total(drawing.lines.map((line) => line[of]));
  const meeting = new Set(drawing.lines.flatMap(({ from, to }) => [from, to]));
  const windowed = view.since !== '' || view.until !== '';
  const ends = { from: view.since === '' ? words.theBeginning : wholeInstant(view.since), until: view.until === '' ? words.theEnd : wholeInstant(view.until) };
  const shown = {
    n: count(meeting.size, language), e: count(sum('events'), language), c: count(sum('calls'), language), s: count(sum('messages'), language),
    t: span(sum('talkSeconds'), language),
  };
  return (
    <p class="figures" role="status">
      {windowed && <><strong>{say('windowOf', ends)}</strong> </>}
      {say('inPicture', shown)}
      {windowed && <> <span class="quiet">{words.windowNote}</span></>}
    </p>
  );
}

function total(figures: number[]): number {
  return figures.reduce((sum, one) => sum + one, 0);
}
