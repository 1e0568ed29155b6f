"""Telling the result, and taking the answer to «was it solved?», by whichever way it comes."""

from uuid import UUID

from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.outcomes import policy
from services.tasks.outcomes.archiving import rest
from services.tasks.outcomes.model import How, Reply
from services.tasks.rectifications import actions as rectifications
from services.tasks.rectifications.model import Cause
from services.tasks.requests.model import Judgement, ServiceRequest, Solved, Source
from services.tasks.requests.views import load


async def reply(session: Session, request_id: UUID, *, by: Actor, how: How, words: str | None) -> ServiceRequest:
    """Note that the result was told to the person served, by voice or on paper. Raises `NotForYouToTell`."""
    request = await load(session, request_id)
    post = await policy.check_may_reply(session, by, request)
    request.move("reply")
    reply_id = new_id()
    sealed = session.use(Vault).seal(words, place=place_of("reply", "words", reply_id)) if words else None
    session.add(
        Reply(
            id=reply_id,
            request_id=request.id,
            round=request.round,
            how=how,
            words=sealed,
            at=session.now,
            by=by.person_id,
            by_name=post.name,
            post_id=post.id,
        )
    )
    rest(session, request)
    return request


async def take_answer(
    session: Session,
    request: ServiceRequest,
    *,
    solved: Solved,
    round_: int,
    source: Source,
    by: UUID,
    taken_by: UUID | None = None,
) -> None:
    """Keep what the person served says of a round; «no» and «partly» open the case's rectification.

    That holds at any time after it was first handled, and for a case that was judged or put away as well: the
    rectification has a limit of its own, which starts now.
    """
    session.publish(request.judge(by, solved, round_=round_, at=session.now))
    session.add(
        Judgement(
            id=new_id(),
            request_id=request.id,
            round=round_,
            solved=solved,
            at=session.now,
            by=by,
            source=source,
            taken_by=taken_by,
        )
    )
    await clocks.meet(session, ClockKind.CALL_BACK, request_id=request.id)
    if solved is Solved.YES:
        rest(session, request)
    else:
        await rectifications.open_or_join(session, request, cause=Cause.NOT_SOLVED)
