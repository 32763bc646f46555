// A person at risk: what happened in order, why the ranking says so, and what was done about it.

import { useMay } from '../caller';
import { count, instant, span } from '../formats';
import { Casework } from '../parts/casework';
import { Collect } from '../parts/collect';
import { Answered, Missing } from '../parts/notice';
import { Deadline, GradeMark, NetworkLink, Probability } from '../parts/marks';
import { Reveal } from '../parts/reveal';
import { type Ground, Grounds } from '../parts/why';
import { EvidencePicture } from '../parts/picture';
import { Table } from '../parts/table';
import { Timeline } from '../parts/timeline';
import { link, type Place } from '../route';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-person.graphql?raw';

interface Exposure {
  suspects: number;
  events: number;
  firstAt: string;
  lastAt: string;
  talkSeconds: number;
  longestCallSeconds: number;
  callBacks: number;
  verifications: number;
  bankCalls: number;
  bankMessages: number;
  handovers: number;
  messageThenCall: boolean;
  lostAt: string | null;
}

interface Warning {
  id: string;
  reference: string;
  channel: string;
  state: string;
  madeAt: string;
  warnedAt: string | null;
  outcome: string | null;
}

interface Victim {
  __typename: string;
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
  exposure: Exposure | null;
  evidence: Ground[];
  network: { id: string; reference: string } | null;
  warnings: Warning[];
}

const STAGES = ['CONTACTED', 'LISTENING', 'ENGAGED', 'COMMITTED', 'LOST'];

export function Person({ place, tick }: { place: Place; tick: string }) {
  const asked = useAnswer<{ node: Victim | null }>(document, place.id === undefined ? null : { id: place.id }, tick);
  return (
    <Answered asked={asked} title="personTitle">
      {({ node }) => (node === null || node.__typename !== 'Victim' ? <Missing title="personTitle" /> : <Found one={node} tick={tick} />)}
    </Answered>
  );
}

function Found({ one, tick }: { one: Victim; tick: string }) {
  const { words, name } = useSpeaking();
  const may = useMay();
  return (
    <>
      <h1>{words.personTitle} <span class="tail">{one.number}</span></h1>
      <p class="facts">
        <span>{words.rank} {one.rank}</span>
        <span><span class="hidden">{words.grade}{words.colon}</span><GradeMark grade={one.grade} /></span>
        <span>{words.deadline}{words.colon}<Deadline at={one.deadlineAt} stage={one.stage} /></span>
        <span>{name(one.scamType)}</span>
        <span>{words.network}{words.colon}<NetworkLink network={one.network} /></span>
        {one.region !== null && <span>{words.region}{words.colon}{one.region}</span>}
      </p>
      <div class="acts">
        <a href={link('number', one.id)}>{words.numberOfPerson}</a>
        {may('Query.neighbourhood') && <a href={link('canvas', one.id)}>{words.openCanvas}</a>}
        <Collect numbers={[one.id]} />
      </div>
      <Reveal id={one.id} />
      <div class="columns">
        <section>
          <h2>{words.stage}</h2>
          <ol class="stages">
            {STAGES.map((stage, place) => (
              <li key={stage} class={place <= STAGES.indexOf(one.stage) ? 'reached' : ''} aria-current={stage === one.stage ? 'step' : undefined}>
                {name(stage)}
              </li>
            ))}
          </ol>
          <dl>
            <dt>{words.probability}</dt><dd><Probability value={one.probability} /></dd>
            <dt>{words.inContact}</dt><dd><Probability value={one.inContactProbability} /></dd>
          </dl>
          {one.exposure !== null && <Exposed exposure={one.exposure} />}
        </section>
        <section>
          <h2>{words.evidence}</h2>
          <Grounds evidence={one.evidence} />
          <EvidencePicture evidence={one.evidence} person={one.number} />
        </section>
      </div>
      {may('Victim.timeline') && <Timeline id={one.id} tick={tick} />}
      <section>
        <h2>{words.warnings}</h2>
        <Warnings warnings={one.warnings} />
      </section>
      <Casework id={one.id} tick={tick} />
    </>
  );
}

function Exposed({ exposure }: { exposure: Exposure }) {
  const { language, words } = useSpeaking();
  return (
    <dl>
      <dt>{words.firstContact}</dt><dd>{instant(exposure.firstAt)}</dd>
      <dt>{words.lastContact}</dt><dd>{instant(exposure.lastAt)}</dd>
      <dt>{words.suspectNumbers}</dt><dd>{count(exposure.suspects, language)}</dd>
      <dt>{words.contactEvents}</dt><dd>{count(exposure.events, language)}</dd>
      <dt>{words.talk}</dt><dd>{span(exposure.talkSeconds, language)}</dd>
      <dt>{words.longestCall}</dt><dd>{span(exposure.longestCallSeconds, language)}</dd>
      <dt>{words.callBacks}</dt><dd>{count(exposure.callBacks, language)}</dd>
      <dt>{words.handovers}</dt><dd>{count(exposure.handovers, language)}</dd>
      <dt>{words.messageThenCall}</dt><dd>{exposure.messageThenCall ? words.yes : words.no}</dd>
      <dt>{words.verifications}</dt><dd>{count(exposure.verifications, language)}</dd>
      <dt>{words.bankCalls}</dt><dd>{count(exposure.bankCalls, language)}</dd>
      <dt>{words.bankMessages}</dt><dd>{count(exposure.bankMessages, language)}</dd>
      {exposure.lostAt !== null && (<><dt>{words.lostAt}</dt><dd>{instant(exposure.lostAt)}</dd></>)}
    </dl>
  );
}

function Warnings({ warnings }: { warnings: Warning[] }) {
  const { words, name } = useSpeaking();
  if (warnings.length === 0) return <p class="quiet">{words.noWarnings}</p>;
  return (
    <Table named={words.warnings} heads={['reference', 'channel', 'state', 'made', 'warned', 'outcome']}>
      {warnings.map((one) => (
        <tr key={one.id}>
          <td>{one.reference}</td>
          <td>{name(one.channel)}</td>
          <td>{name(one.state)}</td>
          <td>{instant(one.madeAt)}</td>
          <td>{instant(one.warnedAt)}</td>
          <td>{one.outcome === null ? '–' : name(one.outcome)}</td>
        </tr>
      ))}
    </Table>
  );
}
