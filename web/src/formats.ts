// Figures and instants as people read them.

import type { Language } from './session';
import { inZone } from './zone';

const LOCALE: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

/** `2026-03-15 09:44`: to the minute, in the operator's zone, which the page names once; as in the texts of the service, and no other day anywhere. */
export function instant(text: string | null | undefined): string {
  return text === null || text === undefined ? '–' : inZone(text).slice(0, 16);
}

/** The same to the second. */
export function wholeInstant(text: string | null | undefined): string {
  return text === null || text === undefined ? '–' : inZone(text);
}

/** What is nearly certain, or nearly impossible, is never said to be. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const shown = share * 100;
  if (shown >= 99.5 && shown < 100) return '> 99 %';
  if (shown > 0 && shown < 0.05) return '< 0.1 %';
  return shown >= 10 ? `${shown.toFixed(0)} %` : `${shown.toFixed(1)} %`;
}

export function count(figure: number | string | null | undefined, language: Language): string {
  if (figure === null || figure === undefined) return '–';
  return Number(figure).toLocaleString(LOCALE[language]);
}

/** A length of time in its two greatest units. */
export function span(seconds: number | null | undefined, language: Language): string {
  if (seconds === null || seconds === undefined) return '–';
  const units: [number, string, string][] = [
    [86_400, '天', 'd'],
    [3_600, '小时', 'h'],
    [60, '分', 'min'],
    [1, '秒', 's'],
  ];
  const parts: string[] = [];
  let rest = Math.round(Math.abs(seconds));
  for (const [size, zh, en] of units) {
    if (rest >= size || (size === 1 && parts.length === 0)) {
      parts.push(language === 'zh' ? `${Math.floor(rest / size)} ${zh}` : `${Math.floor(rest / size)} ${en}`);
      rest %= size;
    } else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
