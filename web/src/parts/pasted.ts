// Numbers as people paste them: one a line, or between commas and semicolons of either script.

export const PASTED_MOST = 1000;

export function pasted(text: string): string[] {
  return text.split(/[\n,;，；、]+/).map((part) => part.trim()).filter((part) => part !== '').slice(0, PASTED_MOST);
}

/** The service takes a question of 16 kB: so many numbers or ids fit into one. */
const PART = 200;

export function inParts<One>(list: One[]): One[][] {
  return Array.from({ length: Math.ceil(list.length / PART) }, (_, part) => list.slice(part * PART, (part + 1) * PART));
}
