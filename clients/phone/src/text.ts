// Base64url and plain letters, without what only browsers have.
import { base64urlnopad } from '@scure/base';

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(base64urlnopad.decode(text));
}

export function textOf(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** The bytes of a text in which every letter is of ASCII. */
export function lettersOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
