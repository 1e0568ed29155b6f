"""Owing a call, holding it back while a case is put right, and having it made by the next level."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from services.tasks.call_backs.model import Reached
from services.tasks.clocks.limits import limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rechecks.model import OPEN, OwedCall, OwedStage
from services.tasks.requests.discipline import head_over
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RuleId, RulePack

LATE = "owed_call"
"""The timer that looks whether a call was made in time."""
PUT_RIGHT = {Stage.RECTIFYING, Stage.DIFFICULT, Stage.APPEALED}
"""While a case is there, the next round is asked about."""

OPEN_OF = (
    select(OwedCall)
    .where(col(OwedCall.request_id) == bindparam("request"), col(OwedCall.stage).in_(OPEN))
    .with_for_update()
)


async def open_call(session: Session, request_id: UUID) -> OwedCall | None:
    """The call that is still owed about a case."""
    found: list[OwedCall] = await session.all(OPEN_OF, request=request_id)
    return found[0] if found else None


async def owe(
    session: Session, request: ServiceRequest, *, for_grade: bool = False, draw_id: UUID | None = None
) -> None:
    """Have the level above the unit ask about a case, once; nobody can be asked who gave no name."""
    if request.anonymous or request.organization_id is None:
        return
    known = await open_call(session, request.id)
    if known is None:
        owner = (await roster.organizations_over(session, request.organization_id))[0]
        known = OwedCall.begin(request, organization_id=owner, for_grade=for_grade, draw_id=draw_id, at=session.now)
        session.add(known)
        if request.stage not in PUT_RIGHT:
            _fall_due(session, request, known)
    else:
        known.for_grade, known.draw_id = known.for_grade or for_grade, known.draw_id or draw_id


async def hold_back(session: Session, request: ServiceRequest) -> None:
    """The case is to be put right first."""
    known = await open_call(session, request.id)
    if known is not None:
        known.hold_back()


async def fall_due(session: Session, request: ServiceRequest) -> None:
    """A new round of judgement has begun: it is the one to ask about."""
    known = await open_call(session, request.id)
    if known is not None:
        _fall_due(session, request, known)


async def take_note(
    session: Session, request: ServiceRequest, *, post: Post, call_back_id: UUID, reached: Reached, attempts: int
) -> None:
    """Somebody tried to ask; it counts if they are of the organisation that owes the call, or above it."""
    known = await open_call(session, request.id)
    if known is None or known.stage is not OwedStage.DUE:
        return
    if post.organization_id not in await roster.organizations_above(session, known.organization_id):
        return
    most = session.use(RulePack).rule(RuleId.CALL_BACK_TRIES, on=local_date(session.now)).value
    if reached is Reached.ANSWERED:
        known.end("answer", call_back_id=call_back_id, at=session.now)
    elif reached is Reached.REFUSED or attempts >= most:
        known.end("give_up", call_back_id=call_back_id, at=session.now)


async def tell_late(owed_id: UUID, session: Session) -> None:
    """The timer: whoever answers above the organisation that owes a call hears that it was not made in time."""
    known = await session.get(OwedCall, owed_id)
    request = await session.get(ServiceRequest, known.request_id) if known else None
    if known is None or request is None or known.stage is not OwedStage.DUE or known.due_at is None:
        return
    if session.now >= known.due_at:
        _, head = await head_over(session, request, known.organization_id, steps=1, today=local_date(session.now))
        if head is not None:
            tell(session, head.person_id, NoticeKind.RECHECK_LATE, request_id=request.id)


def _fall_due(session: Session, request: ServiceRequest, known: OwedCall) -> None:
    amount = session.use(RulePack).rule(RuleId.RECHECK_WITHIN, on=local_date(session.now)).amount
    due_at = limit(amount, session.now, session.use(WorkCalendar)).due_at
    known.fall_due(request.round, due_at=due_at)
    session.remind(LATE, about=known.id, due_at=due_at)
