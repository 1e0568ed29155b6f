// Anonymous ballots on a phone: draws credentials by itself, keeps a grade until a random instant, casts it in nobody's
// name, and shows it to nobody afterwards.
import { castDue } from './casting.js';
import { castingOf, MINUTE } from './days.js';
import { drawAll } from './drawing.js';
import type { Host } from './host.js';
import { opened, take, type Cell, type Kept } from './kept.js';
import { readOut } from './keys.js';
import { Line } from './line.js';
import { notice, Stopped, type Notice } from './notices.js';

export { bring, Pool } from './bare.js';
export { fetchFrom, type Answer, type Call, type Host } from './host.js';
export type { Cell } from './kept.js';
export type { Code, Notice } from './notices.js';

/** 1 非常满意 … 5 非常不满意 */
export type Grade = 1 | 2 | 3 | 4 | 5;

/** The national list of reasons, and two about the giving. */
export const REASONS = [
  'overall',
  'efficiency',
  'level',
  'attitude',
  'guide_accuracy',
  'convenience',
  'operability',
  'asked_for_money_or_gifts',
  'asked_for_a_certain_grade',
] as const;

export type Reason = (typeof REASONS)[number];

/** What somebody thinks of a cell. */
export interface Opinion {
  readonly grade: Grade;
  readonly reasons: readonly Reason[];
}

/** Answers by the codes of the questions, as a SurveyJS form gives them. */
export type Answers = Readonly<Record<string, boolean | number | string | readonly string[]>>;

/** What became of saying something. */
export interface Said {
  readonly taken: boolean;
  readonly whatNextZh: string;
}

/** A cell in which the owner may say what they think, or has. */
export interface Shown {
  readonly cell: Cell;
  readonly given: boolean;
  readonly whatNextZh: string;
}

const GIVEN_ZH = '已记下。手机会在收票期间随机选一刻自动投出，什么时候投不会提示；投出前可以重新评，投出后不能再看、再改。';
const TO_GIVE_ZH = '您可以匿名评价这个单位：评的是一段时间，不是某一件事。请在没有旁人的时候评。';
const TO_ANSWER_ZH = '您可以不记名参加这次满意度测评：到了作答的日子打开问卷即可。请在没有旁人的时候答。';
const NO_CELL_ZH = '手机上没有这个测评单元的凭证，不能评价。请返回列表，选择列出的单位。';
const NOT_SUCH_ZH = '请从五档评价和列出的理由中选择。';

/** How long a cast keeps away from whatever was asked in the owner's name. */
const APART = MINUTE / 2;

/**
 * One for each account of the phone. The app calls `draw` when it is opened or signed in, and `castDue` every half
 * minute while it is open; both do nothing where there is nothing to do. No method gives a grade back, or when it goes.
 */
export class AnonymousBallots {
  readonly #host: Host;
  #last: Promise<unknown> = Promise.resolve();
  #askedByName = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Draw every credential that this person may draw. */
  async draw(): Promise<Notice[]> {
    return this.#told(async (line, kept, save) => {
      const token = await this.#host.token();
      if (token === null) return [notice('sign-in-again')];
      try {
        return await drawAll(line, kept, token, save);
      } finally {
        this.#askedByName = this.#host.now();
      }
    });
  }

  /** Cast what is due. */
  async castDue(): Promise<Notice[]> {
    return this.#told(async (line, kept, save) => {
      if (Math.abs(this.#host.now() - this.#askedByName) < APART) return [];
      return castDue(line, kept, save);
    });
  }

  /** Say what one thinks of a cell, or something else as long as it has not left the phone; the answer is alike. */
  async give(cellId: string, { grade, reasons }: Opinion): Promise<Said> {
    const known = new Set(reasons.filter((reason) => REASONS.includes(reason)));
    if (![1, 2, 3, 4, 5].includes(grade) || known.size !== reasons.length) {
      return { taken: false, whatNextZh: NOT_SUCH_ZH };
    }
    return this.#takes(({ id, surveyId }) => id === cellId && surveyId === null, { grade, reasons: [...known] });
  }

  /** Answer a survey; its form stands, for everybody and without a token, at `/feedback/survey-answers/{id}/form`. */
  async answer(surveyId: string, answers: Answers): Promise<Said> {
    return this.#takes((cell) => cell.surveyId === surveyId, { answers });
  }

  /** The cells of which the owner holds, or held, a credential. A ballot that waits and one that is cast look alike. */
  async cells(): Promise<Shown[]> {
    return this.#alone(async (line, kept) =>
      kept.cells
        .filter((one) => (one.credential !== null || one.given) && line.now() < castingOf(one.cell).to)
        .map(({ cell, given }) => {
          const toSayZh = cell.surveyId === null ? TO_GIVE_ZH : TO_ANSWER_ZH;
          return { cell, given, whatNextZh: given ? GIVEN_ZH : toSayZh };
        }),
    );
  }

  /** The digest of the list that was believed last, whole and as neighbours read it out; none before the first. */
  async digest(): Promise<{ day: string; digest: string; readOut: string } | null> {
    return this.#alone(async (_, { list }) => list && { ...list, readOut: readOut(list.digest) });
  }

  async #takes(isIt: (cell: Cell) => boolean, said: object): Promise<Said> {
    return this.#alone(async (line, kept) => {
      const one = kept.cells.find(({ cell }) => isIt(cell) && line.now() < castingOf(cell).to);
      if (one === undefined || (one.credential === null && !one.given)) return { taken: false, whatNextZh: NO_CELL_ZH };
      take(one, said, line.now());
      return { taken: true, whatNextZh: GIVEN_ZH };
    });
  }

  /** Work that ends in notices; what stops it is one, and what it kept so far is kept. */
  async #told(work: (line: Line, kept: Kept, save: () => Promise<void>) => Promise<Notice[]>): Promise<Notice[]> {
    return this.#alone(async (line, kept, save) => {
      try {
        return await work(line, kept, save);
      } catch (stopped) {
        if (!(stopped instanceof Stopped)) throw stopped;
        return [notice(stopped.code, stopped.cellId)];
      }
    });
  }

  /** One thing after the other: two at once would each write over what the other kept. */
  #alone<Got>(work: (line: Line, kept: Kept, save: () => Promise<void>) => Promise<Got>): Promise<Got> {
    const mine = this.#last.then(async () => {
      const kept = opened(await this.#host.read());
      const save = async () => this.#host.write(JSON.stringify(kept));
      const got = await work(new Line(this.#host, kept), kept, save);
      await save();
      return got;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
