"""Accountability and praise over HTTP, for those above, and for whom it is about."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Words
from services.feedback.accountability import actions, appeals, policy, showing, views
from services.feedback.accountability.model import AccountabilityCase
from services.feedback.accountability.showing import (
    AccountabilityPage,
    AccountabilityView,
    ConsiderationPage,
    ConsiderationView,
    ObjectionView,
    OwnAccountability,
)
from services.feedback.accountability.words import Measure
from services.feedback.grounds.api import Grounds, given

router = APIRouter(tags=["问责与表彰"], route_class=Route)

DocumentNo = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,64}$", description="文号")]


class MeasureProposed(Input):
    """What for whom, on which grounds and why; `consideration_id` where it comes from the desk."""

    organization_id: UUID
    post_id: UUID | None = None
    measure: Measure
    grounds: Grounds
    reason: Words
    consideration_id: UUID | None = None


class AccountabilityWords(Input):
    """What is said: an answer, an appeal, a reason."""

    words: Words


class AccountabilityDecided(Input):
    """What is decided, and the number of its document."""

    words: Words
    document_no: DocumentNo | None = None


class AccountabilityAppealDecided(Input):
    """Whether the decision is quashed, and why."""

    quash: bool
    words: Words


@router.post("/accountability", status_code=201)
async def propose_measure(body: MeasureProposed, session: Transaction, actor: SignedIn) -> AccountabilityView:
    """Propose a measure of accountability or praise, from above; whoever it is about is heard first.

    Refusals: `not-found`, `nobody-above`, `may-not-hold-to-account`, `one-position`, `ground-not-in-record`,
    `already-considered`.
    """
    made = await actions.bring(
        session,
        by=actor,
        organization_id=body.organization_id,
        post_id=body.post_id,
        measure=body.measure,
        grounds=given(body.grounds),
        reason=body.reason,
        consideration_id=body.consideration_id,
    )
    return await showing.whole(session, made, actor)


@router.get("/accountability")
async def accountability(
    session: Transaction,
    actor: SignedIn,
    *,
    over: Annotated[bool, Query(description="包括已撤销、终止和不再追究的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> AccountabilityPage:
    """Cases of the organisations below yours, from new to old."""
    found = await views.below(session, actor, over=over, before=place(cursor), limit=limit)
    return AccountabilityPage(
        items=[await showing.line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else showing.NOTHING_ZH,
    )


@router.get("/accountability/considerations")
async def considerations(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> ConsiderationPage:
    """What those above an organisation are asked to consider; nothing follows from it by itself."""
    found = await views.desk(session, actor, before=place(cursor), limit=limit)
    return ConsiderationPage(
        items=[await showing.considered(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        notice_zh=showing.NOT_AUTOMATIC_ZH,
    )


@router.post("/accountability/considerations/{consideration_id}/setting-aside")
async def set_consideration_aside(
    consideration_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> ConsiderationView:
    """Have nothing follow from it, with a reason. Refusals: `not-found`, `already-considered`."""
    found = await actions.set_aside(session, consideration_id, by=actor, words=body.words)
    return await showing.considered(session, found)


@router.post("/accountability/objections/{objection_id}/answer")
async def answer_objection(
    objection_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> ObjectionView:
    """Answer what somebody has against a praise; before that nothing is decided.

    Refusals: `not-found`, `may-not-hold-to-account`, `answered-already`.
    """
    found = await appeals.answer_objection(session, objection_id, by=actor, words=body.words)
    return showing.objection(session, found, named=True)


@router.get("/accountability/{accountability_id}")
async def accountability_case(accountability_id: UUID, session: Transaction, actor: SignedIn) -> AccountabilityView:
    """A case, for whom it is about and for those above. Refusals: `not-found`."""
    case = await policy.check_may_see(session, actor, await session.get(AccountabilityCase, accountability_id))
    return await showing.whole(session, case, actor)


@router.post("/accountability/{accountability_id}/answer")
async def answer_for_oneself(
    accountability_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> AccountabilityView:
    """Say what you have to say, before anything is decided.

    Refusals: `not-found`, `not-yours-to-answer`, `not-allowed-now`.
    """
    return await showing.whole(
        session, await actions.answer(session, accountability_id, by=actor, words=body.words), actor
    )


@router.post("/accountability/{accountability_id}/decision")
async def decide_measure(
    accountability_id: UUID, body: AccountabilityDecided, session: Transaction, actor: SignedIn
) -> AccountabilityView:
    """Decide, once whoever it is about was heard; a graver measure is in force when a second person confirms it.

    Refusals: `not-found`, `may-not-hold-to-account`, `not-heard-yet`, `objection-unanswered`, `not-allowed-now`.
    """
    case = await actions.decide(session, accountability_id, by=actor, words=body.words, document_no=body.document_no)
    return await showing.whole(session, case, actor)


@router.post("/accountability/{accountability_id}/dropping")
async def drop_measure(
    accountability_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> AccountabilityView:
    """Have nothing follow, with a reason. Refusals: `not-found`, `may-not-hold-to-account`, `not-allowed-now`."""
    return await showing.whole(
        session, await actions.drop(session, accountability_id, by=actor, words=body.words), actor
    )


@router.post("/accountability/{accountability_id}/appeal")
async def appeal_against_measure(
    accountability_id: UUID, body: AccountabilityWords, session: Transaction, actor: SignedIn
) -> AccountabilityView:
    """Appeal against the decision about you or your organisation; somebody else decides, one level higher.

    Refusals: `not-found`, `not-yours-to-answer`, `appeal-too-late`, `not-allowed-now`.
    """
    return await showing.whole(
        session, await appeals.appeal(session, accountability_id, by=actor, words=body.words), actor
    )


@router.post("/accountability/{accountability_id}/appeal-decision")
async def decide_appeal_against_measure(
    accountability_id: UUID, body: AccountabilityAppealDecided, session: Transaction, actor: SignedIn
) -> AccountabilityView:
    """Quash the decision or let it stand, as somebody who had no part in it.

    Refusals: `not-found`, `may-not-hold-to-account`, `decides-again`, `not-allowed-now`.
    """
    case = await appeals.decide(session, accountability_id, by=actor, quash=body.quash, words=body.words)
    return await showing.whole(session, case, actor)


@router.get("/me/accountability")
async def own_accountability(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> OwnAccountability:
    """What is about you or the organisation whose secretary you are, and your objections to praises of others."""
    found = await views.about_me(session, actor, before=place(cursor), limit=limit)
    objections = [] if cursor else await views.own_objections(session, actor)
    return OwnAccountability(
        items=[await showing.line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        objections=[showing.objection(session, one, named=True) for one in objections],
        hint_zh=None if found or objections or cursor else showing.NOTHING_ZH,
    )
