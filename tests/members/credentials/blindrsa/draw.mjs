// Draws a credential as a client that others wrote: prints the blinded message, reads the blind signature as the next
// line, and prints the message with its signature, which the client itself has verified.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BlindRSA, Params } from '@cloudflare/blindrsa-ts';

const suite = new BlindRSA({ ...Params.RSABSSA_SHA384_PSS_Randomized, supportsRSARAW: false });
const bytes = (text) => Buffer.from(text, 'base64url');
const text = (bytes) => Buffer.from(bytes).toString('base64url');

const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
const key = await crypto.subtle.importKey('spki', bytes(process.argv[2]), algorithm, true, ['verify']);
const message = suite.prepare(crypto.getRandomValues(new Uint8Array(32)));
const { blindedMsg, inv } = await suite.blind(key, message);
console.log(text(blindedMsg));

const [answer] = await once(createInterface({ input: process.stdin }), 'line');
const signature = await suite.finalize(key, message, bytes(answer), inv);
console.log(JSON.stringify({ message: text(message), signature: text(signature) }));
process.exit(0);
