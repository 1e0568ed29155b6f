"""Making, publishing, reporting and judging a public pledge; each the body of one transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.opinions.actions import Thing
from services.tasks.opinions.model import NothingToJudgeYet
from services.tasks.pledges import policy
from services.tasks.pledges.model import (
    PledgeDaysWrong,
    PledgeStage,
    PublicPledge,
    TooEarlyToFindBroken,
)
from services.tasks.roster.model import Organization


async def make(
    session: Session, *, by: Actor, post_id: UUID, for_organization: bool, words: str, from_on: date, to_on: date
) -> PublicPledge:
    """Write a pledge down; it is public once it is published. Raises `NotYourPledge`, `PledgeDaysWrong`."""
    post = await policy.check_may_pledge(session, by, post_id, for_organization=for_organization)
    if to_on < from_on or to_on <= local_date(session.now):
        raise PledgeDaysWrong()
    organization = await session.get(Organization, post.organization_id)
    if organization is None:
        raise NotFound()
    pledge_id = new_id()
    made = PublicPledge(
        id=pledge_id,
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        organization_name=organization.name,
        post_id=None if for_organization else post.id,
        pledger_id=by.person_id,
        pledger_name=organization.name if for_organization else post.name,
        words=session.use(Vault).seal(words, place=place_of("public_pledge", "words", pledge_id)),
        from_on=from_on,
        to_on=to_on,
        stage=PledgeStage.DRAFT,
        made_at=session.now,
        published_at=None,
        found_by=None,
        found_by_name=None,
        found_on=None,
        reason=None,
    )
    session.add(made)
    return made


async def publish(session: Session, pledge_id: UUID, *, by: Actor) -> PublicPledge:
    """Make it public, for good. Raises `NotFound`, `NotYourPledge`, `NotAllowedNow`."""
    pledge = await locked(session, pledge_id)
    await policy.check_is_pledger(session, by, pledge)
    pledge.move("publish")
    pledge.published_at = session.now
    return pledge


async def withdraw(session: Session, pledge_id: UUID, *, by: Actor) -> PublicPledge:
    """Let a draft go; what is public stays. Raises `NotFound`, `NotYourPledge`, `NotAllowedNow`."""
    pledge = await locked(session, pledge_id)
    await policy.check_is_pledger(session, by, pledge)
    pledge.move("withdraw")
    return pledge


async def report(session: Session, pledge_id: UUID, *, by: Actor, evidence: Sequence[UUID]) -> PublicPledge:
    """Say that it is kept, with evidence. Raises `EvidenceMissing`, `NoSuchAttachment`, as well as those above."""
    pledge = await locked(session, pledge_id)
    await policy.check_is_pledger(session, by, pledge)
    pledge.move("report")
    await name_evidence(session, evidence, request_id=pledge.id, by=by, required=True)
    return pledge


async def find(session: Session, pledge_id: UUID, *, by: Actor, kept: bool, reason: str) -> PublicPledge:
    """Find it kept, once it was reported, or not kept, once it was reported or its last day is over.

    Raises `NotFound`, `MayNotFindKept`, `TooEarlyToFindBroken`, `NotAllowedNow`.
    """
    pledge = await locked(session, pledge_id)
    name = await policy.check_may_find(session, by, pledge)
    early = pledge.stage is PledgeStage.PUBLISHED and not pledge.overdue(local_date(session.now))
    pledge.move("find_kept" if kept else "find_not_kept")
    if early:
        raise TooEarlyToFindBroken()
    pledge.found_by, pledge.found_by_name, pledge.found_on = by.person_id, name, local_date(session.now)
    pledge.reason = session.use(Vault).seal(reason, place=place_of("public_pledge", "reason", pledge.id))
    return pledge


async def judged(session: Session, pledge_id: UUID) -> Thing:
    """A pledge that opinions may be about. Raises `NotFound`, `NothingToJudgeYet`."""
    pledge = await session.get(PublicPledge, pledge_id)
    if pledge is None:
        raise NotFound()
    if pledge.published_at is None:
        raise NothingToJudgeYet()
    return Thing(pledge.id, pledge.township_code, {pledge.pledger_id})


async def locked(session: Session, pledge_id: UUID) -> PublicPledge:
    """A pledge that is to be changed. Raises `NotFound`."""
    pledge = await session.get(PublicPledge, pledge_id, lock=True)
    if pledge is None:
        raise NotFound()
    return pledge
