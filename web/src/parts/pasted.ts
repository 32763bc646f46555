// Numbers as people paste them: one a line, or between commas and semicolons of either script, or as a seized telephone's list
// has them, with a name beside or a word before each.

export const PASTED_MOST = 1000;

/** All of them, however many. */
export function pasted(text: string): string[] {
  return text.split('\n').flatMap(inLine);
}

const SEPARATORS = /[\t,;，；、]+/;
const WORD_BEFORE = /^(?:telephone|tel|phone|mobile|cell|number|电话|手机|手机号|号码|联系电话)\s*[:：.]?\s*(?=[+(（\d０-９])/i;
/** Two of them side by side are two numbers, and not the parts of one. */
const WHOLE = /^\+?[\d０-９-]{8,}$/;
const NUMBER = /^[+＋]?[\d０-９\s().（）-]{3,}$/;

function inLine(line: string): string[] {
  const parts = line.split(SEPARATORS).map((part) => part.trim().replace(WORD_BEFORE, '')).filter((part) => part !== '');
  const numbers = parts.filter((part) => NUMBER.test(part));
  const named = parts.filter((part) => !/[\d０-９]/.test(part));
  const meant = numbers.length > 0 && parts.length > 1 ? parts.filter((part) => !named.includes(part)) : parts;
  return meant.flatMap((part) => {
    const side = part.split(/\s+/);
    return side.every((one) => WHOLE.test(one)) ? side : [part];
  });
}

/** The service takes a question of 16 kB: so many numbers or ids fit into one. */
const PART = 200;

export function inParts<One>(list: One[]): One[][] {
  return Array.from({ length: Math.ceil(list.length / PART) }, (_, part) => list.slice(part * PART, (part + 1) * PART));
}
