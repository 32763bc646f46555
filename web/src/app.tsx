// The frame of the page: where one can go, how fresh the data are, and the view of the place.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ask, Refused } from './asking';
import { type Caller, CallerContext, useMay } from './caller';
import { count, instant } from './formats';
import { forgetKept } from './parts/kept';
import { later } from './parts/later';
import { useNews } from './parts/news';
import { setServiceTime } from './parts/useNow';
import { investigationsChangedAt } from './parts/worked';
import { link, usePlace, type Place } from './route';
import * as session from './session';
import { EntityView } from './views/entity';
import { InvestigationView } from './views/investigation';
import { Investigations } from './views/investigations';
import { Networks } from './views/networks';
import { NetworkView } from './views/network';
import { NumberView } from './views/number';
import { Person } from './views/person';
import { Policies } from './views/policies';
import { QuestionView } from './views/question';
import { Questions } from './views/questions';
import { Search } from './views/search';
import { SignIn } from './views/signIn';
import { Today } from './views/today';
import { WhatIf } from './views/whatIf';
import { setZone, zoneName } from './zone';
import { speak, SpeakingContext, useSpeaking, type Word } from './words';
import serviceDocument from '../../schema/operations/page-service.graphql?raw';

const Canvas = later(() => import('./canvas/canvas'));
const EVERY_MS = 5000;
/** View, its word, and the field that it needs where it is not everybody's. */
const PLACES: [string, Word, string?][] = [
  ['today', 'today'],
  ['networks', 'networks'],
  ['search', 'search'],
  ['questions', 'questions', 'Query.savedQuestions'],
  ['investigations', 'investigations', 'Query.investigations'],
  ['what-if', 'whatIf', 'Query.simulateFlag'],
  ['policies', 'policies', 'Query.evaluations'],
];

const TITLES: Record<string, Word> = {
  ...Object.fromEntries(PLACES.map(([view, word]) => [view, word])),
  person: 'personTitle',
  number: 'numberTitle',
  network: 'networkTitle',
  entity: 'entity',
  question: 'question',
  investigation: 'investigation',
  canvas: 'canvas',
};

/** Where views belong that have no place of their own at the top. */
const UNDER: Record<string, string> = { person: 'today', network: 'networks', investigation: 'investigations', question: 'questions' };

interface Service {
  service: {
    version: string;
    analysis: { id: string; asOf: string } | null;
    freshness: { eventsSince: number };
    serviceTime: string;
    timezone: string;
    investigationsChangedAt: string | null;
    caller: Caller;
  };
}

/** Out: nobody. Expired: what somebody was doing is kept until they come in again, or sign out. */
type Door = 'in' | 'out' | 'expired';

/** `refused`: the code by which the link that somebody came with was refused. */
export function App({ refused }: { refused: string | undefined }) {
  const [language, setLanguage] = useState(session.language);
  const [theme, setTheme] = useState(session.theme);
  const [door, setDoor] = useState<Door>(session.token() === null ? 'out' : 'in');
  const [entries, setEntries] = useState(0);
  const place = usePlace();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  const speaking = speak(language);
  const { words, say, refusals } = speaking;
  useArrival(place, words);
  const lost = useCallback(() => setDoor('expired'), []);
  const { service, away } = useService(door, lost);
  const caller = service?.service.caller;
  const analysis = service?.service.analysis?.id;
  const tick = analysis === undefined ? '' : `${analysis} ${entries}`; // whoever comes in anew is answered anew
  const grown = useNews(caller?.may.includes('Query.savedQuestions') ?? false, tick);
  return (
    <SpeakingContext.Provider value={speaking}>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}>{words.skip}</a>
      <header>
        <a class="home" href={link('today')}>{words.name}</a>
        <nav>
          {PLACES.filter(([, , needs]) => needs === undefined || caller?.may.includes(needs)).map(([view, word]) => (
            <a key={view} href={link(view)} aria-current={view === (UNDER[place.view] ?? place.view) ? 'page' : undefined}>
              {words[word]}
              {view === 'questions' && grown > 0 && <span class="mark news" title={say('grown', { n: grown })}>{grown}<span class="hidden"> {words.isNew}</span></span>}
            </a>
          ))}
        </nav>
        <Fresh service={service} />
        {away !== undefined && <p class="away notice" role="status">{refusals[away === 'FORBIDDEN' ? away : 'NO_CONNECTION']}</p>}
        <label class="theme">
          <span class="hidden">{words.theme}</span>
          <select value={theme} onChange={(event) => {
            const chosen = event.currentTarget.value as session.Theme;
            session.setTheme(chosen);
            setTheme(chosen);
          }}>
            <option value="auto">{words.themeAuto}</option>
            <option value="light">{words.themeLight}</option>
            <option value="dark">{words.themeDark}</option>
          </select>
        </label>
        <button type="button" aria-label={words.languageLabel} onClick={() => {
          const other = language === 'zh' ? 'en' : 'zh';
          session.setLanguage(other);
          setLanguage(other);
        }}>{words.language}</button>
        {door !== 'out' && <button type="button" onClick={() => {
          session.forgetToken();
          forgetKept();
          setDoor('out');
        }}>{words.signOut}</button>}
      </header>
      <main id="content" tabIndex={-1}>
        {door !== 'in' && (
          <SignIn why={door === 'expired' ? 'UNAUTHENTICATED' : entries === 0 ? refused : undefined} done={() => {
            setDoor('in');
            setEntries((before) => before + 1);
          }} />
        )}
        {door === 'in' && service === undefined && <p class="quiet" role="status">{words.loading}</p>}
        {door !== 'out' && service !== undefined && (
          // Under a new token of the same kind everything stays that was typed, picked or drawn.
          <CallerContext.Provider key={`${caller?.role} ${caller?.region}`} value={caller}>
            <View place={place} tick={tick} asOf={service.service.analysis?.asOf ?? ''} />
          </CallerContext.Provider>
        )}
      </main>
    </SpeakingContext.Provider>
  );
}

function View({ place, tick, asOf }: { place: Place; tick: string; asOf: string }) {
  const { words } = useSpeaking();
  const may = useMay();
  const key = place.arrival; // another link to the same view begins from its own settings
  if (place.view === 'person') return <Person key={key} place={place} tick={tick} />;
  if (place.view === 'number') return <NumberView key={key} place={place} tick={tick} />;
  if (place.view === 'entity') return <EntityView key={key} place={place} tick={tick} />;
  if (place.view === 'networks') return <Networks key={key} place={place} tick={tick} />;
  if (place.view === 'network') return <NetworkView key={key} place={place} tick={tick} asOf={asOf} />;
  if (place.view === 'search') return <Search tick={tick} />;
  if (place.view === 'policies' && may('Query.evaluations')) return <Policies tick={tick} />;
  if (place.view === 'questions' && may('Query.savedQuestions')) return <Questions tick={tick} />;
  if (place.view === 'question' && may('Query.savedQuestion')) return <QuestionView key={key} place={place} tick={tick} />;
  if (place.view === 'investigations' && may('Query.investigations')) return <Investigations key={key} place={place} />;
  if (place.view === 'investigation' && may('Query.investigation')) return <InvestigationView key={key} place={place} tick={tick} />;
  if (place.view === 'what-if' && may('Query.simulateFlag')) return <WhatIf key={key} place={place} />;
  if (place.view === 'canvas' && place.id !== undefined && may('Query.neighbourhood')) {
    return (
      <>
        <h1>{words.canvas}</h1>
        <Canvas key={key} seeds={place.id.split(',')} place={place} asOf={asOf} />
      </>
    );
  }
  return <Today key={key} place={place} tick={tick} />;
}

/** Names the view in the window's title; whoever comes to another view goes on with the keys, and reads, at its beginning. */
function useArrival({ view, id }: Place, words: Record<Word, string>): void {
  const before = useRef(`${view}/${id}`);
  useEffect(() => {
    document.title = `${words[TITLES[view] ?? 'today']} · ${words.name}`;
  }, [view, words]);
  useLayoutEffect(() => {
    if (before.current === `${view}/${id}`) return;
    before.current = `${view}/${id}`;
    const content = document.getElementById('content');
    if (content !== null && !content.contains(document.activeElement)) content.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view, id]);
}

/** Asks every few seconds which analysis is current; views ask again when it changes. */
function useService(door: Door, lost: () => void): { service: Service | undefined; away: string | undefined } {
  const [service, setService] = useState<Service>();
  const [away, setAway] = useState<string>();
  useEffect(() => {
    if (door === 'out') setService(undefined); // who comes next may see other things
    if (door !== 'in') return undefined;
    let going = true;
    const look = async () => {
      try {
        const found = await ask<Service>(serviceDocument);
        if (!going) return;
        setServiceTime(found.service.serviceTime);
        setZone(found.service.timezone);
        setService(found);
        investigationsChangedAt(found.service.investigationsChangedAt);
        setAway(undefined);
      } catch (failed) {
        if (!going) return;
        if (failed instanceof Refused && failed.code === 'UNAUTHENTICATED') lost();
        else setAway(failed instanceof Refused ? failed.code : 'NO_CONNECTION');
      }
    };
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      going = false;
      clearInterval(timer);
    };
  }, [door, lost]);
  return { service, away };
}

function Fresh({ service }: { service: Service | undefined }) {
  const { language, words, refusals } = useSpeaking();
  if (service === undefined) return <p class="fresh" />;
  const { analysis, freshness } = service.service;
  return (
    <p class={analysis === null ? 'fresh lacking' : 'fresh'}>
      {analysis === null ? refusals.NOTHING_YET : `${words.asOf} ${instant(analysis.asOf)}`}
      {` · ${words.timesOf} ${zoneName()}`}
      {Number(freshness.eventsSince) > 0 && ` · ${count(freshness.eventsSince, language)} ${words.eventsWaiting}`}
    </p>
  );
}
