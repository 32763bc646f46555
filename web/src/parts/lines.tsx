// Numbers, a line each: those that were pasted, or that a question found.

import { percent } from '../formats';
import { link } from '../route';
import { useSpeaking } from '../words';
import { ClassMark, GradeMark, NetworkLink, NumberLink } from './marks';
import { Table } from './table';

export interface Line {
  id: string;
  number: string;
  class: string;
  fraudProbability: number;
  flags: { id: string }[];
  network: { id: string; reference: string } | null;
  victim: { id: string; rank: number; grade: string } | null;
}

interface Listing {
  /** Null: a number that is not known. */
  lines: (Line | null)[];
  /** Of each what was typed: nobody knows line 412 of a thousand by its place. */
  typed?: string[];
  /** Places of those that were not there before. */
  fresh?: ReadonlySet<number>;
}

/** Of what was typed and is no number. */
const SHOWN = 40;

export function NumberLines({ lines, typed, fresh }: Listing) {
  const { words } = useSpeaking();
  return (
    <div class="scroll tall">
      <Table named={words.numbers} heads={[['line'], 'number', 'class', ['fraudProbability'], ['flags'], 'network', 'person']}>
        {lines.map((line, place) => (
          <tr key={place}>
            <td class="figure">{place + 1}</td>
            {line === null ? <td colSpan={6} class="quiet">{typed?.[place] !== undefined && <><bdi class="tail">{shortened(typed[place])}</bdi> </>}{words.notKnown}</td> : (
              <>
                <td><NumberLink id={line.id} number={line.number} />{fresh?.has(place) && <New />}</td>
                <td><ClassMark kind={line.class} /></td>
                <td class="figure">{percent(line.fraudProbability)}</td>
                <td class="figure">{line.flags.length || ''}</td>
                <td><NetworkLink network={line.network} /></td>
                <td>
                  {line.victim === null ? '–' : (
                    <><a href={link('person', line.victim.id)}>{words.rank} {line.victim.rank}</a> <GradeMark grade={line.victim.grade} /></>
                  )}
                </td>
              </>
            )}
          </tr>
        ))}
      </Table>
    </div>
  );
}

function shortened(text = ''): string {
  const letters = [...text];
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : text;
}

/** What was not there when somebody last looked. */
export function New() {
  const { words } = useSpeaking();
  return <> <span class="mark news">{words.isNew}</span></>;
}
