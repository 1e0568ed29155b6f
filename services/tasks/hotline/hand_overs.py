"""Handing a shift over: whoever goes signs what is open, whoever comes takes it over; notes go with it."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import SHANGHAI
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.hotline import missed_calls, policy, views
from services.tasks.hotline.model import (
    AlreadyHandedOver,
    DutyNote,
    HandOver,
    IntakeDraft,
    NotYetYourTurn,
    NotYourShift,
    Shift,
)
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster.duty import Duty

NEXT_AT = (
    select(Shift)
    .where(
        col(Shift.division_code) == bindparam("division"),
        col(Shift.to_at) > bindparam("now"),
        col(Shift.id) != bindparam("shift"),
        col(Shift.cancelled_at).is_(None),
    )
    .order_by(col(Shift.from_at), col(Shift.id))
    .limit(20)
)


async def write_note(session: Session, *, by: Actor, division_code: str, words: str) -> DutyNote:
    """Leave something for whoever is on duty next."""
    await policy.check_works_there(session, by, division_code)
    note_id = new_id()
    note = DutyNote(
        id=note_id,
        township_code=f"{division_code[:9]}000",
        division_code=division_code,
        holder_id=by.person_id,
        words=session.use(Vault).seal(words, place=place_of("duty_note", "words", note_id)),
        written_by=by.person_id,
        at=session.now,
        closed_at=None,
        closed_by=None,
    )
    session.add(note)
    return note


async def close_note(session: Session, note_id: UUID, *, by: Actor) -> DutyNote:
    """Say that a note is dealt with; a second time changes nothing."""
    note = await session.get(DutyNote, note_id, lock=True)
    if note is None:
        raise NotFound()
    await policy.check_has_it(session, by, note.division_code)
    if note.closed_at is None:
        note.closed_at, note.closed_by = session.now, by.person_id
    return note


async def sign_out(session: Session, shift_id: UUID, *, by: Actor, words: str | None) -> HandOver:
    """Sign what is open at the desk at the end of one's shift, for whoever comes next.

    Raises `NotYourShift`, `AlreadyHandedOver`.
    """
    shift = await session.get(Shift, shift_id, lock=True)
    if shift is None or shift.cancelled_at is not None:
        raise NotFound()
    await policy.check_has_it(session, by, shift.division_code)
    going = await policy.duty_of(session, shift.post_id)
    if going is None or going.post.person_id != by.person_id or shift.from_at > session.now:
        raise NotYourShift()
    if shift.handed_over_at is not None:
        raise AlreadyHandedOver()
    shift.handed_over_at = session.now
    session.by_post = going.post.id
    lying = await views.lying_at(session, shift.division_code)
    hand_over_id = new_id()
    following = await _next(session, shift)
    act = HandOver(
        id=hand_over_id,
        township_code=shift.township_code,
        division_code=shift.division_code,
        shift_id=shift.id,
        outgoing_id=by.person_id,
        outgoing_name=going.post.name,
        outgoing_post_id=going.post.id,
        signed_at=session.now,
        words=session.use(Vault).seal(words, place=place_of("duty_hand_over", "words", hand_over_id))
        if words
        else None,
        notes=[str(one.id) for one in lying.notes],
        drafts=[str(one.id) for one in lying.drafts],
        missed_calls=[str(one.id) for one in lying.missed_calls],
        text_digest=digest_of(shift, name=going.post.name, at=session.now, lying=lying, words=words),
        next_shift_id=following[0].id if following else None,
        incoming_id=None,
        incoming_name=None,
        incoming_post_id=None,
        taken_at=None,
    )
    session.add(act)
    if following is not None:
        tell(session, following[1].post.person_id, NoticeKind.HAND_OVER, request_id=None)
    return act


async def take_over(session: Session, hand_over_id: UUID, *, by: Actor) -> HandOver:
    """Take over what lies at the desk: notes, drafts and missed calls are yours from now on.

    Raises `NotYetYourTurn`. A second time by the same person changes nothing.
    """
    act = await session.get(HandOver, hand_over_id, lock=True)
    if act is None:
        raise NotFound()
    await policy.check_has_it(session, by, act.division_code)
    if act.taken_at is not None:
        if act.incoming_id != by.person_id:
            raise AlreadyHandedOver()
        return act
    found = await _turn_of(session, act, by)
    act.incoming_id, act.incoming_name, act.incoming_post_id = by.person_id, found.post.name, found.post.id
    act.taken_at = session.now
    session.by_post = found.post.id
    for kind, ids in ((DutyNote, act.notes), (IntakeDraft, act.drafts)):
        for one in ids:
            lying = await session.get(kind, UUID(one), lock=True)
            if lying is not None:
                lying.holder_id = by.person_id
    for call_id in act.missed_calls:
        await missed_calls.pass_on(session, UUID(call_id), to=found, by=by)
    return act


def digest_of(shift: Shift, *, name: str, at: datetime, lying: views.Lying, words: str | None) -> bytes:
    """SHA-256 of the list as it was shown to whoever signed it."""
    lines = [
        f"{name} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 交班（班次 {shift.id}）",
        *(f"未办结便条 {one.id}" for one in lying.notes),
        *(f"未提交登记 {one.id}" for one in lying.drafts),
        *(f"未回拨来电 {one.id}" for one in lying.missed_calls),
        words or "",
    ]
    return hashlib.sha256("\n".join(lines).encode()).digest()


async def _next(session: Session, shift: Shift) -> tuple[Shift, Duty] | None:
    """The next shift of somebody else at the desk."""
    going = await policy.duty_of(session, shift.post_id)
    for later in await session.all(NEXT_AT, division=shift.division_code, now=session.now, shift=shift.id):
        found = await policy.duty_of(session, later.post_id)
        if found is not None and (going is None or found.post.person_id != going.post.person_id):
            return later, found
    return None


async def _turn_of(session: Session, act: HandOver, by: Actor) -> Duty:
    """By which post the person is on duty now or next. Raises `NotYetYourTurn`."""
    if by.person_id != act.outgoing_id:
        for later in await session.all(NEXT_AT, division=act.division_code, now=session.now, shift=act.shift_id):
            found = await policy.duty_of(session, later.post_id)
            if found is not None and found.post.person_id == by.person_id:
                return found
    raise NotYetYourTurn()
