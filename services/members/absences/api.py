"""Absences over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.words import Input, Output
from services.members.absences import actions
from services.members.absences.model import Absence, AbsenceReason
from services.members.paging import cut

router = APIRouter(prefix="/absences", tags=["外出代行"], route_class=Route)

MINE = (
    select(Absence)
    .where(
        or_(
            col(Absence.person_id) == bindparam("person"),
            col(Absence.stand_in_person_id) == bindparam("person"),
            col(Absence.declared_by) == bindparam("person"),
        ),
        col(Absence.id) < bindparam("before"),
    )
    .order_by(col(Absence.id).desc())
    .limit(bindparam("most"))
)


class NewAbsence(Input):
    """Whose post, who acts for its holder meanwhile, and on which days (local, both included)."""

    post_id: UUID
    stand_in_post_id: UUID
    from_on: date
    to_on: date
    reason: AbsenceReason


class AbsenceView(Output):
    """An absence as it now stands; why is said to nobody."""

    id: UUID
    post_id: UUID
    person_id: UUID
    stand_in_post_id: UUID
    stand_in_person_id: UUID
    from_on: date
    to_on: date
    over: bool  # ended before its last day


class AbsencePage(Output):
    """Absences, and where the next page begins."""

    items: list[AbsenceView]
    next: str | None


@router.get("")
async def list_absences(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> AbsencePage:
    """Your own, those in which you act for somebody, and those that you declared; from new to old."""
    found = await session.all(MINE, person=actor.person_id, before=place(cursor), most=limit + 1)
    rows, cursor_of_next = cut(found, limit=limit, cursor=lambda absence: cursor_after(absence.id))
    return AbsencePage(items=[_view(row) for row in rows], next=cursor_of_next)


@router.post("", status_code=201)
async def declare_absence(body: NewAbsence, session: Transaction, actor: SignedIn) -> AbsenceView:
    """Say that you, or somebody whose post you fill, will be away, and who acts for them.

    Refusals: `not-found`, `for-the-county-alone`, `wrong-absence`, `nobody-to-act-for`, `stand-in-unfit`,
    `away-already`.
    """
    return _view(await actions.declare(session, by=actor, **dict(body)))


@router.post("/{absence_id}/end")
async def end_absence(absence_id: UUID, session: Transaction, actor: SignedIn) -> AbsenceView:
    """Be back before the last day. Refusals: `not-found`, `absence-over`."""
    return _view(await actions.end(session, absence_id, by=actor))


def _view(absence: Absence) -> AbsenceView:
    return AbsenceView(
        id=absence.id,
        post_id=absence.post_id,
        person_id=absence.person_id,
        stand_in_post_id=absence.stand_in_post_id,
        stand_in_person_id=absence.stand_in_person_id,
        from_on=absence.from_on,
        to_on=absence.to_on,
        over=absence.ended_at is not None,
    )
