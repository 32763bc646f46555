// The drawing as a table: for those who read rather than look, and for the keyboard.

import { useState } from 'preact/hooks';
import { count, percent } from '../formats';
import { NumberLink } from '../parts/marks';
import { EntityLink } from '../parts/things';
import { Table } from '../parts/table';
import { useSpeaking, type Word } from '../words';
import type { Dot, Drawing } from './drawing';
import { inOrder } from './keys';

const ROWS = 50;

interface Tabled {
  drawing: Drawing;
  selected: string[];
  select: (id: string) => void;
  selectAll: (ids: string[]) => void;
}

export function Contacts({ drawing, selected, select, selectAll }: Tabled) {
  const { language, words, name, say } = useSpeaking();
  const [rows, setRows] = useState(ROWS);
  const dots = inOrder(drawing);
  const parted = dots.some((dot) => dot.community !== null);
  return (
    <details class="tabled" open>
      <summary>{words.table}</summary>
      <div class="acts">
        <button type="button" onClick={() => selectAll(dots.map((dot) => dot.id))}>{words.selectAll}</button>
        {selected.length > 0 && <button type="button" onClick={() => selectAll([])}>{words.selectNone}</button>}
      </div>
      <div class="scroll tall">
        <Table named={words.canvas} heads={['selected', 'number', ['fraudProbability'], 'network', ...(parted ? [['community'] as [Word]] : []), 'role', 'atRisk', ['contactsDrawn'], ['contactsAll']]}>
          {dots.slice(0, rows).map((dot) => (
            <tr key={dot.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`${words.selected} ${dot.label}`}
                  checked={selected.includes(dot.id)}
                  onChange={() => select(dot.id)}
                />
              </td>
              <td>
                {dot.entity === null ? <NumberLink id={dot.id} number={dot.label} /> : <EntityLink id={dot.id} token={dot.label} />}
                {dot.notes > 0 && <small> {say('noted', { n: dot.notes })}</small>}
              </td>
              <td class="figure">{percent(dot.fraudProbability)}</td>
              <td class="tail">{dot.network ?? '–'}</td>
              {parted && <td class="figure">{dot.community ?? '–'}</td>}
              <td>{what(dot) === null ? '–' : name(what(dot) as string)}</td>
              <td>{dot.grade === null ? '–' : <span class={`grade-${dot.grade}`}>{name(dot.grade)}</span>}</td>
              <td class="figure">{count(dot.drawn, language)}</td>
              <td class="figure">{count(dot.contacts, language)}</td>
            </tr>
          ))}
        </Table>
      </div>
      {rows < dots.length && <button type="button" class="more" onClick={() => setRows(rows + ROWS * 4)}>{words.more}</button>}
    </details>
  );
}

/** What it does, or what it is. */
function what(dot: Dot): string | null {
  return dot.entity ?? dot.role;
}
