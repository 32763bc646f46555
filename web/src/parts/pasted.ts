// Numbers as people paste them: one a line, or between commas and semicolons of either script.

export const PASTED_MOST = 1000;

export function pasted(text: string): string[] {
  return text.split(/[\n,;，；、]+/).map((part) => part.trim()).filter((part) => part !== '').slice(0, PASTED_MOST);
}
