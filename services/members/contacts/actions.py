"""Looking a number up, and taking in somebody who stands in no register; the same number gives the same contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.clock import real_now
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import StillRunning
from chassis.secrecy import Vault
from chassis.session import AlreadyThere, Session
from chassis.tables import new_id
from chassis.two_persons import Span
from services.members.contacts import policy
from services.members.contacts.known import Known, known_as
from services.members.contacts.model import EMAIL_INDEX, Contact, NoWayBack
from services.members.contacts.views import Part, contact_to_change, persons_with_number, persons_with_phone, place
from services.members.persons import PHONE_INDEX, PersonKey, new_salt


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a number that was looked up; their name in the caller's own area alone."""

    person_id: UUID
    known: Known | None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of themselves."""

    phone: str | None
    email: str | None
    name: str | None
    address: str | None


async def find(session: Session, *, by: Actor, phone: str | None, citizen_number: str | None) -> list[Caller]:
    """Who has a telephone number, or a citizen number. Raises `Forbidden`."""
    areas = await policy.areas_taken_in_for(session, by)
    if phone is not None:
        found = await persons_with_phone(session, phone)
    else:
        found = await persons_with_number(session, citizen_number or "")
    return [Caller(one, await _within(session, one, areas)) for one in found]


async def take_in(beside: Sessions, said: Said, *, division_code: str, by: Actor, traceparent: str | None) -> UUID:
    """The contact with this number or address, made if there is none; gives its person id.

    In a transaction of its own: of two that come at one moment the second finds what the first made. What is known
    already is kept, whatever is said now: a number is no proof of a name. Raises `NoWayBack`, `Forbidden`,
    `NotYourArea`.
    """
    if said.phone is None and said.email is None:
        raise NoWayBack()
    for _ in range(3):
        try:
            async with beside(traceparent) as session:
                if not policy.lies_in(division_code, await policy.areas_taken_in_for(session, by)):
                    raise policy.NotYourArea()
                return await _find_or_make(session, said, division_code=division_code)
        except AlreadyThere:  # somebody took the same caller in at this very moment
            continue
    raise StillRunning()


async def _find_or_make(session: Session, said: Said, *, division_code: str) -> UUID:
    contact = await contact_to_change(session, phone=said.phone, email=said.email)
    if contact is None:
        contact = Contact(
            id=new_id(),
            township_code=township_of(division_code),
            division_code=division_code,
            heard_in=[division_code],
            name=None,
            phone=None,
            phone_index=None,
            email=None,
            email_index=None,
            address=None,
            heard_at=real_now(),
        )
        session.add(contact, PersonKey(id=contact.id, salt=new_salt()))
        await session.flush()
    contact.heard_at = real_now()
    contact.note_area(division_code)
    await _fill_in(session, contact, said)
    return contact.id


async def _fill_in(session: Session, contact: Contact, said: Said) -> None:
    """Keep what was not known yet."""
    key = await session.get(PersonKey, contact.id)
    if key is None:
        return
    vault = session.use(Vault)
    own = vault.person(key.salt)
    parts: tuple[Part, ...] = ("name", "phone", "email", "address")
    for part in parts:
        text: str | None = getattr(said, part)
        if text is None or getattr(contact, part) is not None:
            continue
        if part == "email" and await _belongs_to_another(session, text, contact):
            continue
        setattr(contact, part, own.seal(text, place=place(contact.id, part)))
        if part == "phone":
            contact.phone_index = vault.index(text, place=PHONE_INDEX)
        elif part == "email":
            contact.email_index = vault.index(text, place=EMAIL_INDEX)


async def _belongs_to_another(session: Session, email: str, contact: Contact) -> bool:
    """Whether somebody else gave this address: a household may share one, and it stays with the first."""
    found = await contact_to_change(session, phone=None, email=email)
    return found is not None and found.id != contact.id


async def _within(session: Session, person_id: UUID, areas: Sequence[Span]) -> Known | None:
    known = await known_as(session, person_id)
    if known is None or not any(policy.lies_in(area, areas) for area in known.areas):
        return None
    return known
