// The list of the day: signed, the same for all, and compared with what somebody sees who says nothing of themselves.
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { Stopped } from './notices.js';
import { bytesOf, lettersOf } from './text.js';

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

/** The keys at `/jwks`, of which those of the curve P-256 sign lists. */
export interface WebKeys {
  readonly keys: readonly { kid?: string; kty?: string; crv?: string; x?: string; y?: string }[];
}

type Said = Record<string, unknown>;

/**
 * The list of a day as it was shown to this person, if it is the one that everybody is shown. Stops at a list of
 * another day, one that is not signed by a key of `/jwks`, and one of two.
 */
export function believed(
  mine: Listed,
  { everybodys, webKeys, day }: { everybodys: Listed; webKeys: WebKeys; day: string },
): KeyList {
  if (mine.day !== day) throw new Stopped('list-not-of-today');
  const digest = digestOf(mine.signed);
  if (mine.digest !== digest) throw new Stopped('list-not-signed');
  if (digest !== digestOf(everybodys.signed)) throw new Stopped('two-lists');
  const said = statement(mine.signed, webKeys);
  if (said['day'] !== day) throw new Stopped('list-not-of-today');
  return { day, digest, keys: keysOf(said['keys']) };
}

/** A digest as two neighbours read it out to each other: what would take an issuer 2⁸⁰ trials to imitate. */
export function readOut(digest: string): string {
  return (digest.slice(0, 20).match(/.{4}/g) ?? []).join(' ');
}

/** What a JWS (RFC 7515) by ES256 says, if it is a list of `members` and signed by one of the keys. */
function statement(signed: string, webKeys: WebKeys): Said {
  const [head = '', body = '', signature = '', ...more] = signed.split('.');
  try {
    const header = objectOf(head);
    const key = webKeys.keys.find(({ kid, kty, crv }) => kid === header['kid'] && kty === 'EC' && crv === 'P-256');
    const point = new Uint8Array([4, ...bytesOf(key?.x ?? ''), ...bytesOf(key?.y ?? '')]);
    const kind = header['alg'] === 'ES256' && header['typ'] === 'ballot-keys' && header['crit'] === undefined;
    const content = lettersOf(`${head}.${body}`);
    if (kind && more.length === 0 && p256.verify(bytesOf(signature), content, point, { lowS: false })) {
      const said = objectOf(body);
      if (said['iss'] === 'members' && said['aud'] === 'ballot-keys') return said;
    }
  } catch {
    // not of that form, and so not signed
  }
  throw new Stopped('list-not-signed');
}

function objectOf(text: string): Said {
  return JSON.parse(String.fromCharCode(...bytesOf(text))) as Said; // ids and base64url: letters of ASCII alone
}

function keysOf(said: unknown): Map<string, string> {
  const keys = new Map<string, string>();
  for (const one of Array.isArray(said) ? (said as Said[]) : []) {
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
  return bytesToHex(sha256(lettersOf(signed)));
}
