"""Registering, announcing, signing up, doing and cancelling; each the body of one transaction."""

from collections.abc import Sequence
from datetime import datetime
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
from services.tasks.attachments.actions import name_evidence
from services.tasks.opinions.actions import Thing
from services.tasks.opinions.model import NothingToJudgeYet
from services.tasks.pledges.policy import NotYourOrganisation, check_may_run
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization
from services.tasks.volunteering.model import (
    NotAVolunteer,
    NotYourService,
    ServiceFull,
    ServiceNotBegun,
    ServiceStage,
    ServiceTimesWrong,
    SignedUpAlready,
    SignUpOver,
    Volunteer,
    VolunteerAlready,
    VolunteerService,
    VolunteerSignUp,
)

REGISTERED = (
    select(Volunteer)
    .where(col(Volunteer.person_id) == bindparam("person"), col(Volunteer.ended_at).is_(None))
    .with_for_update()
)
SIGNED_UP = (
    select(VolunteerSignUp)
    .where(col(VolunteerSignUp.service_id) == bindparam("service"))
    .order_by(col(VolunteerSignUp.id))
    .with_for_update()
)


async def register(session: Session, *, by: Actor, division_code: str) -> Volunteer:
    """Register to help in an area. Raises `NotFound` for no area of ours, `VolunteerAlready`."""
    if await roster.division(session, division_code) is None:
        raise NotFound()
    if await session.first(REGISTERED, person=by.person_id) is not None:
        raise VolunteerAlready()
    made = Volunteer(
        id=new_id(),
        township_code=township_of(division_code),
        division_code=division_code,
        person_id=by.person_id,
        registered_at=session.now,
        ended_at=None,
    )
    session.add(made)
    return made


async def leave(session: Session, *, by: Actor) -> Volunteer:
    """Be a volunteer no more. Raises `NotFound`."""
    found = await session.first(REGISTERED, person=by.person_id)
    if found is None:
        raise NotFound()
    found.ended_at = session.now
    return found


async def announce(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    title: str,
    what: str,
    places: int,
    from_at: datetime,
    to_at: datetime,
) -> VolunteerService:
    """Announce a service. Raises `NotFound`, `NotYourOrganisation`, `ServiceTimesWrong`."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    await check_may_run(session, by, organization_id)
    if not session.now < from_at < to_at or local_date(from_at) != local_date(to_at):
        raise ServiceTimesWrong()
    made = VolunteerService(
        id=new_id(),
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        organization_name=organization.name,
        title=title,
        what=what,
        places=places,
        on=local_date(from_at),
        from_at=from_at,
        to_at=to_at,
        stage=ServiceStage.ANNOUNCED,
        announced_by=by.person_id,
        announced_at=session.now,
        closed_at=None,
        took_part=None,
        words=None,
    )
    session.add(made)
    return made


async def sign_up(session: Session, service_id: UUID, *, by: Actor) -> VolunteerService:
    """Mean to come. Raises `NotFound`, `NotAVolunteer`, `SignUpOver`, `SignedUpAlready`, `ServiceFull`."""
    service = await _locked(session, service_id)
    if await session.first(REGISTERED, person=by.person_id) is None:
        raise NotAVolunteer()
    _check_open(session, service)
    there = await session.all(SIGNED_UP, service=service.id)
    if any(one.person_id == by.person_id for one in there):
        raise SignedUpAlready()
    if len(there) >= service.places:
        raise ServiceFull()
    session.add(
        VolunteerSignUp(
            id=new_id(),
            service_id=service.id,
            township_code=service.township_code,
            person_id=by.person_id,
            at=session.now,
        )
    )
    return service


async def step_back(session: Session, service_id: UUID, *, by: Actor) -> VolunteerService:
    """Come after all not. Raises `NotFound`, `SignUpOver`."""
    service = await _locked(session, service_id)
    _check_open(session, service)
    there = await session.all(SIGNED_UP, service=service.id)
    mine = next((one for one in there if one.person_id == by.person_id), None)
    if mine is None:
        raise SignUpOver()
    session.delete(mine)
    return service


async def do(
    session: Session, service_id: UUID, *, by: Actor, took_part: int, evidence: Sequence[UUID]
) -> VolunteerService:
    """Say that it was done, how many came, and with evidence.

    Raises `NotFound`, `NotYourService`, `ServiceNotBegun`, `EvidenceMissing`, `NoSuchAttachment`, `NotAllowedNow`.
    """
    service = await _locked(session, service_id)
    await _check_runs(session, by, service)
    if service.stage is ServiceStage.ANNOUNCED and session.now < service.from_at:
        raise ServiceNotBegun()
    service.move("do", at=session.now)
    service.took_part = took_part
    await name_evidence(session, evidence, request_id=service.id, by=by, required=True)
    return service


async def cancel(session: Session, service_id: UUID, *, by: Actor, words: str) -> VolunteerService:
    """Let it fall, with the reason. Raises `NotFound`, `NotYourService`, `NotAllowedNow`."""
    service = await _locked(session, service_id)
    await _check_runs(session, by, service)
    service.move("cancel", at=session.now)
    service.words = session.use(Vault).seal(words, place=place_of("volunteer_service", "words", service.id))
    return service


async def judged(session: Session, service_id: UUID) -> Thing:
    """A service that was done; who announced it and who came have no opinion on it.

    Raises `NotFound`, `NothingToJudgeYet`.
    """
    service = await session.get(VolunteerService, service_id)
    if service is None:
        raise NotFound()
    if service.stage is not ServiceStage.DONE:
        raise NothingToJudgeYet()
    came = {one.person_id for one in await session.all(SIGNED_UP, service=service.id)}
    return Thing(service.id, service.township_code, came | {service.announced_by})


def _check_open(session: Session, service: VolunteerService) -> None:
    if service.stage is not ServiceStage.ANNOUNCED or session.now >= service.from_at:
        raise SignUpOver()


async def _check_runs(session: Session, by: Actor, service: VolunteerService) -> None:
    try:
        await check_may_run(session, by, service.organization_id)
    except NotYourOrganisation as refusal:
        raise NotYourService() from refusal


async def _locked(session: Session, service_id: UUID) -> VolunteerService:
    service = await session.get(VolunteerService, service_id, lock=True)
    if service is None:
        raise NotFound()
    return service
