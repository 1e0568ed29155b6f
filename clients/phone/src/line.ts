// The line to the county: what it answers, in an object, and what time it is there.
import { dayOf, skewBy } from './days.js';
import type { Answer, Call, Host } from './host.js';
import type { Kept } from './kept.js';
import { Stopped } from './notices.js';

/** An answer: its status, the stable code of a refusal, and what it says. */
export interface Said {
  readonly status: number;
  readonly code: string | null;
  readonly told: Record<string, unknown>;
}

export class Line {
  readonly #host: Host;
  readonly #kept: Kept;

  constructor(host: Host, kept: Kept) {
    this.#host = host;
    this.#kept = kept;
  }

  /** The county's instant, as far as the phone knows. */
  now(): number {
    return this.#host.now() + this.#kept.skew;
  }

  /** The county's day. */
  today(): string {
    return dayOf(this.now());
  }

  /** Ask, and take whatever is answered. Stops where nothing comes, and at a clock that is wrong. */
  async asked(call: Call): Promise<Said> {
    let answer: Answer;
    try {
      answer = await this.#host.send(call);
    } catch {
      throw new Stopped('no-line');
    }
    this.#kept.skew = skewBy(answer.date, this.#host.now(), this.#kept.skew);
    if (answer.status === 401) throw new Stopped('sign-in-again');
    let told: Record<string, unknown>;
    try {
      told = JSON.parse(answer.body) as Record<string, unknown>;
    } catch {
      throw new Stopped('no-line'); // a page of somebody in between, such as a hotel's
    }
    const type = told['type'];
    const code = answer.status >= 400 && typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1) : null;
    return { status: answer.status, code, told };
  }

  /** What stands at a path. Stops at anything but an answer. */
  async gotten<Told>(path: string, token: string | null): Promise<Told> {
    const { status, told } = await this.asked({ method: 'GET', path, token, body: null });
    if (status !== 200) throw new Stopped('no-line');
    return told as Told;
  }
}
