"""Repeat marks, and what is left out of scores, over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction, public
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.two_persons import Proposal
from chassis.words import DivisionCode, Input, Output, Words
from services.tasks.repeats import actions, exclusions
from services.tasks.repeats.model import ExclusionReason, MarkReason, RepeatMark

router = APIRouter(tags=["重复诉求与考核剔除"], route_class=Route)


class NewMark(Input):
    """Why the case is marked."""

    reason: MarkReason


class Appeal(Input):
    """Why the mark is wrong."""

    words: Words


class Decision(Input):
    """Whether the appeal is right, so that the mark goes."""

    upheld: bool


class LeavingOut(Input):
    """Why the case is to be left out of scores."""

    reason: ExclusionReason
    words: Words


class CountingAgain(Input):
    """Why the case is to count again."""

    words: Words


class MarkView(Output):
    """A mark, for whoever sees the case; it changes nothing about how the case is handled."""

    id: UUID
    request_id: UUID
    reason: str
    reason_zh: str
    at: datetime
    expires_at: datetime
    appealed_at: datetime | None
    appeal: str | None
    decided_at: datetime | None
    says_zh: str


class OneMark(Output):
    """The mark on a case, if there is one."""

    mark: MarkView | None


class DecidedMark(Output):
    """What became of an appeal."""

    request_id: UUID
    removed: bool


class PutForward(Output):
    """What another person has to confirm under `/proposals`."""

    proposal_id: UUID
    expires_at: datetime


class LeftOutView(Output):
    """How many cases of a unit are left out for one reason."""

    division_code: str
    organization: str | None
    reason: str
    reason_zh: str
    count: int


class LeftOutFigures(Output):
    """What is left out of scores in a month of submission (local)."""

    month: str
    division_code: str
    total: int
    items: list[LeftOutView]
    says_zh: str


@router.post("/requests/{request_id}/repeat-mark", status_code=201)
async def mark_repeat(request_id: UUID, body: NewMark, session: Transaction, actor: SignedIn) -> MarkView:
    """Mark a case as saying again what was said before. The citizen is told and may appeal; it goes by itself.

    Refusals: `not-found`, `may-not-mark`, `marked-already`, `not-for-complaints`.
    """
    return _view(session, await actions.mark(session, request_id, by=actor, reason=body.reason))


@router.get("/requests/{request_id}/repeat-mark")
async def show_mark(request_id: UUID, session: Transaction, actor: SignedIn) -> OneMark:
    """The mark on a case, for whoever sees the case, its requester first of all."""
    found = await actions.of(session, request_id, by=actor)
    return OneMark(mark=_view(session, found) if found else None)


@router.post("/repeat-marks/{mark_id}/appeal")
async def appeal_mark(mark_id: UUID, body: Appeal, session: Transaction, actor: SignedIn) -> MarkView:
    """Say why the mark on your case is wrong; somebody else than who set it decides. Refusals: `appealed-already`."""
    return _view(session, await actions.appeal(session, mark_id, by=actor, words=body.words))


@router.post("/repeat-marks/{mark_id}/decision")
async def decide_mark(mark_id: UUID, body: Decision, session: Transaction, actor: SignedIn) -> DecidedMark:
    """Decide about an appeal. Refusals: `somebody-else-decides`, `may-not-mark`, `nothing-to-decide`."""
    request_id = await actions.decide(session, mark_id, by=actor, upheld=body.upheld)
    return DecidedMark(request_id=request_id, removed=body.upheld)


@router.post("/requests/{request_id}/exclusion", status_code=201)
async def propose_exclusion(request_id: UUID, body: LeavingOut, session: Transaction, actor: SignedIn) -> PutForward:
    """Put forward that a case be left out of scores; another person confirms it, and it is counted in public.

    Refusals: `not-found`, `may-not-leave-out`, `not-for-complaints`, `left-out-already`.
    """
    made = await exclusions.propose_exclusion(session, request_id, by=actor, reason=body.reason, words=body.words)
    return _put_forward(made)


@router.post("/requests/{request_id}/inclusion", status_code=201)
async def propose_inclusion(request_id: UUID, body: CountingAgain, session: Transaction, actor: SignedIn) -> PutForward:
    """Put forward that a case count again. Refusals: `not-found`, `may-not-leave-out`, `left-out-already`."""
    return _put_forward(await exclusions.propose_inclusion(session, request_id, by=actor, words=body.words))


@router.get("/exclusions/figures")
@public
async def exclusion_figures(
    session: Transaction,
    division: Annotated[DivisionCode, Query(description="区、乡镇或村（社区）的 12 位区划代码")],
    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="事项提交的月份，如 2026-11")],
) -> LeftOutFigures:
    """How many cases are left out of scores, by unit and reason; for everybody to see."""
    found = await exclusions.figures(session, division, month=date.fromisoformat(f"{month}-01"))
    total = sum(one.count for one in found)
    return LeftOutFigures(
        month=month,
        division_code=division,
        total=total,
        items=[
            LeftOutView(
                division_code=one.division_code,
                organization=one.organization,
                reason=one.reason.value,
                reason_zh=one.reason.title_zh,
                count=one.count,
            )
            for one in found
        ],
        says_zh=f"{month} 提交的事项中有 {total} 件经两人确认不计入考核。" if total else "没有不计入考核的事项。",
    )


def _put_forward(made: Proposal) -> PutForward:
    return PutForward(proposal_id=made.id, expires_at=made.expires_at)


def _view(session: Session, found: RepeatMark) -> MarkView:
    place = place_of("repeat_mark", "appeal", found.id)
    said = "标记不影响办理先后，到期自动消失。"
    if found.decided_at is not None:
        said += "申诉已由另一位工作人员复查。"
    elif found.appealed_at is not None:
        said += "申诉正在由另一位工作人员复查。"
    else:
        said += "不同意的，可以提出申诉。"
    return MarkView(
        id=found.id,
        request_id=found.request_id,
        reason=found.reason.value,
        reason_zh=found.reason.title_zh,
        at=found.at,
        expires_at=found.expires_at,
        appealed_at=found.appealed_at,
        appeal=session.use(Vault).open(found.appeal, place=place) if found.appeal else None,
        decided_at=found.decided_at,
        says_zh=said,
    )
