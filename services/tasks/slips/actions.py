"""Printing a slip, and taking the answer that comes back by its code."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotAllowedNow, NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.call_backs.policy import check_at_the_desk
from services.tasks.clocks.limits import limit
from services.tasks.outcomes.actions import take_answer
from services.tasks.requests.model import ServiceRequest, Solved, Source
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import load
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.slips import codes
from services.tasks.slips.model import Slip

TO_BE_JUDGED = {Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK}

OPEN = (
    select(Slip)
    .where(col(Slip.request_id) == bindparam("request"), col(Slip.used_at).is_(None), col(Slip.void_at).is_(None))
    .with_for_update()
)
BY_CODE = select(Slip).where(col(Slip.code_index) == bindparam("code"))


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip as it is printed, with the code that is never shown again."""

    slip: Slip
    code: str


async def print_slip(session: Session, request_id: UUID, *, by: Actor) -> Printed:
    """Print a slip for the present round; one that was printed before is void from now on.

    Raises `NotFound`, `HadAPartInIt`, `NotAtACallBackDesk`, `NotAllowedNow`.
    """
    request = await load(session, request_id)
    post = await check_at_the_desk(session, by, request)
    if request.stage not in TO_BE_JUDGED:
        raise NotAllowedNow(move="print_slip", stage=request.stage.value)
    for earlier in await session.all(OPEN, request=request.id):
        earlier.void_at = session.now
    code = codes.new_code()
    good_for = session.use(RulePack).rule(RuleId.SLIP, on=local_date(session.now)).amount
    slip = Slip(
        id=new_id(),
        request_id=request.id,
        round=request.round,
        code_index=_index(session, code),
        printed_at=session.now,
        printed_by=by.person_id,
        post_id=post.id,
        expires_at=limit(good_for, session.now, session.use(WorkCalendar)).due_at,
        void_at=None,
        used_at=None,
        solved=None,
    )
    session.add(slip)
    return Printed(slip, code)


async def answer(session: Session, code: str, *, solved: Solved) -> ServiceRequest:
    """Take what the person served says by the code of their slip. Raises `NotFound`, `SlipUsed`, `SlipOver`."""
    found = await session.first(BY_CODE, code=_index(session, code))
    if found is None:
        raise NotFound()
    request = await load(session, found.request_id)
    slip = await session.get(Slip, found.id, lock=True)
    if slip is None:
        raise NotFound()
    if slip.use(solved, round_=request.round, at=session.now):
        await take_answer(
            session,
            request,
            solved=solved,
            round_=slip.round,
            source=Source.SLIP,
            by=request.requester_id,
            taken_by=None,
        )
        audit.record(session, actor_id=None, action="answer_by_slip", about=str(request.id), reason="slip_code")
    return request


def _index(session: Session, code: str) -> bytes:
    return session.use(Vault).index(codes.plain(code), place="slip.code")
