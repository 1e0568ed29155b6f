"""From what the provider says to a person on the roll; binding the two, and taking them apart."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.problems import Conflict, NotFound
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.settings import SingleSignOnSettings
from services.members.passwords.challenges import LIFE, Challenge, ChallengeOver, Step, open_challenge
from services.members.passwords.sign_in import Caller, Done, go_on
from services.members.persons import PHONE_INDEX
from services.members.posts.views import posts_of
from services.members.roll.model import Member
from services.members.sessions.actions import end_others
from services.members.sessions.model import Method
from services.members.single_sign_on.id_token import Claims
from services.members.single_sign_on.model import SingleSignOnLink
from services.members.single_sign_on.refusals import IdentityNotBound, IdentityNotTrusted

SUBJECT_PLACE = "single_sign_on_link.subject"
OF_PHONE = select(Member.id).where(col(Member.phone_index) == bindparam("phone")).limit(2)
OF_PERSON = select(SingleSignOnLink).where(col(SingleSignOnLink.person_id) == bindparam("person")).with_for_update()


class IdentityBoundAlready(Conflict):
    """This account, or this person, is bound to another."""

    title_zh = "此统一认证账号或此人已有关联，请先解除原来的关联。"


def subject_index(vault: Vault, *, issuer: str, subject: str) -> bytes:
    """By what an account at the provider is known here."""
    return vault.index(f"{issuer}\0{subject}", place=SUBJECT_PLACE)


async def sign_in(
    session: Session, claims: Claims, *, settings: SingleSignOnSettings, caller: Caller
) -> Done | Challenge:
    """Go on with whom the provider named.

    Somebody not yet bound, whose telephone number the provider has verified and one person on the roll has, is asked
    for leave to be bound. Raises `IdentityNotBound`, `NoPostHeld`, `IdentityNotTrusted`.
    """
    subject = claims.get(settings.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise IdentityNotTrusted()
    index = subject_index(session.use(Vault), issuer=settings.issuer or "", subject=subject)
    link = await session.get(SingleSignOnLink, index)
    person_id = link.person_id if link else await _person_of_phone(session, claims, settings)
    begun = Challenge(
        step=Step.LEAVE_TO_BIND,
        person_id=person_id,
        method=Method.SINGLE_SIGN_ON,
        account=person_id.hex,
        device=None,
        proof=None,
        subject=index,
        second_factor_used=_used_second_factor(claims, settings),
        given_by=link.bound_by if link else None,
        secret=None,
        until=real_now() + LIFE,
    )
    return await go_on(session, begun, caller) if link else begun


async def bind_with_leave(session: Session, *, text: str, caller: Caller) -> Done | Challenge:
    """Bind by the leave that the person just gave, and go on. Raises `ChallengeOver`, `IdentityBoundAlready`."""
    challenge = open_challenge(session.use(Vault), text, Step.LEAVE_TO_BIND)
    if challenge.subject is None:
        raise ChallengeOver()
    await _bind(session, challenge.subject, challenge.person_id, by=None)
    return await go_on(session, challenge, caller)


async def bind(session: Session, person_id: UUID, *, issuer: str, subject: str, by: UUID | None) -> None:
    """Bind an account at the provider to a person on the roll. Raises `NotFound`, `IdentityBoundAlready`."""
    if await session.get(Member, person_id) is None:
        raise NotFound()
    await _bind(session, subject_index(session.use(Vault), issuer=issuer, subject=subject), person_id, by=by)


async def unbind(session: Session, person_id: UUID) -> None:
    """Take a person and their account at the provider apart, and end their sessions. Raises `NotFound`."""
    link = await session.first(OF_PERSON, person=person_id)
    if link is None:
        raise NotFound()
    session.delete(link)
    await end_others(session, person_id, but=None)


async def _bind(session: Session, index: bytes, person_id: UUID, *, by: UUID | None) -> None:
    there = await session.get(SingleSignOnLink, index) or await session.first(OF_PERSON, person=person_id)
    if there is not None:
        raise IdentityBoundAlready()
    session.add(SingleSignOnLink(subject_index=index, person_id=person_id, bound_at=real_now(), bound_by=by))


async def _person_of_phone(session: Session, claims: Claims, settings: SingleSignOnSettings) -> UUID:
    """The one in office who has the number that the provider verified. Raises `IdentityNotBound`."""
    phone = claims.get("phone_number")
    if not settings.binds_by_phone or claims.get("phone_number_verified") is not True or not isinstance(phone, str):
        raise IdentityNotBound()
    plain = "".join(filter(str.isalnum, phone.removeprefix("+86")))
    found = await session.all(OF_PHONE, phone=session.use(Vault).index(plain, place=PHONE_INDEX))
    if len(found) != 1 or not await posts_of(session, found[0]):
        raise IdentityNotBound()
    return found[0]


def _used_second_factor(claims: Claims, settings: SingleSignOnSettings) -> bool:
    """Whether the provider says that it asked for a second factor, in the words that the county set."""
    methods = claims.get("amr")
    said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return not said.isdisjoint(settings.second_factor) or claims.get("acr") in settings.second_factor
