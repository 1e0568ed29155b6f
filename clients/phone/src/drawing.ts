// Drawing: every credential that the phone is shown, by itself, whether or not its owner is going to say anything.
import { blind, keyOf, unblind } from './blinding.js';
import { tidied, type Cell, type Kept, type KeptCell } from './kept.js';
import { believed, type KeyList, type Listed, type WebKeys } from './keys.js';
import type { Line } from './line.js';
import { notice, Stopped, type Notice } from './notices.js';

interface Shown {
  readonly cell_id: string;
  readonly survey_id: string | null;
  readonly division_name: string | null;
  readonly item_codes: string[];
  readonly served_from: string | null;
  readonly served_to: string | null;
  readonly draws_until: string;
  readonly closes_on: string;
  readonly public_key: string;
}

/**
 * Draw what may be drawn, and what was begun and not answered. `save` is awaited before anything is sent that could
 * not be made again: a message whose answer is lost is sent once more as it was. Stops at what concerns all cells.
 */
export async function drawAll(line: Line, kept: Kept, token: string, save: () => Promise<void>): Promise<Notice[]> {
  const items = await shownTo(line, token);
  // Only now, since a clock that jumped ahead would throw away what cannot be drawn again.
  const told = tidied(kept, line.now()).map((cellId) => notice('not-cast', cellId));
  if (items.length === 0 && kept.cells.length === 0) return told;
  const list = await todays(line, kept, token);
  for (const { cell } of kept.cells) {
    const listed = list.keys.get(cell.id);
    if (listed !== undefined && listed !== cell.publicKey) told.push(notice('key-changed', cell.id));
  }
  for (const cell of items) {
    if (kept.cells.some((one) => one.cell.id === cell.id)) continue;
    await each(cell.id, told, async () => {
      if (list.keys.get(cell.id) !== cell.publicKey) throw new Stopped('key-of-ones-own', cell.id);
      await keyOf(cell.publicKey);
      kept.cells.push({ cell, drawing: await blind(cell.publicKey), credential: null, ballot: null, given: false });
    });
  }
  await save();
  for (const one of kept.cells.filter(({ drawing }) => drawing !== null)) {
    // What was blinded for a key that everybody's list no longer shows is not sent.
    if (list.keys.get(one.cell.id) !== one.cell.publicKey) continue;
    await each(one.cell.id, told, () => draw(line, kept, one, token));
    await save();
  }
  return told;
}

async function draw(line: Line, kept: Kept, one: KeptCell, token: string): Promise<void> {
  const { cell, drawing } = one;
  if (drawing === null) return;
  const body = JSON.stringify({ blinded: drawing.blinded });
  const said = await line.asked({ method: 'POST', path: `/members/credentials/${cell.id}`, token, body });
  if (said.status === 200) {
    one.credential = await unblind(cell.publicKey, drawing, said.told['blind_signature'] as string);
    one.drawing = null;
    return;
  }
  if (said.code === 'credential-drawn' || said.code === 'drawing-over' || said.status === 404 || said.status === 422) {
    kept.cells = kept.cells.filter((other) => other !== one);
  }
  // Never too large for the key it was blinded for: another one signs here.
  if (said.code === 'blinded-message-unfit') throw new Stopped('signed-otherwise', cell.id);
  if (said.code === 'credential-drawn') throw new Stopped('drawn-elsewhere', cell.id);
  if (said.code === 'drawing-over') throw new Stopped('drawing-over', cell.id);
  if (said.status !== 404 && said.status !== 422) throw new Stopped('no-line', cell.id);
}

async function shownTo(line: Line, token: string): Promise<Cell[]> {
  const told = await line.gotten<{ items: Shown[] }>('/members/credentials', token);
  return told.items.map((one) => ({
    id: one.cell_id,
    surveyId: one.survey_id,
    divisionName: one.division_name,
    itemCodes: one.item_codes,
    servedFrom: one.served_from,
    servedTo: one.served_to,
    drawsUntil: one.draws_until,
    closesOn: one.closes_on,
    publicKey: one.public_key,
  }));
}

/** The list of today as everybody sees it: asked for with the token and without, and the same all day. */
async function todays(line: Line, kept: Kept, token: string): Promise<KeyList> {
  const mine = await line.gotten<Listed>('/members/ballot-keys', token);
  const day = line.today();
  if (mine.day !== day) throw new Stopped('list-not-of-today');
  const everybodys = await line.gotten<Listed>(`/members/ballot-keys/${day}`, null);
  const webKeys = await line.gotten<WebKeys>('/members/jwks', null);
  const list = believed(mine, { everybodys, webKeys, day });
  if (kept.list?.day === day && kept.list.digest !== list.digest) throw new Stopped('list-changed');
  kept.list = { day, digest: list.digest };
  return list;
}

/** Do something for one cell; what stops it is told and stops no other. */
async function each(cellId: string, told: Notice[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (stopped) {
    if (!(stopped instanceof Stopped)) throw stopped;
    told.push(notice(stopped.code, cellId));
  }
}
