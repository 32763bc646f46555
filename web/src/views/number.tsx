// A number: what is known against it and for it, what it shares, whom it reached; as of any past day.

import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { count, instant, span } from '../formats';
import { Acts } from '../parts/acts';
import { type Accused, Against } from '../parts/against';
import { Casework } from '../parts/casework';
import { Collect } from '../parts/collect';
import { History } from '../parts/history';
import { ABOUT_NUMBERS, Keep } from '../parts/keep';
import { Answered, Missing } from '../parts/notice';
import { ClassMark, GradeMark, NetworkLink, Probability } from '../parts/marks';
import { Reveal } from '../parts/reveal';
import { type Thing, Things } from '../parts/things';
import { link, type Place } from '../route';
import { Typed } from '../parts/typed';
import { useAnswer } from '../useAnswer';
import { useSpeaking } from '../words';
import { fromTyped } from '../zone';
import { Busiest, Latest, useAcquaintances } from './acquaintances';
import document from '../../../schema/operations/page-number.graphql?raw';
import tokenDocument from '../../../schema/operations/page-token.graphql?raw';

interface Traffic {
  contacts: number;
  events: number;
  calls: number;
  messages: number;
  answered: number;
  talkSeconds: number;
}

interface Summary {
  sent: Traffic;
  received: Traffic;
  acquaintances: number;
  firstAt: string | null;
  lastAt: string | null;
}

interface Report extends Accused {
  id: string;
  number: string;
  kind: string;
  class: string;
  directoryRole: string | null;
  region: string | null;
  network: { id: string; reference: string } | null;
  holderNumberCount: number;
  shared: Thing[];
  contactsSummary: Summary | null;
  victim: { id: string; rank: number; stage: string; grade: string; probability: number } | null;
}

export function NumberView({ place, tick }: { place: Place; tick: string }) {
  const { words } = useSpeaking();
  const [day, setDay] = useState(place.settings.get('asOf') ?? '');
  const variables = { id: place.id, asOf: day === '' ? null : fromTyped(`${day}T23:59:59`) ?? null };
  const found = useAnswer<{ number: Report | null }>(document, place.id === undefined ? null : variables, tick);
  const asked = day !== '' && found.refused?.code === 'NOT_FOUND' ? { ...found, refused: new Refused('NOTHING_THEN', '') } : found;
  return (
    <>
      <div class="asof">
        <Typed timed={false} label={words.asOfDay} value={day} choose={setDay} />
        {day !== '' && <button type="button" onClick={() => setDay('')}>{words.now}</button>}
      </div>
      <Answered asked={asked} title="numberTitle">
        {({ number }) => (number === null ? <Missing title="numberTitle" /> : <Found one={number} asOf={variables.asOf} tick={tick} again={asked.again} />)}
      </Answered>
    </>
  );
}

interface Finding {
  one: Report;
  asOf: string | null;
  tick: string;
  again: () => void;
}

function Found({ one, asOf, tick, again }: Finding) {
  const { language, words, name } = useSpeaking();
  const may = useMay();
  const acquainted = one.contactsSummary !== null && may('ContactsSummary.latest');
  const acquaintances = useAcquaintances(one.id, asOf, tick, acquainted);
  return (
    <>
      <h1>{words.numberTitle} <span class="tail">{one.number}</span></h1>
      <p class="facts">
        <ClassMark kind={one.class} />
        <span>{words.fraudProbability}{words.colon}<Probability value={one.fraudProbability} /></span>
        <span>{name(one.kind)}</span>
        {one.directoryRole !== null && <span>{words.publicRole}{words.colon}{name(one.directoryRole)}</span>}
        {one.region !== null && <span>{words.region}{words.colon}{one.region}</span>}
        <span>{words.network}{words.colon}<NetworkLink network={one.network} /></span>
        {one.victim !== null && (
          <span>{words.isPerson}{words.colon}<a href={link('person', one.victim.id)}>{words.rank} {one.victim.rank}</a> <span class="hidden">{words.grade}{words.colon}</span><GradeMark grade={one.victim.grade} /></span>
        )}
      </p>
      <div class="acts">
        {may('Query.neighbourhood') && <a href={link('canvas', one.id)}>{words.openCanvas}</a>}
        {may('NumberReport.token') && <CopyToken id={one.id} />}
        <Acts ids={[one.id]} done={again} />
        {may('Query.simulateFlag') && <a href={link('what-if', one.id)}>{words.whatIf}</a>}
        <Collect numbers={[one.id]} />
        <Keep kinds={ABOUT_NUMBERS} numbers={[one.id]} />
      </div>
      <Reveal id={one.id} />
      <div class="columns">
        <Against one={one} />
        <section>
          {acquainted && <Latest asked={acquaintances} />}
          <section>
            <h2>{words.shared}</h2>
            <p>{words.holderNumbers}{words.colon}{count(one.holderNumberCount, language)}</p>
            {one.shared.length === 0 ? <p class="quiet">{words.noShared}</p> : <Things named={words.shared} things={one.shared} />}
          </section>
          {one.contactsSummary !== null && (
            <>
              <h2>{words.traffic}</h2>
              <Contacts summary={one.contactsSummary} />
            </>
          )}
          {acquainted && <Busiest asked={acquaintances} />}
          <History id={one.id} asOf={asOf} tick={tick} />
          <Casework id={one.id} tick={tick} />
        </section>
      </div>
    </>
  );
}

/** Text that Neo4j Browser takes as it is: the parameter that its questions have. */
function CopyToken({ id }: { id: string }) {
  const { words } = useSpeaking();
  const [done, setDone] = useState(false);
  const copy = () =>
    ask<{ number: { token: string } }>(tokenDocument, { id })
      .then(({ number }) => navigator.clipboard.writeText(`:param token => '${number.token}'`))
      .then(() => setDone(true), () => setDone(false));
  return <button type="button" onClick={copy}>{done ? words.copied : words.copyForNeo4j}</button>;
}

function Contacts({ summary }: { summary: Summary }) {
  const { language, words } = useSpeaking();
  const line = (traffic: Traffic) =>
    [
      `${count(traffic.contacts, language)} ${words.people}`,
      `${count(traffic.calls, language)} ${words.calls}`,
      `${count(traffic.answered, language)} ${words.answered}`,
      `${count(traffic.messages, language)} ${words.messages}`,
      span(traffic.talkSeconds, language),
    ].join(' · ');
  return (
    <dl>
      <dt>{words.sent}</dt><dd>{line(summary.sent)}</dd>
      <dt>{words.received}</dt><dd>{line(summary.received)}</dd>
      <dt>{words.firstContact}</dt><dd>{instant(summary.firstAt)}</dd>
      <dt>{words.lastContact}</dt><dd>{instant(summary.lastAt)}</dd>
    </dl>
  );
}
