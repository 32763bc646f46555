// A table with its heads; figures stand right.

import type { ComponentChildren } from 'preact';
import { useSpeaking, type Word } from '../words';

/** The word at the head of a column; in a list of its own where the column holds figures. */
export type Head = Word | [Word];

interface Tabled {
  /** What it is a table of, for those who go from table to table without seeing the heading above. */
  named: string;
  heads: Head[];
  children: ComponentChildren;
}

export function Table({ named, heads, children }: Tabled) {
  const { words } = useSpeaking();
  return (
    <table aria-label={named}>
      <thead>
        <tr>
          {heads.map((head) => (
            typeof head === 'string'
              ? <th key={head} scope="col">{words[head]}</th>
              : <th key={head[0]} scope="col" class="figure">{words[head[0]]}</th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
