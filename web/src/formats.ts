// Figures and instants as people read them.

import type { Language } from './session';
import { zone } from './zone';

const LOCALE: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

/** To the minute, in the operator's zone, which the page names once. A month in letters: 04/03 is another day elsewhere. */
export function instant(text: string | null | undefined, language: Language): string {
  if (text === null || text === undefined) return '–';
  return new Date(text).toLocaleString(LOCALE[language], {
    year: 'numeric',
    month: language === 'zh' ? '2-digit' : 'short',
    day: language === 'zh' ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone(),
  });
}

/** To the second, with the zone. */
export function wholeInstant(text: string | null | undefined, language: Language): string {
  if (text === null || text === undefined) return '–';
  return new Date(text).toLocaleString(LOCALE[language], {
    year: 'numeric',
    month: language === 'zh' ? '2-digit' : 'short',
    day: language === 'zh' ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: zone(),
    timeZoneName: 'short',
  });
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const shown = share * 100;
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
