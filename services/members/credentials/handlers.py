"""Taking in which cells were opened, what requests are about, and who was served by whom."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.divisions import township_of
from chassis.secrecy import Vault
from chassis.session import Session
from contracts.feedback import CellOpened
from contracts.tasks import RequestHandled, RequestSubmitted
from services.members.credentials.actions import DRAWS_OVER, KEYS_OF_THE_DAY, in_text, key_place
from services.members.credentials.model import A_DAY, CellKey, Part, Participation, RequestPlace
from services.members.credentials.signing import BlindSigner
from services.members.unmaskings.protected import lies_with_discipline
from services.members.wechat.model import WeChatAccount

OF_THE_DAY = select(Participation).where(
    col(Participation.person_id) == bindparam("person"), col(Participation.since) == bindparam("since")
)


async def make_cell_key(event: CellOpened, session: Session) -> None:
    """Make the one key of a cell, and tell the ballot box of it."""
    if await session.get(CellKey, event.cell_id) is not None:
        return
    private, public = await session.use(BlindSigner).new_key()
    sealed = session.use(Vault).seal_bytes(private, place=key_place(event.cell_id))
    today = local_date(session.now)
    made = CellKey.begin(event, public_key=in_text(public), private_key=sealed, today=today)
    session.add(made)
    session.publish(made.published())
    session.remind(KEYS_OF_THE_DAY, about=made.id, due_at=midnight(made.listed_on))
    session.remind(DRAWS_OVER, about=made.id, due_at=midnight(made.draws_until + A_DAY))


async def note_place(event: RequestSubmitted, session: Session) -> None:
    """Keep what a request is about, for when it was done; nothing of what lies with discipline supervision."""
    if event.discipline or await session.get(RequestPlace, event.request_id) is not None:
        return
    place = RequestPlace(
        id=event.request_id,
        township_code=township_of(event.division_code),
        division_code=event.division_code,
        item_code=event.item_code,
    )
    session.add(place)


async def note_parts(event: RequestHandled, session: Session) -> None:
    """Keep that somebody was served, and that somebody handled it, there on that day; not in which request.

    Of a request from before this service heard of requests, and of discipline supervision's, nothing is kept.
    """
    place = await session.get(RequestPlace, event.request_id)
    if place is None or await lies_with_discipline(session, event.request_id):
        return
    account = await session.get(WeChatAccount, event.requester_id)
    served = account.person_id if account is not None and account.person_id is not None else event.requester_id
    await _note(session, served, Part.SERVED, place=place, event=event)
    await _note(session, event.handler_id, Part.HANDLER, place=place, event=event)


async def _note(session: Session, person_id: UUID, part: Part, *, place: RequestPlace, event: RequestHandled) -> None:
    one = Participation.begin(person_id, part, place=place, at=event.handled_at)
    known = await session.all(OF_THE_DAY, person=person_id, since=one.since)
    if all(one.model_dump(exclude={"id"}) != other.model_dump(exclude={"id"}) for other in known):
        session.add(one)
