"""Meetings of villages over HTTP: call one in time, record it, and have another person confirm it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import AwareDatetime, Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.proposals import Nothing
from chassis.words import PLAIN, Input, Words
from services.feedback.deliberations import shown
from services.feedback.deliberations.meetings import actions
from services.feedback.deliberations.shown import MeetingView
from services.feedback.rules.meetings import MeetingKind

router = APIRouter(prefix="/deliberations", tags=["四议两公开"], route_class=Route)

MOST = 100_000
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PLAIN)]
Number = Annotated[int, Field(ge=0, le=MOST)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class MeetingCalled(Input):
    """When and where, what about, and how many were due by the register of a day, which holds for this meeting."""

    kind: MeetingKind
    meets_at: AwareDatetime
    place: Short
    agenda: Words
    entitled: Annotated[int, Field(ge=1, le=MOST)]
    entitled_on: date


class MeetingRecorded(Input):
    """Who came, how many voted how, where the signed minutes lie, and the SHA-256 of their scan."""

    attended: Number
    in_favour: Number
    against: Number
    abstained: Number
    minutes_title: Short
    minutes_digest: Digest


@router.post("/{matter_id}/meetings", status_code=201)
async def call_meeting(matter_id: UUID, body: MeetingCalled, session: Transaction, actor: SignedIn) -> MeetingView:
    """Call the meeting of the step that a matter is at. What it came to follows from the counts.

    Refusals: `not-found`, `may-not-keep-deliberations`, `wrong-body`, `meeting-called-already`, `notice-too-short`.
    """
    what = actions.Call(**body.model_dump())
    return shown.meeting_view(session, await actions.call(session, matter_id, by=actor, what=what))


@router.post("/meetings/{meeting_id}/record")
async def record_meeting(meeting_id: UUID, body: MeetingRecorded, session: Transaction, actor: SignedIn) -> MeetingView:
    """Record a meeting that was held; another person confirms it.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `meeting-not-held-yet`,
    `counts-do-not-add-up`.
    """
    found = await actions.record(
        session,
        meeting_id,
        by=actor,
        attended=body.attended,
        in_favour=body.in_favour,
        against=body.against,
        abstained=body.abstained,
        minutes_title=body.minutes_title,
        minutes_digest=bytes.fromhex(body.minutes_digest),
    )
    return shown.meeting_view(session, found)


@router.post("/meetings/{meeting_id}/confirmation")
async def confirm_meeting(
    meeting_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MeetingView:
    """Confirm what another person recorded: the matter goes on, is voted on again, or was not carried.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `confirmed-by-keeper`.
    """
    return shown.meeting_view(session, await actions.confirm(session, meeting_id, by=actor))


@router.post("/meetings/{meeting_id}/return")
async def return_meeting(
    meeting_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MeetingView:
    """Find what was recorded wrong, so that it is recorded again.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `confirmed-by-keeper`.
    """
    return shown.meeting_view(session, await actions.return_(session, meeting_id, by=actor))


@router.post("/meetings/{meeting_id}/calling-off")
async def call_meeting_off(
    meeting_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MeetingView:
    """Have a meeting not take place. Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`."""
    return shown.meeting_view(session, await actions.call_off(session, meeting_id, by=actor))
