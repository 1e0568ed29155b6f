// A `crypto` for runtimes that bring none, such as a mini-program's: what the blinding asks of it, and nothing else.
import { sha384 } from '@noble/hashes/sha2.js';
import { mgf1, PSS, type PublicKey } from 'micro-rsa-dsa-dh/rsa.js';

import { textOf } from './text.js';

const POOL_BYTES = 16_384; // a credential takes some 700
const ALGORITHM = 'RSA-PSS';

/** An RSA key as others write it: SubjectPublicKeyInfo, whose modulus and exponent are the last two integers. */
interface BareKey {
  readonly type: 'public';
  readonly extractable: true;
  readonly usages: readonly ['verify'];
  readonly algorithm: { name: string; hash: { name: string }; modulusLength: number; publicExponent: Uint8Array };
  readonly numbers: PublicKey;
  readonly modulus: Uint8Array;
}

/**
 * Random bytes that a runtime gives only to those who wait, such as `wx.getRandomValues`, for those who do not wait.
 * Each is given once.
 */
export class Pool {
  readonly #fetch: (bytes: number) => Promise<Uint8Array>;
  #left: Uint8Array = new Uint8Array();

  constructor(fetch: (bytes: number) => Promise<Uint8Array>) {
    this.#fetch = fetch;
  }

  /** Fill it up; to be awaited before `draw` and `give`. */
  async fill(): Promise<void> {
    this.#left = Uint8Array.from(await this.#fetch(POOL_BYTES));
  }

  /** Throws where not enough is left: never is anything but chance given out. */
  take(into: Uint8Array): void {
    if (into.length > this.#left.length) throw new Error('no more random bytes: fill the pool first');
    into.set(this.#left.subarray(0, into.length));
    this.#left.fill(0, 0, into.length);
    this.#left = this.#left.subarray(into.length);
  }
}

/** Bring a `crypto` into a runtime that has none; where there is one it stays. */
export function bring(pool: Pool): void {
  if (globalThis.crypto?.subtle !== undefined) return;
  Object.defineProperty(globalThis, 'crypto', { value: bareCrypto(pool), configurable: true });
}

function bareCrypto(pool: Pool): object {
  return {
    getRandomValues<Values extends Uint8Array | Uint32Array>(values: Values): Values {
      pool.take(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return values;
    },
    subtle: {
      async digest(name: string, content: Uint8Array): Promise<ArrayBuffer> {
        if (name !== 'SHA-384') throw new Error(`no digest ${name} here`);
        return Uint8Array.from(sha384(content)).buffer;
      },
      async importKey(format: string, content: Uint8Array): Promise<BareKey> {
        if (format !== 'spki') throw new Error(`no key of the form ${format} here`);
        return keyOf(content);
      },
      async exportKey(format: string, key: BareKey): Promise<{ kty: string; n: string; e: string }> {
        if (format !== 'jwk') throw new Error(`no key of the form ${format} here`);
        return { kty: 'RSA', n: textOf(key.modulus), e: textOf(key.algorithm.publicExponent) };
      },
      async verify(how: { name: string; saltLength: number }, key: BareKey, ...[signature, message]: Uint8Array[]) {
        if (how.name !== ALGORITHM || !signature || !message) throw new Error(`no signature ${how.name} here`);
        return PSS(sha384, mgf1(sha384), how.saltLength).verify(key.numbers, message, signature);
      },
    },
  };
}

// What stands before modulus and exponent in a SubjectPublicKeyInfo of rsaEncryption (RFC 3279, 2.3.1).
const RSA = '06092a864886f70d0101010500';

function keyOf(content: Uint8Array): BareKey {
  const [whole] = elements(content);
  const [kind, bits] = elements(whole);
  const said = [...(kind ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (bits === undefined || said !== RSA) throw new Error('not a key of RSA');
  const [numbers] = elements(bits.subarray(1)); // behind the number of bits that are left out
  const [modulus, publicExponent] = elements(numbers).map((one) => (one[0] === 0 ? one.subarray(1) : one));
  if (modulus === undefined || publicExponent === undefined) throw new Error('not a key of RSA');
  const numbersOf = { n: numberOf(modulus), e: numberOf(publicExponent) };
  const modulusLength = numbersOf.n.toString(2).length;
  const algorithm = { name: ALGORITHM, hash: { name: 'SHA-384' }, modulusLength, publicExponent };
  return { type: 'public', extractable: true, usages: ['verify'], algorithm, numbers: numbersOf, modulus };
}

/** The contents of the elements that stand in a DER, one behind the other. */
function elements(content: Uint8Array | undefined): Uint8Array[] {
  const found: Uint8Array[] = [];
  let place = 0;
  while (content !== undefined && place < content.length) {
    const [, short = 0] = content.subarray(place);
    const more = short > 0x80 ? short - 0x80 : 0;
    const long = content.subarray(place + 2, place + 2 + more);
    const length = more === 0 ? short : long.reduce((sum, byte) => sum * 256 + byte, 0);
    const begin = place + 2 + more;
    if (begin + length > content.length) throw new Error('a DER that is cut off');
    found.push(content.subarray(begin, begin + length));
    place = begin + length;
  }
  return found;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}
