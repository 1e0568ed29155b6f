// The client's half of RFC 9474, RSABSSA-SHA384-PSS-Randomized, by a library that others wrote.
import { BlindRSA, Params } from '@cloudflare/blindrsa-ts';

import { Stopped } from './notices.js';
import { bytesOf, textOf } from './text.js';

const MODULUS_BITS = 2048;
const EXPONENT = '1,0,1'; // 65537
const MESSAGE_BYTES = 32;

/** A message that was made unreadable, and what makes it readable again; all base64url. */
export interface Drawing {
  readonly message: string;
  readonly blinded: string;
  readonly inverse: string;
}

/** A right to one ballot. */
export interface Credential {
  readonly message: string;
  readonly signature: string;
}

function suite(): BlindRSA {
  const params = Params['RSABSSA_SHA384_PSS_Randomized'];
  if (params === undefined) throw new Error('the library knows the variant of RFC 9474 no more');
  return new BlindRSA({ ...params, supportsRSARAW: false });
}

/** The key of its text. Stops at one that is weaker than agreed. */
export async function keyOf(publicKey: string): Promise<CryptoKey> {
  let key: CryptoKey;
  try {
    const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
    key = await crypto.subtle.importKey('spki', bytesOf(publicKey), algorithm, true, ['verify']);
  } catch {
    throw new Stopped('key-unfit');
  }
  const { modulusLength, publicExponent } = key.algorithm as RsaHashedKeyAlgorithm;
  if (modulusLength !== MODULUS_BITS || publicExponent.join() !== EXPONENT) throw new Stopped('key-unfit');
  return key;
}

/** A fresh message of nobody, blinded for a key. */
export async function blind(publicKey: string): Promise<Drawing> {
  const rsa = suite();
  const message = rsa.prepare(crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES)));
  const { blindedMsg, inv } = await rsa.blind(await keyOf(publicKey), message);
  return { message: textOf(message), blinded: textOf(blindedMsg), inverse: textOf(inv) };
}

/** The credential, verified under the key of everybody's list. Stops at what another key signed. */
export async function unblind(publicKey: string, made: Drawing, blindSignature: string): Promise<Credential> {
  const key = await keyOf(publicKey);
  try {
    const [message, answer, inverse] = [made.message, blindSignature, made.inverse].map(bytesOf) as [
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
    ];
    return { message: made.message, signature: textOf(await suite().finalize(key, message, answer, inverse)) };
  } catch {
    throw new Stopped('signed-otherwise');
  }
}
