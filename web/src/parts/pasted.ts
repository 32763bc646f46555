// Numbers as people paste them: one a line, or between commas and semicolons of either script, or as a seized telephone's list
// has them, with a name beside or a word before each.

export const PASTED_MOST = 1000;

/** Letters of a line: what is longer is no number, and all that is needed of it is that it is not known. */
const LETTERS_MOST = 64;

/** All of them, however many. */
export function pasted(text: string): string[] {
  return text.split('\n').flatMap(inLine).map((one) => one.slice(0, LETTERS_MOST));
}

const SEPARATORS = /[\t,;，；、]+/;
const WORD_BEFORE = /^(?:telephone|tel|phone|mobile|cell|number|电话|手机|手机号|号码|联系电话)\s*[:：.]?\s*(?=[+(（\d０-９])/i;
/** Two of them side by side are two numbers, and not the parts of one. */
const WHOLE = /^\+?[\d０-９-]{8,}$/;
/** A name before or after it, with nothing between but a space. */
const NAMED = /^(?:[^\d０-９+＋(（\s]+\s+)*([+＋(（]*[\d０-９]{2,}(?:[\s.()（）-]+[\d０-９]{2,})*)(?:\s+[^\d０-９\s]+)*$/;
const NUMBER = /^[+＋]?[\d０-９\s().（）-]{3,}$/;

function inLine(line: string): string[] {
  const parts = line.split(SEPARATORS).map((part) => part.trim().replace(WORD_BEFORE, '')).filter((part) => part !== '');
  const numbers = parts.filter((part) => NUMBER.test(part));
  const named = parts.filter((part) => !/[\d０-９]/.test(part));
  const meant = numbers.length > 0 && parts.length > 1 ? parts.filter((part) => !named.includes(part)) : parts;
  return meant.map((part) => NAMED.exec(part)?.[1] ?? part).flatMap((part) => {
    const side = part.split(/\s+/);
    return side.every((one) => WHOLE.test(one)) ? side : [part];
  });
}

/** The service takes a question of 16 kB, and of so many numbers or ids. */
const BYTES_MOST = 12_000;
const PART = 200;

export function inParts(list: string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const one of list) {
    const bytes = new TextEncoder().encode(JSON.stringify(one)).length + 1;
    const last = parts[parts.length - 1];
    if (last !== undefined && last.length < PART && bytes <= room) last.push(one);
    else {
      parts.push([one]);
      room = BYTES_MOST;
    }
    room -= bytes;
  }
  return parts;
}
