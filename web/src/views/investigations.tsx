// Investigations of the caller's region, and how one begins.

import { Field } from '../parts/field';
import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { count, instant } from '../formats';
import { Choice, INVESTIGATION_STATES } from '../parts/choice';
import { useDraft } from '../parts/kept';
import { Answered, Refusal } from '../parts/notice';
import { type Connection, More, usePages } from '../parts/paging';
import type { Opened } from '../parts/opened';
import { refusal } from '../parts/refused';
import { Table } from '../parts/table';
import { useInvestigationChanges } from '../parts/worked';
import { go, keepSettings, link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-investigations.graphql?raw';
import openDocument from '../../../schema/operations/page-investigation-open.graphql?raw';

interface Listed extends Opened {
  changedAt: string;
  numberCount: number;
  networkCount: number;
}

export function Investigations({ place }: { place: Place }) {
  const { words } = useSpeaking();
  const may = useMay();
  const [filters, setFilters] = useState<Record<string, string>>(Object.fromEntries(place.settings));
  const asked = useAnswer<{ investigations: Connection<Listed> }>(document, filters, useInvestigationChanges(true));
  const filter = (name: string, value: string) => {
    const next = Object.fromEntries(Object.entries({ ...filters, [name]: value }).filter(([, one]) => one !== ''));
    setFilters(next);
    keepSettings(place, next);
  };
  return (
    <>
      <h1>{words.investigations}</h1>
      {may('Mutation.openInvestigation') && <Begin />}
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice label="state" values={INVESTIGATION_STATES} chosen={filters['status'] ?? ''} choose={(value) => filter('status', value)} />
        <Field label={words.assignee} value={filters['assignee'] ?? ''} choose={(typed) => filter('assignee', typed.trim())} input={{ maxLength: 60 }} />
      </form>
      <Answered asked={asked}>{(data) => <List first={data.investigations} variables={filters} />}</Answered>
    </>
  );
}

function List({ first, variables }: { first: Connection<Listed>; variables: Record<string, string> }) {
  const { language, words, name } = useSpeaking();
  const { nodes, more } = usePages(first, document, variables, (data) => data['investigations'] as Connection<Listed>);
  if (nodes.length === 0) return <p class="quiet">{Object.keys(variables).length > 0 ? words.noInvestigations : words.noInvestigationsYet}</p>;
  return (
    <>
      <div class="scroll">
        <Table named={words.investigations} heads={['reference', 'title', 'state', 'assignee', 'caseId', 'region', ['numbers'], ['networks'], 'changed']}>
          {nodes.map((one) => (
            <tr key={one.id}>
              <td><a class="tail" href={link('investigation', one.id)}>{one.reference}</a></td>
              <td class="title">{one.title}</td>
              <td class="what">{name(one.status)}</td>
              <td>{one.assignee ?? '–'}</td>
              <td>{one.caseId ?? '–'}</td>
              <td class="what">{one.region || words.wholeCountry}</td>
              <td class="figure">{count(one.numberCount, language)}</td>
              <td class="figure">{count(one.networkCount, language)}</td>
              <td class="when">{instant(one.changedAt)}</td>
            </tr>
          ))}
        </Table>
      </div>
      <More more={more} />
    </>
  );
}

function Begin() {
  const { words } = useSpeaking();
  const [refused, setRefused] = useState<Refused>();
  const draft = useDraft('investigation');
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const said = (name: string) => String(given.get(name)).trim() || null;
    ask<{ openInvestigation: { id: string } }>(openDocument, {
      title: said('title'), caseId: said('caseId'), assignee: said('assignee'), region: said('region'),
    })
      .then(({ openInvestigation }) => {
        draft.sent();
        go('investigation', openInvestigation.id);
      })
      .catch((failed: unknown) => setRefused(refusal(failed)));
  };
  return (
    <details open={draft.begun}>
      <summary>{words.openInvestigation}</summary>
      <form class="filters" ref={draft.form} onSubmit={send}>
        <label class="choice">{words.title}<input name="title" required size={40} /></label>
        <label class="choice">{words.caseId}<input name="caseId" maxLength={60} /></label>
        <label class="choice">{words.assignee}<input name="assignee" maxLength={60} /></label>
        <label class="choice">{words.region}<input name="region" inputMode="numeric" maxLength={6} size={7} /></label>
        <button type="submit">{words.openDo}</button>
      </form>
      {refused !== undefined && <Refusal refused={refused} />}
    </details>
  );
}
