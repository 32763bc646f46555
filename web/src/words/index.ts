// The words of the page in the language of the moment.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { language as chosen, type Language } from '../session';
import { en, type Words } from './en';
import { zh } from './zh';

export type { Words };
export type Word = keyof Words;

export interface Speaking {
  language: Language;
  words: Words;
  /** A text with its blanks filled: `{n}`. */
  say: (word: Word, blanks?: Record<string, string | number>) => string;
  /** The page's word for one of the service's enum values; the value itself where the page does not know it yet. */
  name: (value: string) => string;
}

export function speak(language: Language): Speaking {
  const words = language === 'zh' ? zh : en;
  return {
    language,
    words,
    say: (word, blanks = {}) =>
      Object.entries(blanks).reduce((text, [blank, value]) => text.replace(`{${blank}}`, String(value)), words[word]),
    name: (value) => (words as Record<string, string>)[value] ?? value.toLowerCase().replaceAll('_', ' '),
  };
}

export const SpeakingContext = createContext<Speaking>(speak(chosen()));

export function useSpeaking(): Speaking {
  return useContext(SpeakingContext);
}
