// What is drawn becomes a file of the reader's. It leaves the system, so the audit log has who, what and why before there is one.

import { useState } from 'preact/hooks';
import { ask, type Refused } from '../asking';
import { count, instant } from '../formats';
import { Refusal } from '../parts/notice';
import { refusal } from '../parts/refused';
import { save } from '../parts/save';
import { useSpeaking } from '../words';
import type { Columns, Drawing } from './drawing';
import { asCsv, asGraphml, asJson, type Provenance } from './exports';
import { asPng, type Marked } from './flat';
import { asGexf } from './gexf';
import { withText } from './pngText';
import type { View } from './state';
import document from '../../../schema/operations/page-export.graphql?raw';

/** As what the picture can be saved, each with the name that people know it by. */
const FORMATS = { png: 'PNG', csv: 'CSV', graphml: 'GraphML', gexf: 'GEXF', json: 'JSON' } as const;

type Format = keyof typeof FORMATS;

interface Saving {
  drawing: Drawing;
  columns: Columns;
  view: View;
  marked: Marked;
  asOf: string;
}

export function Save({ drawing, columns, view, marked, asOf }: Saving) {
  const { language, words, say } = useSpeaking();
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState<{ name: string; entry: number }>();
  const [refused, setRefused] = useState<Refused>();
  const write = async (format: Format, given: FormData) => {
    const [purpose, typed] = [given.get('purpose'), given.get('case')];
    const numbers = [...drawing.dots.values()].filter((dot) => dot.entity === null).length;
    const of = {
      format: format.toUpperCase(), starts: [...view.seeds, ...view.expanded],
      numbers, contacts: drawing.lines.length, entities: drawing.dots.size - numbers,
      hops: view.hops, since: view.since || null, until: view.until || null,
    };
    const { recordExport: { auditEntry, at } } =
      await ask<{ recordExport: { auditEntry: number; at: string } }>(document, { export: of, purpose, case: typed || null });
    const { numbersLeftOut, contactsLeftOut } = columns;
    const from: Provenance = { asOf, made: at, auditEntry, link: location.href, numbersLeftOut, contactsLeftOut };
    const name = `graphsvc-${at.slice(0, 19).replaceAll(':', '')}-${auditEntry}.${format}`;
    const line = say('pngFoot', {
      at: instant(asOf), made: instant(at), n: count(numbers, language), m: count(drawing.lines.length, language),
      left: count(numbersLeftOut, language), entry: auditEntry,
    });
    const png = async () => {
      const picture = await asPng(drawing, marked, { line, link: from.link, inside: words.pngLinkInside });
      return picture === null ? null : withText(picture, 'provenance', JSON.stringify(from));
    };
    const content = format === 'png' ? await png() : { csv: asCsv, graphml: asGraphml, gexf: asGexf, json: asJson }[format](drawing, from);
    if (content === null) throw new Error('the browser made no picture');
    save(content, name);
    setSaved({ name, entry: auditEntry });
    setRefused(undefined);
  };
  const press = (format: Format, form: HTMLFormElement | null) => {
    form?.classList.add('tried'); // only from here on is a field that is empty marked as wrong
    if (form === null || !form.reportValidity()) return;
    setBusy(true);
    setSaved(undefined);
    write(format, new FormData(form)).catch((failed: unknown) => setRefused(refusal(failed))).finally(() => setBusy(false));
  };
  return (
    <details class="saving">
      <summary>{words.exports}</summary>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <p class="quiet">{words.exportsNote}</p>
        <label class="choice">{words.revealPurpose}<input name="purpose" required autoComplete="off" /></label>
        <label class="choice">{words.revealCase}<input name="case" maxLength={60} autoComplete="off" /></label>
        <span class="acts" role="group" aria-label={words.exports}>
          {(Object.keys(FORMATS) as Format[]).map((format) => (
            <button key={format} type="button" disabled={busy} onClick={(event) => press(format, event.currentTarget.form)}>{FORMATS[format]}</button>
          ))}
        </span>
      </form>
      {saved !== undefined && <p role="status">{say('exported', { name: saved.name, entry: saved.entry })}</p>}
      {refused !== undefined && <Refusal refused={refused} />}
    </details>
  );
}
