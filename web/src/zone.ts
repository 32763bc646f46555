// The operator's time zone, which the service names: every time on the page is told in it, as the texts of the service are.

let chosen = 'UTC';
let clock = clockOf(chosen);

/** Called once the service has said it, before anything with a time is shown. */
export function setZone(name: string): void {
  if (name === chosen) return;
  chosen = name;
  clock = clockOf(name);
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
function ahead(at: number): number {
  const parts = clock.formatToParts(at);
  const part = (kind: string) => Number(parts.find((one) => one.type === kind)?.value);
  const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return there - Math.floor(at / 1000) * 1000;
}

/** An instant in the zone, to the second: `2026-03-04 10:00:00`. */
export function inZone(instant: string): string {
  const at = Date.parse(instant);
  return new Date(at + ahead(at)).toISOString().slice(0, 19).replace('T', ' ');
}

const TYPED = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/;

/** What somebody typed, meant in the zone, as an instant: a day, or a day and a time. Nothing stays nothing; undefined: no time at all. */
export function fromTyped(text: string): string | undefined {
  if (text.trim() === '') return '';
  const [, day, time = '00:00'] = TYPED.exec(text.trim()) ?? [];
  const there = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(there) || new Date(there).toISOString().slice(0, 10) !== day) return undefined;
  const about = there - ahead(there);
  return new Date(there - ahead(about)).toISOString(); // once more: a clock may have been put forward in between
}

/** `Asia/Shanghai (UTC+8)`. */
export function zoneName(): string {
  const minutes = Math.round(ahead(Date.now()) / 60_000);
  const size = Math.abs(minutes);
  const offset = size % 60 === 0 ? String(size / 60) : `${Math.floor(size / 60)}:${String(size % 60).padStart(2, '0')}`;
  return chosen === 'UTC' ? chosen : `${chosen} (UTC${minutes < 0 ? '−' : '+'}${offset})`;
}
