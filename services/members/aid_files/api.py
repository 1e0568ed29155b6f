"""Aid files over HTTP: for posts of the area and the household; what is on notice is public."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.members.aid_files import actions, policy, views
from services.members.aid_files.model import AidFile, AidObjection, AidReason, AidStage, AidStep, DecisionReason
from services.members.divisions.codes import Code
from services.members.households.model import Citizen, Household
from services.members.paging import cut

router = APIRouter(prefix="/aid-files", tags=["建档立卡"], route_class=Route)
notices = APIRouter(prefix="/aid-notices", tags=["建档立卡"], route_class=Route)

EMPTY = "没有符合条件的档案。"
NOTHING_POSTED = "现在没有正在公示的农户。"
HOW_TO_OBJECT = "对公示有异议的，请在公示期内登录后提出，或向乡镇反映；提出人不对外公开。"


class Identification(Input):
    """Which household, and why, as a code."""

    household_id: UUID
    reason: AidReason


class Decision(Input):
    """What is to be decided, and why, as a code."""

    decision: Literal["take_in", "refuse", "let_go", "keep"]
    reason: DecisionReason


class Objecting(Input):
    """What speaks against it."""

    words: Words


class Answering(Input):
    """Whether the objection holds, and why."""

    upheld: bool
    words: Words


class AidFileView(Output):
    """A file as it now stands; local dates."""

    id: UUID
    household_id: UUID
    division_code: str
    stage: AidStage
    stage_zh: str
    reason: AidReason
    reason_zh: str
    identified_on: date
    notice_from: date | None
    notice_to: date | None
    entered_on: date | None
    left_on: date | None


class StepView(Output):
    """One thing that was done."""

    move: str
    stage_zh: str
    by: UUID | None
    confirmed_by: UUID | None
    reason: str | None
    at: datetime


class ObjectionView(Output):
    """An objection with its answer; who made it, posts of the area alone are told."""

    id: UUID
    person_id: UUID | None
    words: str | None
    made_at: datetime
    upheld: bool | None
    answer: str | None
    answered_at: datetime | None


class WholeFileView(Output):
    """A file with its history."""

    file: AidFileView
    steps: list[StepView]
    objections: list[ObjectionView]


class AidFilePage(Output):
    """Files, from new to old."""

    items: list[AidFileView]
    next: str | None
    hint_zh: str | None


class ProposedView(Output):
    """What a second person has to confirm."""

    proposal_id: UUID
    expires_at: datetime


class MadeView(Output):
    """An objection that was taken in."""

    id: UUID
    made_at: datetime


class NoticeView(Output):
    """A household on public notice, with the least that lets others object; local dates, both included."""

    id: UUID
    kind_zh: str
    head_masked: str
    division_code: str
    division_name: str | None
    from_on: date
    to_on: date


class NoticePage(Output):
    """What is on notice, from new to old."""

    items: list[NoticeView]
    next: str | None
    hint_zh: str


@notices.get("")
@public
async def aid_notices(
    session: Transaction,
    division_code: Annotated[Code, Query(description="区划代码，12位：县、乡镇或村")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> NoticePage:
    """The households on public notice in an area today; after the last day they are shown here no longer.

    No reason, no address and no whole name is shown. Raises `WrongCursor`.
    """
    today = local_date(session.now)
    found = await views.posted(session, division_code, today=today, before=place(cursor), most=limit + 1)
    shown, following = cut(found, limit=limit, cursor=lambda one: cursor_after(one.id))
    items = [
        NoticeView(
            id=one.id,
            kind_zh="退出公示" if one.leaving else "纳入公示",
            head_masked=one.head_masked,
            division_code=one.division_code,
            division_name=one.division_name,
            from_on=one.from_on,
            to_on=one.to_on,
        )
        for one in shown
    ]
    return NoticePage(items=items, next=following, hint_zh=HOW_TO_OBJECT if items else NOTHING_POSTED)


@router.post("", status_code=201)
async def identify_household(body: Identification, session: Transaction, actor: SignedIn) -> AidFileView:
    """Begin a household's file; for the village's secretary and the township.

    Refusals: `forbidden`, `no-such-household`, `aid-file-there`.
    """
    return _view(await actions.identify(session, by=actor, household_id=body.household_id, reason=body.reason))


@router.get("")
async def aid_files(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[Code | None, Query(description="某辖区的档案；不填为本户的")] = None,
    stage: Annotated[AidStage | None, Query(description="只看某一环节")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> AidFilePage:
    """The files of an area, for posts that see the whole of it; without an area, those of one's own household.

    Raises `Forbidden`, `WrongCursor`.
    """
    if division_code is None:
        return _page(await _own(session, actor.person_id), None)
    await policy.check_sees_area(session, actor, division_code)
    found = await views.in_area(session, division_code, stage=stage, before=place(cursor), most=limit + 1)
    items, following = cut(list(found), limit=limit, cursor=lambda one: cursor_after(one.id))
    return _page(items, following)


@router.get("/{file_id}")
async def aid_file(file_id: UUID, session: Transaction, actor: SignedIn) -> WholeFileView:
    """One file with everything that was done, for posts of the area and the household itself. Raises `NotFound`."""
    file = await session.get(AidFile, file_id)
    if file is None:
        raise NotFound()
    in_office = await policy.check_may_see(session, actor, file)
    return WholeFileView(
        file=_view(file),
        steps=[_step(one) for one in await views.steps_of(session, file)],
        objections=[_objection(session, one, named=in_office) for one in await views.objections_of(session, file)],
    )


@router.post("/{file_id}/notice")
async def post_aid_notice(file_id: UUID, session: Transaction, actor: SignedIn) -> AidFileView:
    """Post a file for objections for the rule's natural days (`aid.notice`, `aid.exit_notice`).

    Of a file in force it is the notice of its leaving. Refusals: `not-found`, `forbidden`, `not-allowed-now`.
    """
    return _view(await actions.post_notice(session, file_id, by=actor))


@router.post("/{file_id}/objections", status_code=201)
async def object_to_aid(file_id: UUID, body: Objecting, session: Transaction, actor: SignedIn) -> MadeView:
    """Object to what is on notice; for everybody signed in. Refusals: `not-found` where nothing is posted."""
    made = await actions.object_to(session, file_id, by=actor, words=body.words)
    return MadeView(id=made.id, made_at=made.made_at)


@router.post("/objections/{objection_id}/answer")
async def answer_aid_objection(
    objection_id: UUID, body: Answering, session: Transaction, actor: SignedIn
) -> ObjectionView:
    """Answer an objection; for the township, and never whoever identified the household.

    Refusals: `not-found`, `forbidden`, `not-who-identified`, `objection-answered`.
    """
    done = await actions.answer(session, objection_id, by=actor, upheld=body.upheld, words=body.words)
    return _objection(session, done, named=True)


@router.post("/{file_id}/decision")
async def decide_aid(file_id: UUID, body: Decision, session: Transaction, actor: SignedIn) -> ProposedView:
    """Propose a decision; another person of the township or county confirms it under `/proposals`.

    Refusals: `not-found`, `forbidden`, `not-allowed-now`, `objections-open`.
    """
    proposal = await actions.put_forward(session, file_id, by=actor, decision=body.decision, reason=body.reason)
    return ProposedView(proposal_id=proposal.id, expires_at=proposal.expires_at)


async def _own(session: Session, person_id: UUID) -> Sequence[AidFile]:
    citizen = await session.get(Citizen, person_id)
    household = await session.get(Household, citizen.household_id) if citizen else None
    return await views.of_household(session, household) if household else []


def _page(found: Sequence[AidFile], following: str | None) -> AidFilePage:
    return AidFilePage(items=[_view(one) for one in found], next=following, hint_zh=None if found else EMPTY)


def _view(file: AidFile) -> AidFileView:
    return AidFileView(
        id=file.id,
        household_id=file.household_id,
        division_code=file.division_code,
        stage=file.stage,
        stage_zh=file.stage.zh,
        reason=file.reason,
        reason_zh=file.reason.zh,
        identified_on=file.identified_on,
        notice_from=file.notice_from,
        notice_to=file.notice_to,
        entered_on=file.entered_on,
        left_on=file.left_on,
    )


def _step(step: AidStep) -> StepView:
    return StepView(
        move=step.move,
        stage_zh=step.stage.zh,
        by=step.by,
        confirmed_by=step.confirmed_by,
        reason=step.reason,
        at=step.at,
    )


def _objection(session: Session, one: AidObjection, *, named: bool) -> ObjectionView:
    return ObjectionView(
        id=one.id,
        person_id=one.person_id if named else None,
        words=views.words_of(session, one) if named else None,
        made_at=one.made_at,
        upheld=one.upheld,
        answer=views.answer_of(session, one),
        answered_at=one.answered_at,
    )
