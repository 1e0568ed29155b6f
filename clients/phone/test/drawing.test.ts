// Drawing: once, by itself, and not by a key that only this person is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { at, CELL, County, Pair, pair, Phone, STRANGER } from './county.js';

const KEY = pair();
const OTHER = pair();

test('a credential is drawn by itself, once, and the issuer sees nothing of it', async () => {
  const county = new County(KEY);
  const phone = county.phone();
  assert.deepEqual(await phone.draws(), []);
  assert.deepEqual(await phone.draws(), []);
  const [shown] = await phone.app.cells();
  assert.deepEqual([shown?.cell.id, shown?.given], [CELL, false]);
  assert.equal(county.calls.filter(({ method }) => method === 'POST').length, 1);
  const { message, signature } = JSON.parse(phone.kept!).cells[0].credential;
  assert.ok(!JSON.stringify(county.calls).includes(message));
  assert.ok(!JSON.stringify(county.calls).includes(signature));
  for (const { path, token } of county.calls) {
    assert.equal(token === null, /jwks|ballot-keys\//.test(path), path);
  }
});

test('an answer that is lost is asked for again with the same message, though the cell is shown no more', async () => {
  const county = new County(KEY);
  const phone = county.phone();
  county.mute = /credentials\//;
  assert.deepEqual(await phone.draws(), ['no-line']);
  assert.deepEqual(await phone.app.cells(), []);
  county.mute = /^$/;
  assert.deepEqual(await new Phone(county, 'a neighbour').draws(), []);
  assert.deepEqual(await phone.draws(), []);
  assert.equal((await phone.app.cells()).length, 1);
});

test('a phone that follows a lost one is told so', async () => {
  const county = new County(KEY);
  const lost = county.phone();
  const found = new Phone(county, lost.owner);
  county.mute = /credentials\//;
  await found.draws(); // shown to both, and the other is first
  county.drawn.set(lost.owner, 'of the lost phone');
  county.mute = /^$/;
  assert.deepEqual(await found.draws(), ['drawn-elsewhere']);
  assert.deepEqual(await found.draws(), []);
});

type Lie = (county: County) => void;
const LIES: [string, Lie, string][] = [
  ['a key of ones own beside an honest list', (county) => (county.shown = county.signs = OTHER), 'key-of-ones-own'],
  ['a list of ones own', (county) => (county.shown = county.signs = county.ownList = OTHER), 'two-lists'],
  ['a second key under a key of the list', (county) => (county.signs = OTHER), 'signed-otherwise'],
  ['a list signed by somebody', (county) => (county.listSigner = STRANGER), 'list-not-signed'],
  ['a token that is shown as a list', (county) => (county.listAudience = 'lianxin'), 'list-not-signed'],
  ['a list of yesterday', (county) => (county.listDay = '2026-11-16'), 'list-not-of-today'],
  ['a key that is too short', (county) => (county.listed = county.shown = pair(1024)), 'key-unfit'],
];

for (const [lie, told, code] of LIES) {
  test(`found out: ${lie}`, async () => {
    const county = new County(KEY);
    told(county);
    const phone = county.phone();
    assert.deepEqual(await phone.draws(), [code]);
    assert.deepEqual(await phone.app.cells(), []);
    const sent = county.calls.some(({ method }) => method === 'POST');
    assert.equal(sent, code === 'signed-otherwise');
  });
}

test('found out: a second list on the same day, a second key on the next', async () => {
  const county = new County(KEY);
  const phone = county.phone();
  await phone.draws();
  const before = await phone.app.digest();
  const all = (key: Pair) => (county.listed = county.shown = county.signs = key);
  all(OTHER);
  assert.deepEqual(await phone.draws(), ['list-changed']);
  county.now += 86_400_000;
  assert.deepEqual(await phone.draws(), ['key-changed']);
  const after = await phone.app.digest();
  assert.match(before!.readOut, /^([0-9a-f]{4} ){4}[0-9a-f]{4}$/);
  assert.notEqual(before!.readOut, after!.readOut); // as two neighbours hear
  all(KEY);
});

test('a clock that is hours wrong goes by the county, one that is days wrong stops', async () => {
  const county = new County(KEY);
  const [slow, wrong] = [county.phone(), county.phone()];
  slow.ahead = -10 * 3_600_000; // still yesterday there
  assert.deepEqual(await slow.draws(), []);
  wrong.ahead = -3 * 86_400_000;
  assert.deepEqual(await wrong.draws(), ['clock-wrong']);
  assert.equal(county.calls.at(-1)?.path, '/members/credentials');
  slow.ahead = 400 * 86_400_000; // after an empty battery
  await slow.app.give(CELL, { grade: 1, reasons: [] });
  await slow.casts();
  assert.deepEqual(await slow.draws(), ['clock-wrong']);
  slow.ahead = 0;
  assert.deepEqual(await slow.draws(), []);
  assert.equal((await slow.app.cells()).length, 1); // nothing was thrown away meanwhile
  county.now = at('2026-12-13T00:00');
  assert.deepEqual(await slow.draws(), []);
  assert.ok(!slow.kept!.includes('signature'));
});
