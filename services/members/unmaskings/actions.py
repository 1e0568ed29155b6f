"""Asking to see a person's identity, the second person's word, and the one showing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.clock import real_now
from chassis.identity import Actor
from chassis.problems import Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from services.members.contacts.known import Known, known_as
from services.members.persons import Secret
from services.members.posts.model import Post
from services.members.unmaskings import policy
from services.members.unmaskings.model import (
    BY_TWO_PERSONS,
    PARTS,
    IdentityPart,
    Unmasking,
    UnmaskingReason,
    UnmaskingStage,
)
from services.members.unmaskings.protected import check_not_protected, lies_with_discipline

KIND = "identity.unmask"

SECRETS: dict[IdentityPart, Secret] = {
    IdentityPart.PHONE: "phone",
    IdentityPart.ADDRESS: "address",
    IdentityPart.CITIZEN_NUMBER: "citizen_number",
}


class OwnIdentity(Invalid):
    """Nobody needs to unmask themselves."""

    title_zh = "查看本人信息请到“我的”页面，无需申请。"


@dataclass(frozen=True, slots=True)
class Seen:
    """An unmasking, and what it shows now, part by part; nothing where a second person has to confirm first."""

    unmasking: Unmasking
    values: dict[IdentityPart, str | None] | None


async def ask(
    session: Session,
    *,
    by: Actor,
    person_id: UUID,
    request_id: UUID,
    parts: Sequence[IdentityPart],
    reason: UnmaskingReason,
    words: str,
) -> Seen:
    """See parts of a person's identity for a request that one handles; at once, but for what takes two persons.

    Raises `NotFound` for a person outside the areas of one's handling posts and for a complaint about somebody in
    one's line, `AskedWithoutName`, and `OwnIdentity`.
    """
    known = await known_as(session, person_id)
    if known is None:
        raise NotFound()
    if person_id == by.person_id:
        raise OwnIdentity()
    post = await _post_of(session, by, request_id, areas=known.areas)
    await check_not_protected(session, request_id, post=post)
    two = any(part in BY_TWO_PERSONS for part in parts)
    unmasking_id, now = new_id(), real_now()
    unmasking = Unmasking(
        id=unmasking_id,
        township_code=known.township_code,
        division_code=known.division_code,
        person_id=person_id,
        request_id=request_id,
        parts=[part.value for part in parts],
        reason=reason,
        words=session.use(Vault).seal(words, place=words_place(unmasking_id)),
        asked_by=by.person_id,
        post_id=post.id,
        post_kind=post.kind,
        organization_id=post.organization_id,
        asked_at=now,
        stage=UnmaskingStage.WAITING if two else UnmaskingStage.SHOWN,
        second_person_id=None,
        granted_at=None,
        shown_at=None if two else now,
    )
    session.add(unmasking)
    session.by_post = post.id
    if two:
        act = session.use(TwoPersons).act(KIND)
        scope = unmasking.division_code
        propose(session, act, about=unmasking_id, scope=scope, reason=reason.value, words=words, by=by)
        return Seen(unmasking, None)
    session.publish(unmasking.shown())
    return Seen(unmasking, _values(known, parts))


async def _post_of(session: Session, by: Actor, request_id: UUID, *, areas: Sequence[str]) -> Post:
    """By which post somebody asks: as an inspector of what lies with discipline supervision, else as who handles it."""
    if await lies_with_discipline(session, request_id):
        return await policy.inspecting_post(session, by, areas=areas)
    return await policy.handling_post(session, by, areas=areas)


async def look_up(session: Session, person_id: UUID, *, by: Actor) -> dict[IdentityPart, str | None]:
    """Every part of who a person is, to be masked by whoever shows it. Raises `NotFound` outside one's area."""
    known = await known_as(session, person_id)
    if known is None:
        raise NotFound()
    await policy.handling_post(session, by, areas=known.areas)
    return _values(known, list(IdentityPart))


async def show(session: Session, unmasking_id: UUID, *, by: Actor) -> Seen:
    """See, once, what a second person has confirmed. Raises `NotFound`, `NotAllowedNow`, `ShowingOver`."""
    unmasking = await session.get(Unmasking, unmasking_id, lock=True)
    if unmasking is None or unmasking.asked_by != by.person_id:
        raise NotFound()
    known = await known_as(session, unmasking.person_id)
    if known is None:
        raise NotFound()
    # The post may have ended since it was asked.
    post = await _post_of(session, by, unmasking.request_id, areas=known.areas)
    session.by_post = post.id
    await check_not_protected(session, unmasking.request_id, post=post)
    session.publish(unmasking.show(at=real_now()))
    return Seen(unmasking, _values(known, [PARTS[part] for part in unmasking.parts]))


async def _grant(session: Session, proposal: Proposal, second: UUID) -> None:
    (await _asked(session, proposal)).grant(second, at=real_now())


async def _refuse(session: Session, proposal: Proposal) -> None:
    (await _asked(session, proposal)).refuse()


UNMASK = Act(
    kind=KIND,
    title_zh="查看群众的公民身份号码",
    good_for=timedelta(days=3),
    areas=policy.second_persons_areas,
    carry_out=_grant,
    let_go=_refuse,
)


def words_place(unmasking_id: UUID) -> str:
    """The place that the reason's words are bound to."""
    return place_of("unmasking", "words", unmasking_id)


async def _asked(session: Session, proposal: Proposal) -> Unmasking:
    unmasking = await session.get(Unmasking, proposal.about, lock=True)
    if unmasking is None:
        raise NotFound()
    return unmasking


def _values(known: Known, parts: Sequence[IdentityPart]) -> dict[IdentityPart, str | None]:
    """The parts in clear."""
    return {part: known.name if part is IdentityPart.NAME else known.secret(SECRETS[part]) for part in parts}
