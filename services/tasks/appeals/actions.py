"""Appealing against an outcome, and deciding."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.appeals import policy
from services.tasks.appeals.model import Appeal, AppealStage
from services.tasks.call_backs.policy import had_a_part
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.outcomes.archiving import rest
from services.tasks.rechecks import owing
from services.tasks.rectifications import actions as rectifications
from services.tasks.rectifications.model import Cause
from services.tasks.requests.discipline import head_over
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import load, to_move
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RuleId, RulePack

BEFORE = select(Appeal.id).where(col(Appeal.request_id) == bindparam("request"))


class AppealsOver(Conflict):
    """The outcome was looked at again as often as the rules provide; a petition office is the next way."""

    title_zh = "对此事的复查次数已满；仍不同意的，可以依法向上一级人民政府信访部门提出。"


async def appeal(session: Session, request_id: UUID, *, by: Actor, words: str) -> Appeal:
    """Ask for the outcome to be looked at again, each time one level further up.

    Raises `NotFound` for all but the requester, `NotAllowedNow`, `AppealsOver`.
    """
    request = await load(session, request_id)
    await check_may_see(session, by, request)
    if by.person_id != request.requester_id or request.organization_id is None:
        raise NotFound()
    today, pack = local_date(session.now), session.use(RulePack)
    before = len(await session.all(BEFORE, request=request.id))
    if before >= pack.rule(RuleId.APPEALS, on=today).value:
        raise AppealsOver()
    request.move("appeal")
    owner, head = await _who_decides(session, request, request.organization_id, level=before + 1)
    clock = clocks.start(
        session,
        ClockKind.APPEAL,
        request_id=request.id,
        turn=before + 1,
        amount=pack.rule(RuleId.APPEAL, on=today).amount,
        rule=RuleId.APPEAL.value,
    )
    appeal_id = new_id()
    made = Appeal(
        id=appeal_id,
        request_id=request.id,
        round=request.round,
        words=_seal(session, appeal_id, "words", words),
        stage=AppealStage.OPEN,
        organization_id=owner,
        decider_id=head.person_id if head else None,
        decider_name=head.name if head else None,
        at=session.now,
        due_at=clock.due_at,
        decided_by=None,
        decided_by_name=None,
        decided_at=None,
        reason=None,
    )
    session.add(made)
    await owing.hold_back(session, request)
    request.archive_at = request.archived_at = None
    request.working_person_id, request.working_organization_id = made.decider_id, owner
    await clocks.meet(session, ClockKind.CALL_BACK, request_id=request.id)
    if head is not None:
        tell(session, head.person_id, NoticeKind.APPEALED, request_id=request.id)
    return made


async def decide(session: Session, appeal_id: UUID, *, by: Actor, upheld: bool, words: str) -> Appeal:
    """Find that the person served is right, which has it put right, or keep the outcome, with the reason.

    Raises `NotFound`, `DecidesOwnCase`, `NotAllowedNow`.
    """
    seen = await session.get(Appeal, appeal_id)
    request = await to_move(session, seen.request_id) if seen else None
    made = await session.get(Appeal, appeal_id, lock=True)
    if request is None or made is None:
        raise NotFound()
    post = await policy.check_may_decide(session, by, made, request)
    made.decide(
        upheld=upheld,
        by=by.person_id,
        name=post.name,
        reason=_seal(session, made.id, "reason", words),
        at=session.now,
    )
    await clocks.meet(session, ClockKind.APPEAL, request_id=request.id)
    if upheld:
        request.find_wanting()
        await rectifications.open_or_join(session, request, cause=Cause.APPEAL_UPHELD)
    else:
        request.move("dismiss")
        request.working_person_id, request.working_organization_id = None, request.organization_id
        rest(session, request)
        await owing.fall_due(session, request)
    tell(session, request.requester_id, NoticeKind.APPEAL_DECIDED, request_id=request.id)
    return made


async def _who_decides(
    session: Session, request: ServiceRequest, organization_id: UUID, *, level: int
) -> tuple[UUID, Post | None]:
    """The organisation so many levels above the one that had the case, and who there or above it had no part in it."""
    today = local_date(session.now)
    part = await had_a_part(session, request)
    chain = await roster.organizations_above(session, organization_id)
    owner, head = await head_over(session, request, organization_id, steps=level, today=today)
    for steps in range(level, max(len(chain), level + 1)):
        _, head = await head_over(session, request, organization_id, steps=steps, today=today)
        if head is not None and head.person_id not in part:
            return owner, head
    return owner, None


def _seal(session: Session, appeal_id: UUID, column: str, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("appeal", column, appeal_id))
