// A county in memory: an issuer that can be made to lie, a ballot box, a clock, and phones that lose their line.
import { constants, createHash, generateKeyPairSync, privateDecrypt, sign, verify, type KeyObject } from 'node:crypto';

import { AnonymousBallots, type Answer, type Call } from '../src/index.js';

export const CELL = '0192f0c1-0000-7000-8000-000000000001';
export const SURVEY = '0192f0c1-0000-7000-8000-000000000002';
export const TASK_TRIES = 300;

export interface Pair {
  readonly spki: string;
  readonly own: KeyObject;
  readonly shared: KeyObject;
}

export function pair(modulusLength = 2048): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  return { spki, own: privateKey, shared: publicKey };
}

const SIGNER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const STRANGER = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const at = (local: string) => Date.parse(`${local}+08:00`);

export class County {
  now = at('2026-11-17T09:00');
  /** The key of the cell in everybody's list, the one that this person is shown, and the one that signs. */
  listed: Pair;
  shown: Pair;
  signs: Pair;
  /** What the list of somebody with a token shows instead. */
  ownList: Pair | null = null;
  listSigner = SIGNER;
  listAudience = 'ballot-keys';
  listDay: string | null = null;
  readonly drawn = new Map<string, string>();
  readonly box = new Map<string, Record<string, unknown>>();
  /** Whether it is a survey that asks, instead of a cell. */
  survey = false;
  castAt: number | null = null;
  readonly calls: Call[] = [];
  /** Paths whose questions do not arrive, and whose answers do not. */
  deaf = /^$/;
  mute = /^$/;
  /** A refusal by the box instead of what it would say. */
  refuses: string | null = null;

  constructor(key: Pair) {
    this.listed = this.shown = this.signs = key;
  }

  phone(): Phone {
    return new Phone(this);
  }

  async answer(call: Call): Promise<Answer> {
    if (this.deaf.test(call.path)) throw new Error('no line');
    this.calls.push(call);
    const [status, told] = this.#said(call);
    if (this.mute.test(call.path)) throw new Error('no answer');
    return { status, date: new Date(this.now).toUTCString(), body: JSON.stringify(told) };
  }

  #said({ path, token, body }: Call): [number, unknown] {
    const today = new Date(this.now + 8 * 3_600_000).toISOString().slice(0, 10);
    if (path === '/members/credentials') return [200, { items: this.drawn.has(token ?? '') ? [] : [this.#cell()] }];
    if (path === '/members/jwks') {
      return [200, { keys: [{ ...SIGNER.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }] }];
    }
    if (path.startsWith('/members/ballot-keys')) {
      const day = this.listDay ?? today;
      return [200, this.#list(day, token !== null && this.ownList ? this.ownList : this.listed)];
    }
    if (path === `/members/credentials/${CELL}`) return this.#drawn(token ?? '', JSON.parse(body ?? '').blinded);
    if (path === '/feedback/ballots/challenge') return [200, this.#task()];
    if (path === `/feedback/survey-answers/${SURVEY}/form`) return [200, { ...this.#task(), body_bytes: 8192 }];
    if (/\/(ballots|survey-answers)$/.test(path)) return this.#cast(body ?? '');
    return [404, { type: '/problems/not-found' }];
  }

  #cell() {
    return {
      cell_id: CELL,
      survey_id: this.survey ? SURVEY : null,
      division_code: '430702204216',
      division_name: '坪湖村',
      item_codes: [],
      served_from: this.survey ? null : '2026-11-01',
      served_to: this.survey ? null : '2026-11-30',
      draws_until: '2026-12-05',
      closes_on: '2026-12-12',
      public_key: this.shown.spki,
    };
  }

  #lists = new Map<string, string>();

  /** The same bytes all day for the same key. */
  #list(day: string, key: Pair) {
    const keys = [{ cell_id: CELL, public_key: key.spki }];
    const place = day + key.spki + (this.listSigner === SIGNER);
    const signed = this.#lists.get(place) ?? this.#signed({ iss: 'members', aud: this.listAudience, day, keys });
    this.#lists.set(place, signed);
    return { day, digest: createHash('sha256').update(signed).digest('hex'), signed };
  }

  #signed(said: object): string {
    const head = { alg: 'ES256', kid: 'one', typ: 'ballot-keys' };
    const content = [head, said].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.');
    const key = { key: this.listSigner.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
  }

  #drawn(token: string, blinded: string): [number, unknown] {
    if ((this.drawn.get(token) ?? blinded) !== blinded) return [409, { type: '/problems/credential-drawn' }];
    const raw = { key: this.signs.own, padding: constants.RSA_NO_PADDING };
    try {
      const signature = privateDecrypt(raw, Buffer.from(blinded, 'base64url')).toString('base64url');
      this.drawn.set(token, blinded);
      return [200, { blind_signature: signature }];
    } catch {
      return [422, { type: '/problems/blinded-message-unfit' }]; // larger than the modulus of another key
    }
  }

  #task() {
    const salt = `salt${this.calls.length}?expires=${Math.floor(this.now / 1000) + 600}`;
    const challenge = createHash('sha256').update(`${salt}${TASK_TRIES}`).digest('hex');
    return { algorithm: 'SHA-256', challenge, maxnumber: TASK_TRIES, salt, signature: 'ours', body_bytes: 2048 };
  }

  #cast(body: string): [number, unknown] {
    if (this.refuses) return [409, { type: `/problems/${this.refuses}` }];
    if (this.now < at('2026-12-06T00:00')) return [409, { type: '/problems/casting-not-begun' }];
    if (this.now >= at('2026-12-13T00:00')) return [409, { type: '/problems/cell-closed' }];
    const { altcha, credential, ...said } = JSON.parse(body);
    const ballot = { ...credential, ...said };
    const { salt, number } = JSON.parse(Buffer.from(altcha, 'base64').toString());
    const expires = Number(/expires=(\d+)/.exec(salt)?.[1]);
    if (number !== TASK_TRIES || expires * 1000 < this.now) return [422, { type: '/problems/work-not-done' }];
    const [message, signature] = [ballot.message, ballot.signature].map((text) => Buffer.from(text, 'base64url'));
    const pss = { key: this.listed.shared, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
    if (!verify('sha384', message!, pss, signature!)) return [422, { type: '/problems/credential-not-of-this-cell' }];
    const known = JSON.stringify(this.box.get(ballot.message) ?? ballot);
    if (known !== JSON.stringify(ballot)) return [409, { type: '/problems/ballot-cast-otherwise' }];
    this.castAt = this.now;
    this.box.set(ballot.message, ballot);
    return [200, { notice_zh: '已收到。' }];
  }
}

/** A phone with its own clock and memory. */
export class Phone {
  kept: string | null = null;
  /** By how much its clock is ahead of the county's. */
  ahead = 0;
  readonly app: AnonymousBallots;

  constructor(
    readonly county: County,
    readonly owner = `token ${Math.random()}`,
  ) {
    this.app = new AnonymousBallots({
      send: (call) => county.answer(call),
      read: async () => this.kept,
      write: async (content) => void (this.kept = content),
      now: () => county.now + this.ahead,
      token: async () => owner,
    });
  }

  async draws(): Promise<string[]> {
    return (await this.app.draw()).map(({ code }) => code);
  }

  async casts(): Promise<string[]> {
    return (await this.app.castDue()).map(({ code }) => code);
  }

  /** The app is open for a while: it looks every half minute, as a screen has it do. */
  async isOpen(minutes: number): Promise<string[]> {
    const told: string[] = [];
    for (let halves = 0; halves < 2 * minutes; halves += 1) {
      told.push(...(await this.casts()));
      this.county.now += 30_000;
    }
    return told;
  }

  /** The app is open until the waiting ballot's instant, which only a look into the memory shows. */
  async waits(): Promise<void> {
    this.county.now = this.waiting!.at + 1_000 - this.ahead;
  }

  /** Have the waiting ballot's instant be another. */
  isToCast(instant: number): void {
    const kept = JSON.parse(this.kept!);
    kept.cells[0].ballot.at = instant;
    this.kept = JSON.stringify(kept);
  }

  get waiting(): { at: number; body: string | null } | null {
    return JSON.parse(this.kept ?? '{"cells":[]}').cells[0]?.ballot ?? null;
  }
}
