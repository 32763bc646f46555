// A line for the command line, to be copied.

import { useState } from 'preact/hooks';
import { useSpeaking } from '../words';

export function Command({ line }: { line: string }) {
  const { words } = useSpeaking();
  const [done, setDone] = useState<boolean>();
  const copy = () => navigator.clipboard.writeText(line).then(() => setDone(true), () => setDone(false));
  return (
    <p class="command">
      <code>{line}</code>
      <button type="button" onClick={() => void copy()}>{words.copyLine}</button>
      <span role="status">{done === undefined ? '' : done ? words.copied : words.notCopied}</span>
    </p>
  );
}
