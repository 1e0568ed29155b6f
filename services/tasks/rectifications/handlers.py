"""Taking in that a round was graded badly."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import RatingFoundBad
from services.tasks.rechecks.owing import owe
from services.tasks.rectifications.actions import open_or_join
from services.tasks.rectifications.model import Cause
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import to_move


async def open_for_a_bad_grade(event: RatingFoundBad, session: Session) -> None:
    """A bad grade of the present round opens the case's rectification, or joins the one that «not solved» opened.

    Whatever comes of it, the next level owes the person served a call. For a round that is over there is
    nothing else to do: it was put right already, and a newer round is being judged.
    """
    request = await to_move(session, event.request_id)
    if request is None or event.round > request.round:
        raise NotYetHeard()
    if event.round == request.round and request.stage is not Stage.DIFFICULT:  # there a rectification is open already
        request.find_wanting()
        await open_or_join(session, request, cause=Cause.FOUND_WANTING)
    await owe(session, request, for_grade=True)
