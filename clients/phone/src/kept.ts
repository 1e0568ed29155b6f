// What lies on the phone between two openings, in one text; whatever is over is left out of the next one.
import type { Credential, Drawing } from './blinding.js';
import { castingOf, castingInstant } from './days.js';

/** A unit, a group of items and a period, or a part of a survey, as `GET /credentials` shows it. */
export interface Cell {
  readonly id: string;
  /** Of which survey it is a part; none for what is judged by ballots. */
  readonly surveyId: string | null;
  readonly divisionName: string | null;
  readonly itemCodes: readonly string[];
  readonly servedFrom: string | null;
  readonly servedTo: string | null;
  readonly drawsUntil: string;
  readonly closesOn: string;
  readonly publicKey: string;
}

/** A ballot, or an answer to a survey, that waits for its instant. */
export interface Waiting {
  /** Grade and reasons, or answers, as they go into the body. */
  said: object;
  at: number;
  /** Whether its instant went by while the app was closed, and another soon after was chosen. */
  putOff: boolean;
  /** What was sent, or is about to be, byte for byte; from then on it is changed no more. */
  body: string | null;
}

export interface KeptCell {
  readonly cell: Cell;
  /** Sent or about to be sent, and not answered yet. */
  drawing: Drawing | null;
  credential: Credential | null;
  ballot: Waiting | null;
  /** Whether the owner has said what they think; it stays so after the cast, so that nobody sees which it is. */
  given: boolean;
}

export interface Kept {
  /** By how much the county's clock is ahead of the phone's, in milliseconds. */
  skew: number;
  /** The list that was believed last. */
  list: { day: string; digest: string } | null;
  cells: KeptCell[];
}

export function opened(text: string | null): Kept {
  return text === null ? { skew: 0, list: null, cells: [] } : (JSON.parse(text) as Kept);
}

/** Forget credential and ballot: cast, refused for good, or too late. */
export function forget(one: KeptCell): void {
  one.drawing = one.credential = one.ballot = null;
}

/** Take in what the owner thinks; once it may have left the phone it stays as it is. */
export function take(one: KeptCell, said: object, now: number): void {
  if (one.credential === null || (one.ballot !== null && one.ballot.body !== null)) return;
  const at = one.ballot?.at ?? castingInstant(one.cell, now);
  one.ballot = { said, at, putOff: one.ballot?.putOff ?? false, body: null };
  one.given = true;
}

/** Leave out the cells whose last day is over; says which of them had a ballot that was never cast. */
export function tidied(kept: Kept, now: number): string[] {
  const over = kept.cells.filter((one) => now >= castingOf(one.cell).to);
  kept.cells = kept.cells.filter((one) => !over.includes(one));
  return over.filter((one) => one.ballot !== null).map((one) => one.cell.id);
}
