// How many saved questions have something new, for the head of the page; asked with each analysis and after each look.

import { useEffect, useState } from 'preact/hooks';
import { ask } from '../asking';
import document from '../../../schema/operations/page-news.graphql?raw';

interface News {
  savedQuestions: { id: string; alert: boolean; fresh: number }[];
}

const watchers = new Set<() => void>();

/** Somebody saved, looked at or forgot a question. */
export function questionsChanged(): void {
  watchers.forEach((watch) => watch());
}

/** Questions that are to be told and have grown. Nothing is asked of the service before `may`. */
export function useNews(may: boolean, tick: string): number {
  const [grown, setGrown] = useState(0);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const watch = () => setRound((before) => before + 1);
    watchers.add(watch);
    return () => {
      watchers.delete(watch);
    };
  }, []);
  useEffect(() => {
    if (!may || tick === '') {
      setGrown(0);
      return undefined;
    }
    const leaving = new AbortController();
    ask<News>(document, {}, leaving.signal)
      .then(({ savedQuestions }) => setGrown(savedQuestions.filter((one) => one.alert && one.fresh > 0).length))
      .catch(() => undefined); // the views say when the service is away; the figure stays until the next look
    return () => leaving.abort();
  }, [may, tick, round]);
  return grown;
}
