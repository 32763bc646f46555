// The operator's time zone, which the service names: every time on the page is told in it, as the texts of the service are.

let chosen = 'UTC';

/** Called once the service has said it, before anything with a time is shown. */
export function setZone(name: string): void {
  chosen = name;
}

export function zone(): string {
  return chosen;
}

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
function ahead(at: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: chosen,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (kind: string) => Number(parts.find((one) => one.type === kind)?.value);
  const there = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return there - Math.floor(at / 1000) * 1000;
}

/** An instant as a field of the browser takes it: `2026-03-04T10:00`, in the zone. Nothing stays nothing. */
export function toField(instant: string): string {
  if (instant === '') return '';
  const at = Date.parse(instant);
  return new Date(at + ahead(at)).toISOString().slice(0, 16);
}

/** What a field of the browser holds, meant in the zone, as an instant. Nothing stays nothing. */
export function fromField(local: string): string {
  if (local === '') return '';
  const there = Date.parse(`${local}Z`);
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
