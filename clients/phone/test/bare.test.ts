// A mini-program's runtime brings neither `crypto` nor `TextEncoder`: a credential is drawn and cast there, too.
import assert from 'node:assert/strict';
import { randomBytes, webcrypto } from 'node:crypto';
import { test } from 'node:test';

import { bring, Pool } from '../src/index.js';
import { CELL, County, pair } from './county.js';

for (const name of ['crypto', 'TextEncoder', 'TextDecoder', 'btoa', 'atob']) {
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
}
const pool = new Pool(async (bytes) => randomBytes(bytes));
bring(pool);

test('a credential is drawn, verified and cast without a crypto of the runtime', async () => {
  const county = new County(pair());
  const phone = county.phone();
  await pool.fill();
  assert.deepEqual(await phone.draws(), []);
  await phone.app.give(CELL, { grade: 3, reasons: [] });
  await phone.waits();
  assert.deepEqual(await phone.casts(), []);
  assert.equal(county.box.size, 1); // whose signature OpenSSL has verified
});

test('a signature by another key and a key that is too short are found out there, too', async () => {
  const [signed, short] = [new County(pair()), new County(pair())];
  signed.signs = pair();
  short.listed = short.shown = pair(1024);
  await pool.fill();
  assert.deepEqual(await signed.phone().draws(), ['signed-otherwise']);
  assert.deepEqual(await short.phone().draws(), ['key-unfit']);
});

test('random bytes are given once, and nothing is given for them', async () => {
  const empty = new Pool(async () => new Uint8Array());
  await empty.fill();
  assert.throws(() => empty.take(new Uint8Array(1)), /random/);
  await pool.fill();
  const [one, other] = [new Uint8Array(32), new Uint8Array(32)];
  pool.take(one);
  pool.take(other);
  assert.notDeepEqual(one, other);
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto, configurable: true });
  bring(pool);
  assert.equal(globalThis.crypto, webcrypto); // where there is one it stays
});
