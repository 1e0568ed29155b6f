// Casting: at an instant of its own, in nobody's name, once, and then forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { castingInstant } from '../src/days.js';
import { at, CELL, pair, County, SURVEY, type Phone } from './county.js';

const KEY = pair();
const FROM = at('2026-12-06T00:00');
const TO = at('2026-12-13T00:00');
const DAY = 86_400_000;
const MINUTE = 60_000;

async function holding(): Promise<{ county: County; phone: Phone }> {
  const county = new County(KEY);
  const phone = county.phone();
  assert.deepEqual(await phone.draws(), []);
  return { county, phone };
}

async function given(grade: 1 | 2 | 3 | 4 | 5 = 2): Promise<{ county: County; phone: Phone }> {
  const both = await holding();
  assert.equal((await both.phone.app.give(CELL, { grade, reasons: ['attitude'] })).taken, true);
  both.county.calls.length = 0;
  return both;
}

function bodies(county: County): (string | null)[] {
  return county.calls.filter(({ method }) => method === 'POST').map(({ body }) => body);
}

test('any instant of the casting days is as likely as another, and none is that of giving', () => {
  const cell = { drawsUntil: '2026-12-05', closesOn: '2026-12-12' };
  const days = new Array<number>(7).fill(0);
  for (let turn = 0; turn < 7_000; turn += 1) {
    days[Math.floor((castingInstant(cell, FROM - DAY) - FROM) / DAY)]! += 1;
  }
  // 1006 of each, and 964 of the last, give or take five deviations.
  for (const count of days) assert.ok(count > 815 && count < 1_155, days.join());
  for (const now of [FROM, FROM + 3 * DAY, TO - 2 * 3_600_000, TO - 4 * MINUTE]) {
    for (let turn = 0; turn < 200; turn += 1) {
      const instant = castingInstant(cell, now);
      assert.ok(instant >= now + Math.min(10 * MINUTE, (TO - now) / 4) && instant < TO);
    }
  }
});

test('a ballot is cast at its instant, not before, and says nothing of who casts', async () => {
  const { county, phone } = await given();
  county.now = phone.waiting!.at - 1_000;
  assert.deepEqual(await phone.casts(), []);
  assert.deepEqual(county.calls, []);
  await phone.waits();
  assert.deepEqual(await phone.casts(), []);
  assert.deepEqual(
    county.calls.map(({ method, path, token }) => [method, path, token]),
    [
      ['GET', '/feedback/ballots/challenge', null],
      ['POST', '/feedback/ballots', null],
    ],
  );
  assert.equal(bodies(county)[0]?.length, 2048);
  const [ballot] = county.box.values();
  assert.deepEqual(Object.keys(ballot!), ['cell_id', 'message', 'signature', 'grade', 'reasons']);
  assert.deepEqual([ballot!['grade'], ballot!['reasons']], [2, ['attitude']]);
  await phone.isOpen(1);
  assert.equal(county.calls.length, 2);
});

test('what the phone shows and keeps is alike before and after the cast, and never a grade', async () => {
  const { county, phone } = await given(5);
  const shown = JSON.stringify(await phone.app.cells());
  assert.ok(!/grade|attitude|"at"|signature/.test(shown));
  await phone.waits();
  await phone.casts();
  assert.equal(county.box.size, 1);
  assert.equal(JSON.stringify(await phone.app.cells()), shown);
  const [kept] = JSON.parse(phone.kept!).cells;
  assert.deepEqual([kept.drawing, kept.credential, kept.ballot, kept.given], [null, null, null, true]);
  const again = await phone.app.give(CELL, { grade: 1, reasons: [] });
  assert.equal(again.taken, true); // as before the cast, so that nobody learns of it
  assert.deepEqual(await phone.isOpen(1), []);
  assert.equal([...county.box.values()][0]?.['grade'], 5);
  assert.ok(!/grade/.test(Object.getOwnPropertyNames(Object.getPrototypeOf(phone.app)).join()));
});

test('before it leaves the phone an opinion may be another, after that it stays', async () => {
  const { county, phone } = await given(1);
  const { at: instant } = phone.waiting!;
  await phone.app.give(CELL, { grade: 4, reasons: ['asked_for_a_certain_grade'] });
  assert.equal(phone.waiting!.at, instant);
  await phone.waits();
  county.mute = /ballots$/;
  await phone.casts();
  await phone.app.give(CELL, { grade: 1, reasons: [] });
  county.mute = /^$/;
  await phone.waits();
  assert.deepEqual(await phone.casts(), []);
  assert.deepEqual([...county.box.values()].map(({ grade }) => grade), [4]);
});

test('what gets no answer is sent again byte for byte; a task that is too old is done anew', async () => {
  for (const [minutes, different] of [
    [5, 1],
    [20, 2],
  ] as const) {
    const { county, phone } = await given();
    await phone.waits();
    county.mute = /ballots$/;
    assert.deepEqual(await phone.casts(), []);
    const sent = county.now;
    assert.deepEqual(await phone.casts(), []); // not at once
    assert.equal(bodies(county).length, 1);
    county.mute = /^$/;
    county.now = sent + minutes * MINUTE;
    phone.isToCast(county.now - 1_000); // the header tells whole seconds
    assert.deepEqual(await phone.casts(), []);
    assert.equal(new Set(bodies(county)).size, different);
    assert.deepEqual([county.box.size, phone.waiting], [1, null]);
  }
});

test('an instant that went by while the app was closed is put off once, away from what an opening asks', async () => {
  const { county, phone } = await given();
  phone.isToCast(FROM);
  county.now = FROM + DAY;
  const opening = county.now;
  await phone.draws();
  county.calls.length = 0;
  assert.deepEqual(await phone.isOpen(6), []);
  assert.equal(county.box.size, 1);
  assert.ok(county.castAt! >= opening + MINUTE / 2 && county.castAt! <= opening + 6 * MINUTE);

  const short = await given();
  short.phone.isToCast(FROM);
  short.county.now = FROM + DAY;
  await short.phone.casts(); // open for a moment
  assert.equal(short.county.box.size, 0);
  short.county.now += 3_600_000;
  await short.phone.casts();
  assert.equal(short.county.box.size, 1);
});

test('nothing is cast beside a question in ones own name', async () => {
  const { county, phone } = await given();
  await phone.waits();
  await phone.draws();
  await phone.casts();
  assert.equal(county.box.size, 0);
  county.now += 31_000;
  await phone.casts();
  assert.equal(county.box.size, 1);
});

test('who was without a line over all the casting days is told, as are others whose ballot is not taken', async () => {
  const offline = await given();
  offline.county.deaf = /./;
  for (let day = 0; day < 8; day += 1) {
    offline.county.now = FROM + day * DAY + 9 * 3_600_000;
    assert.deepEqual(await offline.phone.isOpen(8), []);
  }
  offline.county.deaf = /^$/;
  assert.deepEqual(await offline.phone.draws(), ['not-cast']);
  assert.equal(offline.county.box.size, 0);
  assert.ok(!offline.phone.kept!.includes('signature'));

  const told = { 'cell-closed': 'not-cast', 'ballot-cast-otherwise': 'cast-elsewhere' };
  for (const [refusal, code] of Object.entries({ ...told, 'credential-not-of-this-cell': 'credential-refused' })) {
    const { county, phone } = await given();
    await phone.waits();
    county.refuses = refusal;
    assert.deepEqual(await phone.casts(), [code]);
    assert.equal(phone.waiting, null);
    assert.ok(!phone.kept!.includes('signature'));
  }
});

test('a phone that is a day early waits for the county, and a box that is busy is asked again', async () => {
  const { county, phone } = await given();
  phone.isToCast(FROM + 5 * MINUTE);
  phone.ahead = 20 * 3_600_000; // jumped ahead since it drew
  await phone.waits();
  assert.deepEqual(await phone.casts(), []);
  assert.deepEqual(bodies(county), []);
  assert.ok(phone.waiting!.at >= FROM && phone.waiting!.body === null);

  phone.ahead = 0;
  phone.isToCast(FROM + DAY);
  county.refuses = 'overloaded';
  await phone.draws();
  await phone.waits();
  assert.deepEqual(await phone.casts(), []);
  assert.ok(phone.waiting!.at > FROM + DAY);
});

test('nothing is taken of a cell without a credential, nor an opinion that the box would refuse', async () => {
  const { phone } = await holding();
  assert.equal((await phone.app.give('another', { grade: 1, reasons: [] })).taken, false);
  assert.equal((await phone.app.give(CELL, { grade: 6 as 5, reasons: [] })).taken, false);
  assert.equal((await phone.app.give(CELL, { grade: 1, reasons: ['a word'] as never })).taken, false);
  assert.equal(phone.waiting, null);
});

test('an answer to a survey goes the same way, and what does not fit is asked for anew', async () => {
  const county = new County(KEY);
  county.survey = true;
  const phone = county.phone();
  assert.deepEqual(await phone.draws(), []);
  assert.equal((await phone.app.give(CELL, { grade: 1, reasons: [] })).taken, false);
  assert.equal((await phone.app.answer(CELL, {})).taken, false);
  for (const [refusal, told, given] of [
    ['answers-do-not-fit', ['answers-do-not-fit'], false],
    [null, [], true],
  ] as const) {
    county.refuses = refusal;
    assert.equal((await phone.app.answer(SURVEY, { overall: 'satisfied', words: '路修好了𠮷' })).taken, true);
    await phone.waits();
    assert.deepEqual(await phone.casts(), told);
    assert.equal((await phone.app.cells())[0]?.given, given);
  }
  const [ballot] = county.box.values();
  assert.deepEqual(Object.keys(ballot!), ['part_id', 'message', 'signature', 'answers']);
  for (const body of bodies(county).slice(1)) assert.equal(Buffer.byteLength(body!), 8192);
  assert.equal(phone.waiting, null);
});
