"""Having the person served asked, and keeping what they say."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.call_backs import policy
from services.tasks.call_backs.model import CallBack, Presence, Reached
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.outcomes.actions import take_answer
from services.tasks.outcomes.archiving import rest
from services.tasks.rechecks import owing
from services.tasks.requests.model import ServiceRequest, Solved, Source
from services.tasks.requests.stages import LIFECYCLE
from services.tasks.requests.views import load
from services.tasks.rules.pack import RuleId, RulePack

OF_ROUND = select(CallBack.id).where(
    col(CallBack.request_id) == bindparam("request"), col(CallBack.round) == bindparam("round")
)


class AnswerMissing(Invalid):
    """What the person served said belongs to an answer, and to nothing else; who was there is asked, too."""

    title_zh = (
        "本人已回答的，请选择“已解决、部分解决、未解决”，并问清评价时承办人或村干部在不在场；没有问到的，不要填写。"
    )


async def call_back(
    session: Session,
    request_id: UUID,
    *,
    by: Actor,
    reached: Reached,
    solved: Solved | None,
    round_: int,
    presence: Presence | None,
    words: str | None,
) -> tuple[ServiceRequest, int]:
    """Keep one attempt, and the answer as the requester's own act if they gave one; returns how many attempts so far.

    Raises `NotFound`, `HadAPartInIt`, `NotAtACallBackDesk`, `AnswerMissing`, `RoundOver`, `NotAllowedNow`.
    """
    request = await load(session, request_id)
    post = await policy.check_at_the_desk(session, by, request)
    answered = reached is Reached.ANSWERED
    if (solved is not None, presence is not None) != (answered, answered):
        raise AnswerMissing()
    before = await session.all(OF_ROUND, request=request.id, round=round_)
    if LIFECYCLE.allows("call_back", request.stage):
        request.move("call_back")
    call_id = new_id()
    sealed = session.use(Vault).seal(words, place=place_of("call_back", "words", call_id)) if words else None
    session.add(
        CallBack(
            id=call_id,
            request_id=request.id,
            round=round_,
            reached=reached,
            solved=solved,
            presence=presence,
            words=sealed,
            at=session.now,
            by=by.person_id,
            by_name=post.name,
            post_id=post.id,
        )
    )
    await owing.take_note(session, request, post=post, call_back_id=call_id, reached=reached, attempts=len(before) + 1)
    if solved is not None:
        await take_answer(
            session,
            request,
            solved=solved,
            round_=round_,
            source=Source.CALL_BACK,
            by=request.requester_id,
            taken_by=by.person_id,
        )
    else:
        request.check_open(round_)
        rest(session, request)
        await _perhaps_enough(session, request, attempts=len(before) + 1)
    return request, len(before) + 1


async def _perhaps_enough(session: Session, request: ServiceRequest, *, attempts: int) -> None:
    """After as many attempts as the rule pack asks for, nobody has to try again; that is no answer."""
    if attempts >= session.use(RulePack).rule(RuleId.CALL_BACK_TRIES, on=local_date(session.now)).value:
        await clocks.meet(session, ClockKind.CALL_BACK, request_id=request.id)
