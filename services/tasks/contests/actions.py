"""Contesting a grade or a cell, and two persons finding whether it counts."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from contracts.tasks import CellSetAside, GradeSetAside
from services.tasks.attachments.actions import name_evidence
from services.tasks.contests import policy
from services.tasks.contests.model import (
    OF_CELLS,
    Contest,
    ContestedAlready,
    ContestReason,
    ContestStage,
    NothingToContest,
)
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rectifications.actions import load
from services.tasks.rectifications.model import Cause, Rectification
from services.tasks.repeats.model import NotForComplaints
from services.tasks.repeats.policy import areas_of_second
from services.tasks.roster import views as roster
from services.tasks.unit_rectifications.model import UnitRectification

UPHOLD, DISMISS = "contest.uphold", "contest.dismiss"
GOOD_FOR = timedelta(days=7)

OF_GRADE = select(Contest.id).where(col(Contest.rectification_id) == bindparam("rectification"))
OF_CELL = select(Contest.id).where(col(Contest.cell_id) == bindparam("cell"))


async def contest_grade(
    session: Session,
    rectification_id: UUID,
    *,
    by: Actor,
    reason: ContestReason,
    words: str,
    evidence: Sequence[UUID],
) -> Contest:
    """Say that the bad grade behind a rectification is not real; it is put right all the same.

    Raises `NotFound`, `NotForComplaints`, `NothingToContest`, `ContestedAlready`, `EvidenceMissing`,
    `NoSuchAttachment`.
    """
    mending, request = await load(session, rectification_id)
    policy.check_may_contest(by, mending, request)
    if request.about_person_id is not None:
        raise NotForComplaints()
    if mending.cause is not Cause.FOUND_WANTING or reason in OF_CELLS or request.organization_id is None:
        raise NothingToContest()
    if await session.first(OF_GRADE, rectification=mending.id) is not None:
        raise ContestedAlready()
    await name_evidence(session, evidence, request_id=request.id, by=by, required=True)
    made = _contest(
        session,
        by,
        reason,
        words,
        division_code=request.division_code,
        township_code=request.township_code,
        unit_id=request.organization_id,
    )
    made.request_id, made.rectification_id = request.id, mending.id
    made.evidence = [str(one) for one in evidence]
    return made


async def contest_cell(session: Session, cell_id: UUID, *, by: Actor, reason: ContestReason, words: str) -> Contest:
    """Say that a cell below the line does not tell what people think. A single ballot cannot be taken out.

    Raises `NotFound`, `NothingToContest`, `ContestedAlready`.
    """
    mending = await session.get(UnitRectification, cell_id, lock=True)
    if mending is None:
        raise NotFound()
    await policy.check_answers_for_unit(session, by, mending.division_code)
    if reason not in OF_CELLS:
        raise NothingToContest()
    if await session.first(OF_CELL, cell=cell_id) is not None:
        raise ContestedAlready()
    unit = (await roster.in_area(session, mending.division_code))[0]
    made = _contest(
        session,
        by,
        reason,
        words,
        division_code=mending.division_code,
        township_code=mending.township_code,
        unit_id=unit.id,
    )
    made.cell_id = cell_id
    return made


async def propose_decision(session: Session, contest_id: UUID, *, by: Actor, upheld: bool, words: str) -> Proposal:
    """Put forward what is to be found; another person confirms it. Raises `NotFound`, `PartInTheContest`."""
    contest = await session.get(Contest, contest_id)
    if contest is None or contest.stage is not ContestStage.OPEN:
        raise NotFound()
    await policy.check_may_propose(session, by, contest)
    act = session.use(TwoPersons).act(UPHOLD if upheld else DISMISS)
    reason = contest.reason.value
    return propose(session, act, about=contest.id, scope=contest.division_code, reason=reason, words=words, by=by)


async def _uphold(session: Session, proposal: Proposal, second: UUID) -> None:
    contest = await _decided(session, proposal, "uphold", second)
    if contest.cell_id is not None:
        mending = await session.get(UnitRectification, contest.cell_id, lock=True)
        if mending is not None:
            mending.set_aside_at = session.now
        session.publish(
            CellSetAside(cell_id=contest.cell_id, township_code=contest.township_code, set_aside_at=session.now)
        )
    elif contest.request_id is not None and contest.rectification_id is not None:
        of = await session.get(Rectification, contest.rectification_id)
        if of is not None:
            session.publish(GradeSetAside(request_id=contest.request_id, round=of.round, set_aside_at=session.now))


async def _dismiss(session: Session, proposal: Proposal, second: UUID) -> None:
    await _decided(session, proposal, "dismiss", second)


async def _decided(session: Session, proposal: Proposal, move: str, second: UUID) -> Contest:
    contest = await session.get(Contest, proposal.about, lock=True)
    if contest is None:
        raise NotFound()
    await policy.check_took_no_part(session, Actor(second), contest)
    contest.decide(move, first=proposal.proposed_by, second=second, at=session.now)
    tell(session, contest.by, NoticeKind.CONTEST_DECIDED, request_id=contest.request_id, about_id=contest.id)
    return contest


ACTS = (
    Act(
        kind=UPHOLD,
        title_zh="认定评价异议成立，该评价不计入考核",
        good_for=GOOD_FOR,
        areas=areas_of_second,
        carry_out=_uphold,
    ),
    Act(
        kind=DISMISS,
        title_zh="认定评价异议不成立，照常计入",
        good_for=GOOD_FOR,
        areas=areas_of_second,
        carry_out=_dismiss,
    ),
)


def _contest(
    session: Session,
    by: Actor,
    reason: ContestReason,
    words: str,
    *,
    division_code: str,
    township_code: str,
    unit_id: UUID,
) -> Contest:
    contest_id = new_id()
    made = Contest(
        id=contest_id,
        township_code=township_code,
        division_code=division_code,
        unit_id=unit_id,
        request_id=None,
        rectification_id=None,
        cell_id=None,
        reason=reason,
        words=session.use(Vault).seal(words, place=place_of("contest", "words", contest_id)),
        evidence=[],
        stage=ContestStage.OPEN,
        at=session.now,
        by=by.person_id,
        proposed_by=None,
        decided_by=None,
        decided_at=None,
    )
    session.add(made)
    return made
