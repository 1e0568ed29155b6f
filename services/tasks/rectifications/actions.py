"""Opening a rectification, doing it, and having it verified by somebody else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.call_backs.due import ask_by_voice
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.dispatches import chair
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.outcomes.archiving import rest
from services.tasks.rechecks import owing
from services.tasks.rectifications import grounds, lifting, policy
from services.tasks.rectifications.model import Cause, Ground, Rectification, RectificationStage
from services.tasks.requests.discipline import head_over
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import to_move
from services.tasks.roster.duty import Duty
from services.tasks.rules.pack import RuleId, RulePack

OF_ROUND = select(Rectification).where(
    col(Rectification.request_id) == bindparam("request"), col(Rectification.round) == bindparam("round")
)
BEFORE = (
    columns(func.count(), func.count(col(Rectification.lifted_at)))
    .select_from(Rectification)
    .where(col(Rectification.request_id) == bindparam("request"))
)
"""How many there were in a case, and how many of them were late and went up."""


async def open_or_join(session: Session, request: ServiceRequest, *, cause: Cause) -> Rectification:
    """Open the rectification of the present round, or join the one that is open.

    The first belongs to the organisation that handled the case; after as many as the rule pack allows one
    organisation, the next one up owns it; one that was late counts twice. No finish clock restarts; a rectify clock
    starts.
    """
    known = await session.first(OF_ROUND, request=request.id, round=request.round)
    if known is not None:
        return known
    if request.organization_id is None:
        raise TypeError("a case that nobody handled cannot be found wanting")
    today = local_date(session.now)
    pack = session.use(RulePack)
    ((before, late),) = await session.all(BEFORE, request=request.id)
    steps = (before + late) // pack.rule(RuleId.RECTIFY_ROUNDS, on=today).value
    owner, head = await head_over(session, request, request.organization_id, steps=steps, today=today)
    clock = clocks.start(
        session,
        ClockKind.RECTIFY,
        request_id=request.id,
        turn=request.round,
        amount=pack.rule(RuleId.RECTIFY, on=today).amount,
        rule=RuleId.RECTIFY.value,
    )
    mending = Rectification(
        id=new_id(),
        request_id=request.id,
        round=request.round,
        cause=cause,
        stage=RectificationStage.OPENED,
        organization_id=owner,
        responsible_id=head.person_id if head else None,
        responsible_name=head.name if head else None,
        opened_at=session.now,
        due_at=clock.due_at,
        plan=None,
        planned_at=None,
        note=None,
        done_at=None,
        acted_by=None,
        acted_by_name=None,
        verified_by=None,
        verified_at=None,
        ground=None,
        evidence=None,
        leave_asked_at=None,
        leave_granted=None,
        leave_by=None,
        leave_at=None,
        lifted_at=None,
        lifted_from=None,
        lifted_from_name=None,
    )
    session.add(mending)
    session.publish(mending.opened())
    await owing.hold_back(session, request)
    request.archive_at = request.archived_at = None
    request.working_person_id = mending.responsible_id
    request.working_organization_id = owner
    if head is not None:
        tell(session, head.person_id, NoticeKind.RECTIFY, request_id=request.id)
    if before + 1 >= pack.rule(RuleId.REDONE, on=today).value:
        await _find_difficult(session, request)
    return mending


async def _find_difficult(session: Session, request: ServiceRequest) -> None:
    """It was redone so often that it is a difficult one: the chair of the area is told, its owner goes on (C6)."""
    request.move("find_difficult")
    decides = await chair.chair_of(session, request)
    if decides is not None and decides.duty is not None:
        tell(session, decides.duty.post.person_id, NoticeKind.REDONE, request_id=request.id)
    elif request.about_person_id is None and not request.for_discipline:
        await chair.tell_the_county(session, request, NoticeKind.REDONE)


async def plan(session: Session, rectification_id: UUID, *, by: Actor, words: str, ground: Ground) -> Rectification:
    """Say on what ground and how it will be put right; the running limit follows the ground."""
    mending, request = await load(session, rectification_id)
    acting = await policy.check_may_see(session, by, mending, request)
    named = mending.ground
    mending.make_plan(
        by.person_id, _seal(session, mending, "plan", words), ground, at=session.now, acting_name=_name_of(acting)
    )
    if ground is not named:
        await grounds.follow(session, mending, request, by=by.person_id)
    return mending


async def report(
    session: Session, rectification_id: UUID, *, by: Actor, words: str, evidence: Sequence[UUID]
) -> Rectification:
    """Say that it is put right, prove it, and have those above asked to verify.

    Raises `NotResponsible`, `NotAllowedNow`, `EvidenceMissing`, `NoSuchAttachment`.
    """
    mending, request = await load(session, rectification_id)
    acting = await policy.check_may_see(session, by, mending, request)
    mending.report(
        by.person_id,
        _seal(session, mending, "note", words),
        [str(one) for one in evidence],
        at=session.now,
        acting_name=_name_of(acting),
    )
    await name_evidence(session, evidence, request_id=request.id, by=by, required=True)
    _, verifier = await head_over(session, request, mending.organization_id, steps=1, today=local_date(session.now))
    if verifier is not None and verifier.person_id not in {
        mending.responsible_id,
        mending.lifted_from,
        request.handler_id,
    }:
        tell(session, verifier.person_id, NoticeKind.VERIFY, request_id=request.id)
    return mending


async def decide_leave(session: Session, rectification_id: UUID, *, by: Actor, granted: bool) -> Rectification:
    """Let a rectification take as long as its ground is given, or have it keep the limit that runs.

    Raises `NotFound`, `VerifierInvolved`, `NoLeaveAsked`, `LimitOverAlready`.
    """
    mending, request = await load(session, rectification_id)
    await policy.check_may_verify(session, by, mending, request)
    mending.decide_leave(by.person_id, handler_id=request.handler_id, granted=granted, at=session.now)
    if granted:
        await grounds.give_longer(session, mending, request, by=by.person_id)
    if mending.responsible_id is not None:
        kind = NoticeKind.RECTIFY_LONGER if granted else NoticeKind.RECTIFY_NO_LONGER
        tell(session, mending.responsible_id, kind, request_id=request.id)
    return mending


async def verify(session: Session, rectification_id: UUID, *, by: Actor, put_right: bool) -> Rectification:
    """Find it put right, so that a new round of judgement begins, or give it back."""
    mending, request = await load(session, rectification_id)
    await policy.check_may_verify(session, by, mending, request)
    if not put_right:
        mending.give_back(by.person_id, handler_id=request.handler_id)
        await lifting.lift_what_is_late(session, mending, request)
        return mending
    fact = mending.verify(by.person_id, handler_id=request.handler_id, at=session.now)
    await clocks.meet(session, ClockKind.RECTIFY, request_id=request.id, at=mending.done_at)
    session.publish(fact)
    request.begin_new_round()
    session.publish(request.ask_again(at=session.now))
    tell(session, request.requester_id, NoticeKind.ANSWERED, request_id=request.id)
    rest(session, request)
    ask_by_voice(session, request)
    await owing.fall_due(session, request)
    return mending


async def load(session: Session, rectification_id: UUID) -> tuple[Rectification, ServiceRequest]:
    """The rectification and its case, both locked, the case first as everywhere. Raises `NotFound`."""
    seen = await session.get(Rectification, rectification_id)
    if seen is None:
        raise NotFound()
    request = await to_move(session, seen.request_id)
    mending = await session.get(Rectification, rectification_id, lock=True)
    if request is None or mending is None:
        raise NotFound()
    return mending, request


def _name_of(acting: Duty | None) -> str | None:
    return acting.post.name if acting else None


def _seal(session: Session, mending: Rectification, column: str, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("rectification", column, mending.id))
