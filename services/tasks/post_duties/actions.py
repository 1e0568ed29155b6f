"""Setting a post of duty up, claiming it, and ending either."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.opinions.actions import Thing
from services.tasks.opinions.model import NothingToJudgeYet
from services.tasks.pledges.policy import NotYourOrganisation, check_may_run
from services.tasks.post_duties.model import (
    ClaimedAlready,
    ClaimStage,
    NotYourClaim,
    PostDuty,
    PostDutyClaim,
    PostDutyDaysWrong,
    PostDutyFull,
    PostDutyOver,
)
from services.tasks.roster.model import Organization

CLAIMS = (
    select(PostDutyClaim)
    .where(
        col(PostDutyClaim.post_duty_id) == bindparam("duty"),
        col(PostDutyClaim.stage).in_([ClaimStage.CLAIMED, ClaimStage.HELD]),
    )
    .order_by(col(PostDutyClaim.id))
    .with_for_update()
)


async def set_up(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    title: str,
    duties: str,
    places: int,
    from_on: date,
    to_on: date,
) -> PostDuty:
    """Set a post of duty up. Raises `NotFound`, `NotYourOrganisation`, `PostDutyDaysWrong`."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    await check_may_run(session, by, organization_id)
    if to_on < from_on or to_on <= local_date(session.now):
        raise PostDutyDaysWrong()
    made = PostDuty(
        id=new_id(),
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        organization_name=organization.name,
        title=title,
        duties=duties,
        places=places,
        from_on=from_on,
        to_on=to_on,
        set_up_by=by.person_id,
        set_up_at=session.now,
        ended_at=None,
    )
    session.add(made)
    return made


async def end(session: Session, duty_id: UUID, *, by: Actor) -> PostDuty:
    """End a post before its last day; its claims end with it. Raises `NotFound`, `NotYourOrganisation`."""
    duty = await _locked(session, duty_id)
    await check_may_run(session, by, duty.organization_id)
    if duty.ended_at is None:
        duty.ended_at = session.now
        for claim in await session.all(CLAIMS, duty=duty.id):
            claim.move("end", by=by.person_id, at=session.now)
    return duty


async def claim(session: Session, duty_id: UUID, *, by: Actor) -> PostDutyClaim:
    """Claim a place. Raises `NotFound`, `PostDutyOver`, `ClaimedAlready`, `PostDutyFull`."""
    duty = await _locked(session, duty_id)
    if not duty.open_on(local_date(session.now)):
        raise PostDutyOver()
    there = await session.all(CLAIMS, duty=duty.id)
    if any(one.person_id == by.person_id for one in there):
        raise ClaimedAlready()
    if len(there) >= duty.places:
        raise PostDutyFull()
    made = PostDutyClaim(
        id=new_id(),
        post_duty_id=duty.id,
        township_code=duty.township_code,
        person_id=by.person_id,
        stage=ClaimStage.CLAIMED,
        claimed_at=session.now,
        decided_by=None,
        decided_at=None,
        words=None,
    )
    session.add(made)
    return made


async def decide(session: Session, claim_id: UUID, *, by: Actor, agreed: bool, words: str | None) -> PostDutyClaim:
    """Confirm or refuse a claim, never one's own. Raises `NotFound`, `NotYourClaim`, `NotAllowedNow`."""
    found, duty = await _claim(session, claim_id)
    if found.person_id == by.person_id:
        raise NotYourClaim()
    if not await _runs(session, by, duty):
        raise NotFound()
    found.move("confirm" if agreed else "refuse", by=by.person_id, at=session.now)
    _say(session, found, words)
    return found


async def leave(session: Session, claim_id: UUID, *, by: Actor, words: str | None) -> PostDutyClaim:
    """End a claim: one's own, or as the organisation. Raises `NotFound`, `NotAllowedNow`."""
    found, duty = await _claim(session, claim_id)
    if found.person_id != by.person_id and not await _runs(session, by, duty):
        raise NotFound()
    found.move("end", by=by.person_id, at=session.now)
    _say(session, found, words)
    return found


async def judged(session: Session, duty_id: UUID) -> Thing:
    """A post that somebody holds; who holds it has no opinion on it. Raises `NotFound`, `NothingToJudgeYet`."""
    duty = await session.get(PostDuty, duty_id)
    if duty is None:
        raise NotFound()
    claims = await session.all(CLAIMS, duty=duty.id)
    if not any(one.stage is ClaimStage.HELD for one in claims):
        raise NothingToJudgeYet()
    return Thing(duty.id, duty.township_code, {one.person_id for one in claims} | {duty.set_up_by})


async def _runs(session: Session, by: Actor, duty: PostDuty) -> bool:
    try:
        await check_may_run(session, by, duty.organization_id)
    except NotYourOrganisation:
        return False
    return True


def _say(session: Session, found: PostDutyClaim, words: str | None) -> None:
    if words:
        found.words = session.use(Vault).seal(words, place=place_of("post_duty_claim", "words", found.id))


async def _claim(session: Session, claim_id: UUID) -> tuple[PostDutyClaim, PostDuty]:
    found = await session.get(PostDutyClaim, claim_id, lock=True)
    duty = await session.get(PostDuty, found.post_duty_id) if found else None
    if found is None or duty is None:
        raise NotFound()
    return found, duty


async def _locked(session: Session, duty_id: UUID) -> PostDuty:
    duty = await session.get(PostDuty, duty_id, lock=True)
    if duty is None:
        raise NotFound()
    return duty
