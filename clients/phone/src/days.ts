// Local days of the county, the county's instant on a phone whose clock is a little wrong, and random instants.
import { Stopped } from './notices.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SHANGHAI = 8 * HOUR; // no summer time since 1991

/** How far a phone's clock may be from the county's. Beyond it neither can be believed, and the owner is asked. */
const SKEW_BELIEVED = DAY;

/** The local day of an instant, `2026-11-16`. */
export function dayOf(instant: number): string {
  return new Date(instant + SHANGHAI).toISOString().slice(0, 10);
}

/** The instant at which a local day begins. */
export function midnight(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - SHANGHAI;
}

/** The instants between which ballots are taken in: the days after the last of drawing, to the end of the last. */
export function castingOf(cell: { drawsUntil: string; closesOn: string }): { from: number; to: number } {
  return { from: midnight(cell.drawsUntil) + DAY, to: midnight(cell.closesOn) + DAY };
}

/** By how much the county's clock is ahead of the phone's; what was known where an answer says nothing. */
export function skewBy(date: string | null, now: number, known: number): number {
  const said = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(said)) return known;
  if (Math.abs(said - now) > SKEW_BELIEVED) throw new Stopped('clock-wrong');
  return said - now;
}

/** An instant from `from` to before `to`, each as likely as the other. */
export function randomInstant(from: number, to: number): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  const part = ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  return from + Math.floor(part * (to - from));
}

/**
 * When a ballot that is given now is cast: any instant of the casting days that are left, but never at once, and with
 * something left at the end to try again.
 */
export function castingInstant(cell: { drawsUntil: string; closesOn: string }, now: number): number {
  const { from, to } = castingOf(cell);
  const left = to - Math.max(from, now);
  const earliest = Math.max(from, now + Math.min(10 * MINUTE, left / 4));
  return randomInstant(earliest, to - Math.min(HOUR, left / 4));
}
