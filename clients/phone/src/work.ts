// The proof of work that is asked for before a ballot (Altcha, version 1), and the body that every ballot has.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';

import { lettersOf } from './text.js';

/** A task of the ballot box. */
export interface Task {
  readonly algorithm: string;
  readonly challenge: string;
  readonly maxnumber: number;
  readonly salt: string;
  readonly signature: string;
  readonly body_bytes: number;
}

const TRIES_AT_ONCE = 2_000; // then the screen has its turn

/** The task with its answer, as the box wants it; none if it has no answer. */
export async function solved(task: Task): Promise<string | null> {
  if (task.algorithm !== 'SHA-256') return null;
  for (let number = 0; number <= task.maxnumber; number += 1) {
    if (bytesToHex(sha256(lettersOf(task.salt + number))) === task.challenge) {
      const { algorithm, challenge, salt, signature } = task;
      return base64.encode(lettersOf(JSON.stringify({ algorithm, challenge, number, salt, signature })));
    }
    if (number % TRIES_AT_ONCE === TRIES_AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return null;
}

/** What is sent: a JSON with blanks behind it, so that every ballot weighs the same; none if it weighs more. */
export function filledUp(said: object, bytes: number): string | null {
  const text = JSON.stringify(said);
  const weighs = encodeURIComponent(text).replace(/%../g, '%').length; // in UTF-8, without a TextEncoder
  return weighs > bytes ? null : text + ' '.repeat(bytes - weighs);
}
