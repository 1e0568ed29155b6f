// Casting: at an instant that nobody is told of, in nobody's name, and forgotten afterwards.
import { castingInstant, castingOf, HOUR, MINUTE, randomInstant } from './days.js';
import { forget, type Cell, type Kept, type KeptCell, type Waiting } from './kept.js';
import type { Line, Said } from './line.js';
import { notice, Stopped, type Code, type Notice } from './notices.js';
import { filledUp, solved, type Task } from './work.js';

/** Where a ballot of a cell, or an answer in a part of a survey, gets its task and goes. */
function placesOf({ surveyId }: Cell): { task: string; box: string } {
  if (surveyId === null) return { task: '/feedback/ballots/challenge', box: '/feedback/ballots' };
  return { task: `/feedback/survey-answers/${surveyId}/form`, box: '/feedback/survey-answers' };
}

const LATE = 2 * MINUTE; // an instant that is longer ago went by while the app was closed
const SOON = { from: MINUTE / 2, to: 5 * MINUTE };
const AGAIN = { from: MINUTE, to: 15 * MINUTE };

/** Cast what is due, each in turn; `save` is awaited before a ballot may leave the phone and after it is forgotten. */
export async function castDue(line: Line, kept: Kept, save: () => Promise<void>): Promise<Notice[]> {
  const told: Notice[] = [];
  for (const one of kept.cells) {
    if (one.ballot === null || one.credential === null || line.now() < one.ballot.at) continue;
    if (!putOff(one, one.ballot, line.now())) {
      try {
        const code = await cast(line, one, one.ballot, save);
        if (code !== null) told.push(notice(code, one.cell.id));
      } catch (stopped) {
        if (!(stopped instanceof Stopped)) throw stopped;
        later(one, one.ballot, line.now());
        if (stopped.code !== 'no-line') told.push(notice(stopped.code, one.cell.id));
      }
    }
    await save();
  }
  return told;
}

/**
 * Whether a ballot waits a little longer, because its instant went by while the app was closed: cast at the opening, it
 * would come with everything else that an opening asks, and in its owner's name. Not in the last hour.
 */
function putOff(one: KeptCell, ballot: Waiting, now: number): boolean {
  const { to } = castingOf(one.cell);
  if (ballot.putOff || now - ballot.at < LATE || to - now < HOUR) return false;
  ballot.putOff = true;
  ballot.at = randomInstant(now + SOON.from, now + SOON.to);
  return true;
}

/** Try again, sooner where little is left. */
function later(one: KeptCell, ballot: Waiting, now: number): void {
  const left = Math.max(castingOf(one.cell).to - now, MINUTE);
  ballot.at = randomInstant(now + Math.min(AGAIN.from, left / 4), now + Math.min(AGAIN.to, left / 2));
  ballot.putOff = true;
}

/** Cast one; says what its owner is to know, and nothing of a ballot that was taken in. */
async function cast(line: Line, one: KeptCell, ballot: Waiting, save: () => Promise<void>): Promise<Code | null> {
  for (const trial of [1, 2]) {
    const body = ballot.body ?? (await written(line, one, ballot));
    // The answer to the task's question may have put the phone's clock right.
    if (line.now() < castingOf(one.cell).from) return replanned(one, ballot, line.now());
    ballot.body = body;
    await save();
    const said = await line.asked({ method: 'POST', path: placesOf(one.cell).box, token: null, body });
    if (said.code !== 'work-not-done' || trial === 2) return ended(line, one, ballot, said);
    ballot.body = null; // the task is too old; the same ballot goes with another
  }
  return null;
}

async function written(line: Line, one: KeptCell, ballot: Waiting): Promise<string> {
  const { cell, credential } = one;
  const task = await line.gotten<Task>(placesOf(cell).task, null);
  const altcha = await solved(task);
  if (altcha === null) throw new Stopped('app-too-old');
  const right =
    cell.surveyId === null ? { cell_id: cell.id, ...credential } : { credential: { part_id: cell.id, ...credential } };
  const body = filledUp({ ...right, ...ballot.said, altcha }, task.body_bytes);
  if (body === null) throw new Stopped('app-too-old');
  return body;
}

function replanned(one: KeptCell, ballot: Waiting, now: number): null {
  ballot.at = castingInstant(one.cell, now);
  ballot.putOff = false;
  return null;
}

function ended(line: Line, one: KeptCell, ballot: Waiting, said: Said): Code | null {
  if (said.status === 200) {
    forget(one);
    return null;
  }
  switch (said.code) {
    case 'ballot-cast-otherwise':
    case 'survey-answered-otherwise':
      forget(one);
      return 'cast-elsewhere';
    case 'cell-closed':
    case 'not-found':
      forget(one);
      return 'not-cast';
    case 'credential-not-of-this-cell':
    case 'credential-not-of-this-survey':
      forget(one);
      return 'credential-refused';
    case 'answers-do-not-fit':
      one.ballot = null;
      one.given = false;
      return 'answers-do-not-fit';
    case 'casting-not-begun':
      return replanned(one, ballot, line.now() + HOUR);
    default:
      later(one, ballot, line.now());
      if (said.status !== 422) return null; // busy, or not there for a while
      ballot.body = null; // of a form that the box knows no more
      return 'app-too-old';
  }
}
