// The list of the day: signed, the same for all, and compared with what somebody sees who says nothing of themselves.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';

import { Stopped } from './notices.js';

/** What a service answered as the list, however it was asked. */
export interface Listed {
  readonly day: string;
  readonly digest: string;
  readonly signed: string;
}

/** A list that was verified. */
export interface KeyList {
  readonly day: string;
  readonly digest: string;
  readonly keys: ReadonlyMap<string, string>;
}

const KEYS_OF = { issuer: 'members', audience: 'ballot-keys', algorithms: ['ES256'], typ: 'ballot-keys' };

/**
 * The list of a day as it was shown to this person, if it is the one that everybody is shown. Stops at a list of
 * another day, one that is not signed by a key of `/jwks`, and one of two.
 */
export async function believed(
  mine: Listed,
  { everybodys, webKeys, day }: { everybodys: Listed; webKeys: JSONWebKeySet; day: string },
): Promise<KeyList> {
  if (mine.day !== day) throw new Stopped('list-not-of-today');
  const digest = digestOf(mine.signed);
  if (mine.digest !== digest) throw new Stopped('list-not-signed');
  if (digest !== digestOf(everybodys.signed)) throw new Stopped('two-lists');
  const said = await statement(mine.signed, webKeys);
  if (said['day'] !== day) throw new Stopped('list-not-of-today');
  return { day, digest, keys: keysOf(said['keys']) };
}

/** A digest as two neighbours read it out to each other: what would take an issuer 2⁸⁰ trials to imitate. */
export function readOut(digest: string): string {
  return (digest.slice(0, 20).match(/.{4}/g) ?? []).join(' ');
}

async function statement(signed: string, webKeys: JSONWebKeySet): Promise<Record<string, unknown>> {
  try {
    return (await jwtVerify(signed, createLocalJWKSet(webKeys), KEYS_OF)).payload;
  } catch {
    throw new Stopped('list-not-signed');
  }
}

function keysOf(said: unknown): Map<string, string> {
  const keys = new Map<string, string>();
  for (const one of Array.isArray(said) ? (said as Record<string, unknown>[]) : []) {
    const { cell_id: cellId, public_key: publicKey } = one;
    // A cell with two keys in one list is one key too many.
    if (typeof cellId !== 'string' || typeof publicKey !== 'string' || keys.has(cellId)) {
      throw new Stopped('list-not-signed');
    }
    keys.set(cellId, publicKey);
  }
  return keys;
}

function digestOf(signed: string): string {
  return bytesToHex(sha256(utf8ToBytes(signed)));
}
