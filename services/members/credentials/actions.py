"""Drawing a credential; the list of each day; and what goes once a cell's credentials are all given out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.blind_signatures import BlindKey
from chassis.clock import local_date, midnight
from chassis.divisions import span_of, township_of
from chassis.identity import Actor
from chassis.plans import table_of
from chassis.problems import Conflict, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import AlreadyThere, Session
from services.members.accounts.keys import Signer
from services.members.credentials import policy
from services.members.credentials.model import A_DAY, CellKey, CredentialDrawn, Drawing, KeyList, Participation
from services.members.credentials.signing import BlindSigner

KEYS_OF_THE_DAY = "credentials.keys_of_the_day"
DRAWS_OVER = "credentials.draws_over"
LIST_AUDIENCE = "ballot-keys"

OPEN = select(CellKey).where(
    col(CellKey.closes_on) >= bindparam("today"), col(CellKey.listed_on) <= bindparam("today")
).order_by(col(CellKey.id))  # fmt: skip
NEWEST_LIST = select(KeyList).order_by(col(KeyList.day).desc()).limit(1)
OF_PERSON = select(Drawing).where(col(Drawing.person_id) == bindparam("person"))
OF_CELL = select(Drawing.id).where(col(Drawing.cell_id) == bindparam("cell"))
PARTS = select(Participation).where(
    col(Participation.township_code).between(bindparam("first_township"), bindparam("last_township")),
    col(Participation.division_code).between(bindparam("first"), bindparam("last")),
    col(Participation.since).between(bindparam("since"), bindparam("until")),
)
STILL_DRAWING = select(CellKey).where(col(CellKey.draws_until) >= bindparam("today"))
PARTS_OF_PERSON = select(Participation).where(col(Participation.person_id) == bindparam("person")).with_for_update()


class KeyNotListed(Conflict):
    """The key of this cell stands in no list yet, so nobody can see that it is one for all."""

    title_zh = "这个测评单元的公钥要到次日零点才公布，请于公布后再领取。"


def key_place(cell_id: UUID) -> str:
    """Where the private half of a cell's key is sealed."""
    return place_of("cell_key", "private_key", cell_id)


async def draw(session: Session, cell_id: UUID, blinded: bytes, *, by: Actor) -> bytes:
    """The blind signature of what a person blinded; the same once more is answered once more.

    Raises `NotFound`, `DrawingOver`, `KeyNotListed`, `BlindedMessageUnfit`, `CredentialDrawn`, `SigningAway`.
    """
    cell = await session.get(CellKey, cell_id)
    if cell is None:
        raise NotFound()
    sealed = cell.check_draws(on=local_date(session.now))
    await policy.check_may_draw(session, cell, by.person_id)
    newest = await session.first(NEWEST_LIST)
    if newest is None or newest.day < cell.listed_on:
        raise KeyNotListed(listed_on=cell.listed_on.isoformat())
    vault = session.use(Vault)
    digest = vault.digest(blinded, place=place_of("drawing", "blinded", cell_id))
    known = [one for one in await session.all(OF_PERSON, person=by.person_id) if one.cell_id == cell_id]
    if any(one.blinded != digest for one in known):
        raise CredentialDrawn()
    key = BlindKey.of(vault.open_bytes(sealed, place=key_place(cell_id)))
    signature = await session.use(BlindSigner).sign(key, blinded)
    if not known:
        drawing = Drawing(
            id=uuid4(),
            township_code=cell.township_code,
            cell_id=cell_id,
            person_id=by.person_id,
            blinded=digest,
        )
        session.add(drawing)
        try:
            await session.flush()
        except AlreadyThere as there:  # another one was drawn at this very moment
            raise CredentialDrawn() from there
    return signature


async def list_keys(about: UUID, session: Session) -> None:
    """Make the list of this day, once, and have the next day's made as long as a cell is open."""
    del about  # the cell for whose sake the timer was set; the list holds every cell
    today = local_date(session.now)
    if await session.get(KeyList, today) is not None:
        return
    cells = await session.all(OPEN, today=today)
    if not cells:
        return
    said = {
        "iss": "members",
        "aud": LIST_AUDIENCE,
        "day": today.isoformat(),
        "keys": [
            {
                "cell_id": str(cell.id),
                "survey_id": None if cell.survey_id is None else str(cell.survey_id),
                "division_code": cell.division_code,
                "draws_until": cell.draws_until.isoformat(),
                "closes_on": cell.closes_on.isoformat(),
                "public_key": cell.public_key,
            }
            for cell in cells
        ],
    }
    signed = await session.use(Signer).statement(session, said, kind=LIST_AUDIENCE)
    session.add(KeyList(day=today, signed=signed, digest=sha256(signed.encode()).hexdigest()))
    session.remind(KEYS_OF_THE_DAY, about=cells[0].id, due_at=midnight(today + A_DAY))


async def end_drawing(about: UUID, session: Session) -> None:
    """No credential of a cell is given out any more: destroy its private key and forget who was entitled and drew.

    Of a part of a survey it is told how many there are.
    """
    cell = await session.get(CellKey, about, lock=True)
    if cell is None or cell.private_key is None:
        return
    drawn = await session.all(OF_CELL, cell=about)
    session.erase(table_of(Drawing), *drawn)
    told = cell.end_drawing(len(drawn))
    if told is not None:
        session.publish(told)
    elif cell.served_from is not None and cell.served_to is not None:
        await _forget_parts(session, cell, since=cell.served_from, until=cell.served_to)


async def _forget_parts(session: Session, cell: CellKey, *, since: date, until: date) -> None:
    """Take away what entitled to credentials of a cell, and to none that is still given out."""
    today = local_date(session.now)
    others = [one for one in await session.all(STILL_DRAWING, today=today) if one.id != cell.id]
    first, last = span_of(cell.division_code)
    parts = await session.all(
        PARTS,
        first=first,
        last=last,
        first_township=township_of(first),
        last_township=township_of(last),
        since=midnight(since),
        until=midnight(until),
    )
    over = [one.id for one in parts if cell.covers(one) and not any(other.covers(one) for other in others)]
    session.erase(table_of(Participation), *over)


async def hand_over(session: Session, account_id: UUID, *, person_id: UUID) -> None:
    """What an account was served in is the person's, now that it is known whose it is."""
    for one in await session.all(PARTS_OF_PERSON, person=account_id):
        one.person_id = person_id


async def forget(session: Session, person_id: UUID) -> None:
    """Take away what a person had a part in and which credentials they drew: they are erased."""
    for one in await session.all(PARTS_OF_PERSON, person=person_id):
        session.delete(one)
    for drawing in await session.all(OF_PERSON, person=person_id):
        session.delete(drawing)


async def list_of(session: Session, day: date | None) -> KeyList:
    """The list of a day, or the newest one. Raises `NotFound`."""
    if day is None:
        found = await session.first(NEWEST_LIST)
    else:
        found = await session.get(KeyList, day)
    if found is None:
        raise NotFound()
    return found


def in_text(content: bytes) -> str:
    """Base64url without padding (RFC 4648, 5)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """What stands in base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
