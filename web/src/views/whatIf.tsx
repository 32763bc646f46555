// What if these numbers were flagged: who would be warned, at what cost, and what would look otherwise. Nothing is written.

import { useState } from 'preact/hooks';
import { ask, Refused } from '../asking';
import { useMay } from '../caller';
import { count, percent, instant } from '../formats';
import { Acts } from '../parts/acts';
import { SCAM_TYPES } from '../parts/choice';
import { Deadline, GradeMark, NumberLink } from '../parts/marks';
import { useDraft, useKept } from '../parts/kept';
import { Refusal } from '../parts/notice';
import { pasted } from '../parts/pasted';
import { refusal } from '../parts/refused';
import { Table } from '../parts/table';
import { link, type Place } from '../route';
import { useSpeaking } from '../words';
import document from '../../../schema/operations/page-what-if.graphql?raw';

const MOST = 100;

interface Warning {
  id: string;
  number: string;
  region: string | null;
  channel: string;
  grade: string;
  stage: string;
  probability: number;
  probabilityWithout: number;
  deadlineAt: string | null;
  worth: number;
  withinCapacity: boolean;
}

interface Simulation {
  eventsAsOf: string;
  flagged: number;
  notFound: number[];
  publicNumbers: number[];
  costs: { channel: string; warnings: number; withinCapacity: number; worth: number }[];
  elsewhere: number;
  warnings: Warning[];
  suspects: { id: string; number: string; fraudProbability: number; fraudProbabilityWithout: number }[];
  networks: { id: string | null; reference: string | null; size: number; sizeWithout: number; exposed: number }[];
}

export function WhatIf({ place }: { place: Place }) {
  const { language, words, name, say } = useSpeaking();
  const given = place.id === undefined ? [] : place.id.split(',');
  const draft = useDraft(`what-if ${place.id ?? ''}`);
  const [last, setLast] = useKept<{ found: Simulation; supposed: string[] } | undefined>(`what-if found ${place.id ?? ''}`, undefined);
  const [many, setMany] = useState(0);
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const suppose = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const numbers = [...given, ...pasted(String(form.get('text')))];
    setRefused(undefined);
    setLast(undefined); // of other numbers
    setMany(numbers.length);
    if (numbers.length > MOST) return;
    setBusy(true);
    ask<{ simulateFlag: Simulation }>(document, { numbers, scamType: form.get('scamType') })
      .then(({ simulateFlag }) => {
        setLast({ found: simulateFlag, supposed: numbers });
      })
      .catch((failed: unknown) => setRefused(refusal(failed)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <h1>{words.whatIf}</h1>
      <p class="quiet">{words.whatIfNote}</p>
      <form class="search" ref={draft.form} onSubmit={suppose}>
        {given.length > 0 && <p>{say('whatIfGiven', { n: given.length })} <a href={link('what-if')}>{words.whatIfOthers}</a></p>}
        <label>
          {given.length > 0 ? words.whatIfMore : say('whatIfField', { n: MOST })}
          <textarea name="text" rows={3} autoComplete="off" spellcheck={false} required={given.length === 0} />
        </label>
        <label class="choice">
          {words.scamType}
          <select name="scamType">{SCAM_TYPES.map((one) => <option key={one} value={one}>{name(one)}</option>)}</select>
        </label>
        <button type="submit" disabled={busy}>{words.whatIfDo}</button>
        {busy && <p role="status" class="quiet">{words.whatIfBusy}</p>}
      </form>
      {refused !== undefined && <Refusal refused={refused} />}
      {many > MOST && <p class="notice" role="alert">{say('whatIfMost', { n: count(many, language), m: MOST })}</p>}
      {last !== undefined && <Found one={last.found} supposed={last.supposed} />}
    </>
  );
}

function Found({ one, supposed }: { one: Simulation; supposed: string[] }) {
  const { language, words, name, say } = useSpeaking();
  const may = useMay();
  return (
    <>
      <p role="status">
        {say('whatIfFound', { n: count(one.flagged, language), m: count(supposed.length, language) })}{' '}
        {one.notFound.length > 0 && say('whatIfUnknown', { lines: one.notFound.map((place) => place + 1).join(words.listed) })}{' '}
        {say('whatIfAsOf', { at: instant(one.eventsAsOf) })}
      </p>
      {one.publicNumbers.length > 0 && (
        <p class="notice">{say('whatIfPublic', { lines: one.publicNumbers.map((place) => place + 1).join(words.listed) })}</p>
      )}
      {may('Mutation.flagNumbers') && <div class="acts"><Acts ids={supposed} only={['flag']} done={() => undefined} /></div>}
      <h2>{words.costs}</h2>
      {one.costs.length === 0 ? <p class="quiet">{words.whatIfNobody}</p> : (
        <div class="narrow"><Table named={words.costs} heads={['channel', ['warnings'], ['withinCapacity'], ['worth']]}>
          {one.costs.map((cost) => (
            <tr key={cost.channel}>
              <th scope="row">{name(cost.channel)}</th>
              <td class="figure">{count(cost.warnings, language)}</td>
              <td class="figure">{count(cost.withinCapacity, language)}</td>
              <td class="figure">{worth(cost.worth)}</td>
            </tr>
          ))}
        </Table></div>
      )}
      {one.elsewhere > 0 && <p class="notice">{say('whatIfElsewhere', { n: count(one.elsewhere, language) })}</p>}
      {one.warnings.length > 0 && <Warned warnings={one.warnings} />}
      <div class="columns">
        <section>
          <h2>{words.newSuspects}</h2>
          {one.suspects.length === 0 ? <p class="quiet">{words.noneNew}</p> : (
            <Table named={words.newSuspects} heads={['number', ['before'], ['after']]}>
              {one.suspects.map((number) => (
                <tr key={number.id}>
                  <td><NumberLink id={number.id} number={number.number} /></td>
                  <td class="figure">{percent(number.fraudProbabilityWithout)}</td>
                  <td class="figure">{percent(number.fraudProbability)}</td>
                </tr>
              ))}
            </Table>
          )}
        </section>
        <section>
          <h2>{words.grownNetworks}</h2>
          {one.networks.length === 0 ? <p class="quiet">{words.noneNew}</p> : (
            <Table named={words.grownNetworks} heads={['reference', ['before'], ['after'], ['exposed']]}>
              {one.networks.map((network, place) => (
                <tr key={network.id ?? place}>
                  <td>{network.id === null ? words.newNetwork : <a class="tail" href={link('network', network.id)}>{network.reference}</a>}</td>
                  <td class="figure">{count(network.sizeWithout, language)}</td>
                  <td class="figure">{count(network.size, language)}</td>
                  <td class="figure">{count(network.exposed, language)}</td>
                </tr>
              ))}
            </Table>
          )}
        </section>
      </div>
    </>
  );
}

function Warned({ warnings }: { warnings: Warning[] }) {
  const { words, name } = useSpeaking();
  return (
    <section>
      <h2>{words.wouldBeWarned}</h2>
      <div class="scroll tall">
        <Table named={words.wouldBeWarned} heads={['person', 'grade', 'stage', ['before'], ['after'], 'deadline', 'channel', ['worth'], 'withinCapacity']}>
          {warnings.map((one) => (
            <tr key={`${one.id} ${one.channel}`}>
              <td><NumberLink id={one.id} number={one.number} />{one.region !== null && <small> {one.region}</small>}</td>
              <td><GradeMark grade={one.grade} /></td>
              <td>{name(one.stage)}</td>
              <td class="figure">{percent(one.probabilityWithout)}</td>
              <td class="figure">{percent(one.probability)}</td>
              <td><Deadline at={one.deadlineAt} stage={one.stage} /></td>
              <td>{name(one.channel)}</td>
              <td class="figure">{worth(one.worth)}</td>
              <td>{one.withinCapacity ? words.yes : words.no}</td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

/** In mean losses; what is more than nothing does not read as nothing. */
function worth(losses: number): string {
  return losses > 0 && losses < 0.01 ? '< 0.01' : losses.toFixed(2);
}
