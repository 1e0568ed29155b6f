"""Assignments over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Words
from services.tasks.assignments import actions, extensions, views
from services.tasks.assignments.model import AssignmentStage
from services.tasks.assignments.showing import AssignmentPage, AssignmentView, line, shown
from services.tasks.assignments.views import Whose
from services.tasks.checklists.actions import post_below
from services.tasks.roster import views as roster

router = APIRouter(prefix="/assignments", tags=["交办"], route_class=Route)

Evidence = Annotated[tuple[UUID, ...], Field(max_length=20)]

EMPTY = {
    Whose.MINE: "没有交办给您的清单事项。",
    Whose.HELPING: "没有请您协办的清单事项。",
    Whose.BELOW: "您管辖的组织没有符合条件的清单事项。",
}


class Pledging(Input):
    """By which day (local) it will be done, and how, if that is to be said."""

    promised_on: date
    words: Words | None = None


class Progressing(Input):
    """How much of it is done, in words and per cent."""

    share: Annotated[int, Field(ge=0, le=99, description="完成的百分比；全部完成请用报办结")]
    words: Words
    evidence: Evidence = ()


class Reporting(Input):
    """What was done, with files where the item asks for evidence."""

    words: Words
    evidence: Evidence = ()


class Deciding(Input):
    """What is said with it, if anything."""

    words: Words | None = None


class Reasoned(Input):
    """Why."""

    words: Words


class HandingOver(Input):
    """To the holder of which post, and why."""

    post_id: UUID
    words: Words


class AskingLater(Input):
    """Until which day (local), and why."""

    wanted_on: date
    words: Words


class DecidingLater(Input):
    """Whether the later date is granted."""

    granted: bool
    words: Words | None = None


@router.get("")
async def assignments(
    session: Transaction,
    actor: SignedIn,
    *,
    whose: Whose = Whose.MINE,
    stage: Annotated[AssignmentStage | None, Query(description="只看这一步的")] = None,
    late: Annotated[bool, Query(description="只看逾期未报结的")] = False,
    checklist_id: Annotated[UUID | None, Query(description="只看这份清单及由它分解出的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> AssignmentPage:
    """Items that you have, that you help with, or that others have in the organisations below your posts."""
    found = await views.page(
        session,
        actor,
        whose,
        stage=stage,
        late=late,
        checklist_id=checklist_id,
        before=place(cursor),
        limit=limit,
    )
    today = local_date(session.now)
    return AssignmentPage(
        items=[line(one, item, today=today) for one, item in found],
        next=cursor_of_next([one for one, _ in found], limit=limit),
        title_zh="" if found else EMPTY[whose],
    )


@router.get("/{assignment_id}")
async def assignment(assignment_id: UUID, session: Transaction, actor: SignedIn) -> AssignmentView:
    """One assignment with everything that was done."""
    await views.seen(session, actor, assignment_id)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/pledge")
async def sign_item(assignment_id: UUID, body: Pledging, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Sign for an item and promise a finishing date no later than the list's; the first promise is kept.

    Refusals: `not-your-assignment`, `pledge-too-late`, `promise-in-the-past`, `list-closed`, `not-allowed-now`.
    """
    await actions.pledge(session, assignment_id, by=actor, promised_on=body.promised_on, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/progress")
async def say_progress(assignment_id: UUID, body: Progressing, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Say how far it is. Refusals: `not-your-assignment`, `not-signed-yet`, `list-closed`, `not-allowed-now`."""
    await actions.progress(session, assignment_id, by=actor, **body.model_dump())
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/report")
async def report_item(assignment_id: UUID, body: Reporting, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Say that it is done. Refusals: `evidence-missing`, `not-your-assignment`, `not-signed-yet`, `list-closed`."""
    await actions.report(session, assignment_id, by=actor, **body.model_dump())
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/acceptance")
async def accept_item(assignment_id: UUID, body: Deciding, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Find a reported item done. Refusals: `may-not-accept`, `not-allowed-now`."""
    await actions.accept(session, assignment_id, by=actor, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/return")
async def return_item(assignment_id: UUID, body: Reasoned, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Give a reported item back, with the reason. Refusals: `may-not-accept`, `not-allowed-now`."""
    await actions.return_(session, assignment_id, by=actor, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/closing-out")
async def close_out_item(assignment_id: UUID, body: Deciding, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Strike an accepted item off the list by its number.

    Refusals: `may-not-accept`, `not-witnessed`, `signal-not-turned`, `finding-not-struck-off`,
    `next-cell-not-above-line`, `next-survey-not-above-line`, `not-allowed-now`.
    """
    await actions.close_out(session, assignment_id, by=actor, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/hand-over")
async def hand_item_over(
    assignment_id: UUID, body: HandingOver, session: Transaction, actor: SignedIn
) -> AssignmentView:
    """Hand it to the holder of another post, who signs for it anew.

    Refusals: `not-in-office`, `handed-to-oneself`, `may-not-accept`, `list-closed`, `not-allowed-now`.
    """
    found, _ = await views.seen(session, actor, assignment_id)
    chain = await roster.organizations_above(session, found.organization_id)
    post = await post_below(session, body.post_id, chain[1] if len(chain) > 1 else found.organization_id)
    await actions.hand_over(session, assignment_id, by=actor, post=post, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/extensions", status_code=201)
async def ask_later(assignment_id: UUID, body: AskingLater, session: Transaction, actor: SignedIn) -> AssignmentView:
    """Ask for a later date. Refusals: `not-a-later-date`, `later-date-asked-already`, `not-your-assignment`."""
    await extensions.ask(session, assignment_id, by=actor, wanted_on=body.wanted_on, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/extensions/{extension_id}/decision")
async def decide_later(
    assignment_id: UUID, extension_id: UUID, body: DecidingLater, session: Transaction, actor: SignedIn
) -> AssignmentView:
    """Grant a later date or refuse it. Refusals: `may-not-accept`, `later-date-decided`."""
    await extensions.decide(session, assignment_id, extension_id, by=actor, granted=body.granted, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/helpers", status_code=201)
async def ask_for_help_with_item(
    assignment_id: UUID, body: HandingOver, session: Transaction, actor: SignedIn
) -> AssignmentView:
    """Ask the holder of a department's post to help. Refusals: `not-in-office`, `not-your-assignment`."""
    found, _ = await views.seen(session, actor, assignment_id)
    chain = await roster.organizations_above(session, found.organization_id)
    post = await post_below(session, body.post_id, chain[-1] if chain else found.organization_id)
    await extensions.ask_for_help(session, assignment_id, by=actor, post=post, words=body.words)
    return await shown(session, assignment_id)


@router.post("/{assignment_id}/helpers/{assisting_id}/answer")
async def help_with_item(
    assignment_id: UUID, assisting_id: UUID, body: Reasoned, session: Transaction, actor: SignedIn
) -> AssignmentView:
    """Say what you found out or did for an item that you were asked to help with."""
    await extensions.help_out(session, assignment_id, assisting_id, by=actor, words=body.words)
    return await shown(session, assignment_id)
