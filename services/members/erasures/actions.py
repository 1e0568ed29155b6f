"""Asking for erasure, putting it forward, and doing it once a second person has confirmed it."""

import os
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis import audit
from chassis.clock import real_now
from chassis.identity import Actor
from chassis.plans import table_of
from chassis.problems import NotFound
from chassis.resealing import sealed_tables
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from contracts.members import PersonErased
from services.members.aid_files.model import AidObjection
from services.members.contacts.known import known_as
from services.members.contacts.model import Contact
from services.members.credentials.actions import forget
from services.members.erasures import policy
from services.members.erasures.model import Erasure, ErasureAsked, ErasureStage, Kept
from services.members.households.model import Citizen
from services.members.persons import PersonKey, new_salt
from services.members.roll.model import Member
from services.members.sessions.actions import end_others
from services.members.sessions.devices import forget_devices
from services.members.tables import Table
from services.members.texts.model import TextMessage
from services.members.unmaskings.model import Unmasking
from services.members.wechat.model import WeChatAccount

KIND = "person.erase"
NAMELESS = "（已删除）"

OPEN = select(Erasure).where(
    col(Erasure.person_id) == bindparam("person"),
    col(Erasure.stage).in_([ErasureStage.ASKED, ErasureStage.PROPOSED]),
)
ACCOUNT = select(WeChatAccount).where(col(WeChatAccount.person_id) == bindparam("person")).with_for_update()
TEXTS = select(TextMessage).where(col(TextMessage.person_id) == bindparam("person"))
OBJECTIONS = select(AidObjection).where(col(AidObjection.person_id) == bindparam("person")).with_for_update()
UNMASKINGS = select(Unmasking).where(col(Unmasking.person_id) == bindparam("person")).with_for_update()


async def ask(session: Session, *, by: Actor) -> Erasure:
    """Ask that what is held about oneself be taken away; the answer says what stays and why.

    Raises `NotFound` for somebody whom no register knows, and `ErasureAsked`.
    """
    known = await known_as(session, by.person_id)
    if known is None:
        raise NotFound()
    if await session.first(OPEN, person=by.person_id) is not None:
        raise ErasureAsked()
    kept = [Kept.CASE_FACTS, Kept.AUDIT]
    if known.identity is not None:
        kept = [*([Kept.ROLL] if known.identity.member else []), *kept, Kept.TOMBSTONE]
    erasure = Erasure(
        id=new_id(),
        township_code=known.township_code,
        division_code=known.division_code,
        person_id=by.person_id,
        asked_at=real_now(),
        stage=ErasureStage.ASKED,
        kept=[one.value for one in kept],
        erased_at=None,
        number_index=None,
    )
    session.add(erasure)
    return erasure


async def put_forward(session: Session, erasure_id: UUID, *, words: str, by: Actor) -> Proposal:
    """Put a person's wish before the auditor. Raises `Forbidden`, `NotFound` elsewhere, `NotAllowedNow`."""
    areas = await policy.operators_areas(session, by)
    erasure = await session.get(Erasure, erasure_id, lock=True)
    if erasure is None or not any(first <= erasure.division_code <= last for first, last in areas):
        raise NotFound()
    erasure.move("propose")
    act = session.use(TwoPersons).act(KIND)
    scope = erasure.division_code
    return propose(session, act, about=erasure.id, scope=scope, reason="own_wish", words=words, by=by)


async def _erase(session: Session, proposal: Proposal, second: UUID) -> None:
    """Take away the key and the values of a person, their accounts and sessions, and tell the others."""
    erasure = await _proposed(session, proposal)
    person_id, now = erasure.person_id, real_now()
    erasure.move("erase")
    erasure.erased_at = now
    citizen = await session.get(Citizen, person_id, lock=True)
    member = await session.get(Member, person_id, lock=True)
    await _change_key(session, person_id, member)
    if citizen is not None:
        erasure.number_index = citizen.citizen_number_index
        _blank(citizen)
    contact = await session.get(Contact, person_id, lock=True)
    if contact is not None:
        _blank_contact(contact)
    for unmasking in await session.all(UNMASKINGS, person=person_id):
        unmasking.words = b""
    for objection in await session.all(OBJECTIONS, person=person_id):
        objection.words = None
    for text in await session.all(TEXTS, person=person_id):
        session.delete(text)
    await forget(session, person_id)
    await forget_devices(session, person_id)
    account = await session.first(ACCOUNT, person=person_id)
    if account is not None:
        session.delete(account)
    if member is None:
        await end_others(session, person_id, but=None)
    audit.record(session, actor_id=second, action="erase_person", about=person_id, reason=proposal.reason)
    session.publish(PersonErased(person_id=person_id, erased_at=now))


async def _refuse(session: Session, proposal: Proposal) -> None:
    (await _proposed(session, proposal)).move("refuse")


ERASE = Act(
    kind=KIND,
    title_zh="依本人申请删除个人信息",
    good_for=timedelta(days=15),
    areas=policy.auditors_areas,
    carry_out=_erase,
    let_go=_refuse,
)


async def _proposed(session: Session, proposal: Proposal) -> Erasure:
    erasure = await session.get(Erasure, proposal.about, lock=True)
    if erasure is None:
        raise NotFound()
    return erasure


async def _change_key(session: Session, person_id: UUID, member: Member | None) -> None:
    """Destroy the person's key. What the roll has to keep is sealed with a new one, and opens with no older copy."""
    key = await session.get(PersonKey, person_id, lock=True)
    if key is None:
        return
    if member is None:
        session.delete(key)
        return
    vault, salt = session.use(Vault), new_salt()
    before, after = vault.person(key.salt), vault.person(salt)
    for sealed in sealed_tables(Table.metadata):
        if sealed.salts is not table_of(PersonKey) or sealed.table is table_of(Citizen):
            continue
        row = await session.first(columns(*sealed.columns).where(sealed.key == person_id).with_for_update())
        fresh = dict[str, object]()
        for column, value in zip(sealed.columns, row or (), strict=row is not None):
            if value:
                place = place_of(sealed.table.name, column.name, person_id)
                fresh[column.name] = after.seal_bytes(before.open_bytes(value, place=place), place=place)
        if fresh:
            session.alter(sealed.table, person_id, fresh)
    key.salt = salt


def _blank(citizen: Citizen) -> None:
    """Nothing of the person is left in the row; that somebody belonged to the household stays, for its count."""
    citizen.name = NAMELESS
    citizen.citizen_number, citizen.phone, citizen.address = b"", None, None
    citizen.citizen_number_index, citizen.phone_index = os.urandom(32), None
    citizen.fingerprint = b""


def _blank_contact(contact: Contact) -> None:
    """Nothing of the person is left in the row, and nothing to find it by; that somebody called stays."""
    contact.name = contact.phone = contact.email = contact.address = None
    contact.phone_index = contact.email_index = None
