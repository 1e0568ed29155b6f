"""What this service itself told of a case, retold to the public in words of the rules alone."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.members import PersonErased
from contracts.tasks import (
    RectificationOpened,
    RectificationVerified,
    RequestAccepted,
    RequestDispatched,
    RequestExtended,
    RequestHandled,
    RequestJudged,
    RequestMerged,
    RequestParted,
    RequestPaused,
    RequestResumed,
    RequestReturned,
)
from services.tasks.publications.actions import take_step
from services.tasks.publications.model import Publication, ReleasedFile, Step, Supplement
from services.tasks.requests.model import ServiceRequest

OWN = (
    select(Publication)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Publication.request_id))
    .where(col(ServiceRequest.requester_id) == bindparam("person"))
    .with_for_update(of=Publication)
)
FILES = (
    select(ReleasedFile)
    .join(ServiceRequest, col(ServiceRequest.id) == col(ReleasedFile.request_id))
    .where(col(ServiceRequest.requester_id) == bindparam("person"))
)
ADDED = (
    select(Supplement)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Supplement.request_id))
    .where(col(ServiceRequest.requester_id) == bindparam("person"))
    .with_for_update(of=Supplement)
)


async def tell_of_dispatch(event: RequestDispatched, session: Session) -> None:
    """It was given to somebody."""
    await take_step(session, event.request_id, Step.DISPATCHED, at=event.dispatched_at)


async def tell_of_return(event: RequestReturned, session: Session) -> None:
    """It came back."""
    await take_step(session, event.request_id, Step.RETURNED, at=event.returned_at)


async def tell_of_signature(event: RequestAccepted, session: Session) -> None:
    """Somebody signed for it."""
    await take_step(session, event.request_id, Step.SIGNED, at=event.accepted_at)


async def tell_of_pause(event: RequestPaused, session: Session) -> None:
    """It waits; for what is said to whoever holds its code, and not here: it may say something of who asked."""
    await take_step(session, event.request_id, Step.PAUSED, at=event.paused_at)


async def tell_of_resuming(event: RequestResumed, session: Session) -> None:
    """It goes on."""
    await take_step(session, event.request_id, Step.RESUMED, at=event.resumed_at)


async def tell_of_extension(event: RequestExtended, session: Session) -> None:
    """It has more time."""
    await take_step(session, event.request_id, Step.EXTENDED, at=event.extended_at)


async def tell_of_merge(event: RequestMerged, session: Session) -> None:
    """It is done together with another, which is not named."""
    await take_step(session, event.request_id, Step.MERGED, at=event.merged_at)


async def tell_of_parting(event: RequestParted, session: Session) -> None:
    """It is done by itself again."""
    await take_step(session, event.request_id, Step.PARTED, at=event.parted_at)


async def tell_of_completion(event: RequestHandled, session: Session) -> None:
    """It was reported done. A later round was told of by its verification."""
    if event.round == 1:
        await take_step(session, event.request_id, Step.HANDLED, at=event.handled_at)


async def tell_of_judgement(event: RequestJudged, session: Session) -> None:
    """The person served said whether it was solved."""
    step = Step.SOLVED if event.solved == "yes" else Step.UNSOLVED
    await take_step(session, event.request_id, step, at=event.judged_at)


async def tell_of_rectification(event: RectificationOpened, session: Session) -> None:
    """It is to be put right; that a grade and not an answer opened this is nobody's to know."""
    await take_step(session, event.request_id, Step.RECTIFYING, at=event.opened_at)


async def tell_of_verification(event: RectificationVerified, session: Session) -> None:
    """It was put right."""
    await take_step(session, event.request_id, Step.RECTIFIED, at=event.verified_at)


async def take_back_what_was_published(event: PersonErased, session: Session) -> None:
    """Of the cases of an erased person the public is shown nothing any more."""
    for published in await session.all(OWN, person=event.person_id):
        published.words, published.withheld, published.files = None, True, 0
    for file in await session.all(FILES, person=event.person_id):
        session.delete(file)
    for added in await session.all(ADDED, person=event.person_id):
        added.said, added.public_words = b"", None
