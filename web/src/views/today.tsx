// Today: who will probably lose money next, live, with what the queue and the measures say beside it.

import { Answered } from '../parts/notice';
import { Field } from '../parts/field';
import { Keep } from '../parts/keep';
import { Choice, GRADES, SCAM_TYPES, STAGES } from '../parts/choice';
import { Deadline, GradeMark, NetworkLink, Probability } from '../parts/marks';
import { type Connection, More, usePages } from '../parts/paging';
import { type Ground, Short } from '../parts/why';
import { Table } from '../parts/table';
import { keepSettings, link, type Place } from '../route';
import { useMay } from '../caller';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import { useState } from 'preact/hooks';
import { Bulletin } from './bulletin';
import { Measures } from './measures';
import { Queue } from './queue';
import document from '../../../schema/operations/page-today.graphql?raw';

interface Victim {
  id: string;
  number: string;
  region: string | null;
  rank: number;
  probability: number;
  inContactProbability: number;
  stage: string;
  grade: string;
  scamType: string;
  deadlineAt: string | null;
  evidence: Ground[];
  network: { id: string; reference: string } | null;
  warnings: { id: string; channel: string; state: string; warnedAt: string | null }[];
}

interface Answer {
  victims: Connection<Victim>;
}

type Filters = { grade: string; stage: string; scamType: string; region: string };

export function Today({ place, tick }: { place: Place; tick: string }) {
  const { words } = useSpeaking();
  const may = useMay();
  const [filters, setFilters] = useState<Filters>({
    grade: place.settings.get('grade') ?? '',
    stage: place.settings.get('stage') ?? '',
    scamType: place.settings.get('scamType') ?? '',
    region: place.settings.get('region') ?? '',
  });
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
  const asked = useAnswer<Answer>(document, given, tick);
  const filter = (changed: Partial<Filters>) => {
    const next = { ...filters, ...changed };
    setFilters(next);
    keepSettings(place, Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')));
  };
  return (
    <div class="today">
      <section class="wide">
        <h1>{words.victimsTitle}</h1>
        <div class="above">
          <form class="filters" onSubmit={(event) => event.preventDefault()}>
            <Choice label="grade" values={GRADES} chosen={filters.grade} choose={(grade) => filter({ grade })} />
            <Choice label="stage" values={STAGES} chosen={filters.stage} choose={(stage) => filter({ stage })} />
            <Choice label="scamType" values={SCAM_TYPES} chosen={filters.scamType} choose={(scamType) => filter({ scamType })} />
            <Field
              label={words.region}
              value={filters.region}
              choose={(region) => filter({ region: region.replace(/\D/g, '') })}
              input={{ type: 'text', inputMode: 'numeric', maxLength: 6, size: 7 }}
            />
          </form>
          <div class="acts"><Keep key={JSON.stringify(given)} kinds={['PEOPLE']} criteria={given} /></div>
        </div>
        <Answered asked={asked}>
          {(data) => <Victims first={data.victims} variables={given} filtered={Object.keys(given).length > 0} />}
        </Answered>
      </section>
      {/* Where the window has no room beside the list, those who answer for the queue see it before the list. */}
      <aside aria-label={words.aside} class={may('Query.dispatch') || may('Query.measures') ? 'glance' : undefined}>
        {may('Query.dispatch') && <Queue tick={tick} />}
        {may('Query.measures') && <Measures tick={tick} />}
        <Bulletin />
      </aside>
    </div>
  );
}

function Victims({ first, variables, filtered }: { first: Connection<Victim>; variables: Record<string, string>; filtered: boolean }) {
  const { words, name } = useSpeaking();
  const { nodes, more } = usePages(first, document, variables, (data) => data['victims'] as Connection<Victim>);
  if (nodes.length === 0) return <p class="quiet">{filtered ? words.noVictims : words.emptyWorld}</p>;
  return (
    <>
      <div class="scroll">
        <Table named={words.victimsTitle} heads={[['rank'], 'person', 'grade', 'deadline', 'probability', 'stage', 'scamType', 'network', 'warned', 'why']}>
          {nodes.map((one) => (
            <tr key={one.id}>
              <td class="figure">{one.rank}</td>
              <td>
                <a class="tail" href={link('person', one.id)}>{one.number}</a>
                {one.region !== null && <small> {one.region}</small>}
              </td>
              <td><GradeMark grade={one.grade} /></td>
              <td><Deadline at={one.deadlineAt} stage={one.stage} /></td>
              <td><Probability value={one.probability} /></td>
              <td class="brief">{name(one.stage)}</td>
              <td>{name(one.scamType)}</td>
              <td><NetworkLink network={one.network} /></td>
              <td class="lines">
                {one.warnings.length === 0 && '–'}
                {one.warnings.map((warning) => <span key={warning.id}>{name(warning.channel)}{words.colon}{name(warning.state)}</span>)}
              </td>
              <td class="words"><Short evidence={one.evidence} /></td>
            </tr>
          ))}
        </Table>
      </div>
      <More more={more} />
    </>
  );
}
