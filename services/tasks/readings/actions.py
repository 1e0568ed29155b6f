"""Taking note that somebody looked at a case."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.readings.model import CaseReading
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster

TODAY = select(CaseReading.id).where(
    col(CaseReading.request_id) == bindparam("request"),
    col(CaseReading.reader_id) == bindparam("reader"),
    col(CaseReading.read_on) == bindparam("today"),
)


async def note_reading(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Have it kept that the actor looks at somebody else's case, in the transaction that shows it.

    The first look of a day writes a row; every further one only finds it there.
    """
    if actor.person_id == request.requester_id:
        return
    today = local_date(session.now)
    if await session.first(TODAY, request=request.id, reader=actor.person_id, today=today) is not None:
        return
    posts = await roster.posts_of(session, actor.person_id, today=today)
    post = next(
        (post for post in posts if post.organization_id == request.organization_id), posts[0] if posts else None
    )
    session.add(
        CaseReading(
            id=new_id(),
            township_code=request.township_code,
            request_id=request.id,
            reader_id=actor.person_id,
            reader_name=post.name if post else None,
            post_kind=post.kind if post else None,
            organization_id=post.organization_id if post else None,
            read_on=today,
            read_at=session.now,
        )
    )
