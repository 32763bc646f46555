// The words of the page in the language of the moment.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { language as chosen, type Language } from '../session';
import { en, type Words } from './en';
import { enRefusals, type Refusals } from './enRefusals';
import { zh } from './zh';
import { zhRefusals } from './zhRefusals';

export type { Words };
export type Word = keyof Words;

export interface Speaking {
  language: Language;
  words: Words;
  /** A text with its blanks filled: `{n}`. */
  say: (word: Word, blanks?: Record<string, string | number>) => string;
  /** The page's word for one of the service's enum values; the value itself where the page does not know it yet. */
  name: (value: string) => string;
  /** Why the service refuses, by its codes and reasons. */
  refusals: Refusals;
}

export function speak(language: Language): Speaking {
  const words = language === 'zh' ? zh : en;
  return {
    language,
    words,
    refusals: language === 'zh' ? zhRefusals : enRefusals,
    say: (word, blanks = {}) => filled(words[word], blanks),
    name: (value) => (words as Record<string, string>)[value] ?? value.toLowerCase().replaceAll('_', ' '),
  };
}

/** A text with its blanks filled. */
export function filled(text: string, blanks: Record<string, string | number>): string {
  return Object.entries(blanks).reduce((so, [blank, value]) => so.replace(`{${blank}}`, String(value)), text);
}

export const SpeakingContext = createContext<Speaking>(speak(chosen()));

export function useSpeaking(): Speaking {
  return useContext(SpeakingContext);
}
