"""Volunteers and their services over HTTP; anybody reads what is announced, without signing in."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query
from pydantic import AwareDatetime, Field, StringConstraints
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import span_of
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.tasks.notices.sentences import moment
from services.tasks.opinions.views import OpinionsView, opinions_of
from services.tasks.volunteering import actions
from services.tasks.volunteering.model import ServiceStage, Volunteer, VolunteerService, VolunteerSignUp

router = APIRouter(tags=["志愿服务"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=PLAIN)]

IN_AREA = (
    select(VolunteerService)
    .where(
        col(VolunteerService.division_code).between(bindparam("first"), bindparam("last")),
        col(VolunteerService.id) < bindparam("before"),
    )
    .order_by(col(VolunteerService.id).desc())
    .limit(bindparam("limit"))
)
MINE = (
    select(VolunteerService)
    .join(VolunteerSignUp, col(VolunteerSignUp.service_id) == col(VolunteerService.id))
    .where(col(VolunteerSignUp.person_id) == bindparam("person"), col(VolunteerService.id) < bindparam("before"))
    .order_by(col(VolunteerService.id).desc())
    .limit(bindparam("limit"))
)


class Registering(Input):
    """The village or community where you mean to help."""

    division_code: DivisionCode


class NewService(Input):
    """What, where, for how many, and from when to when on one day (instants with a zone)."""

    organization_id: UUID
    title: Title
    what: Words
    places: Annotated[int, Field(ge=1, le=500)]
    from_at: AwareDatetime
    to_at: AwareDatetime


class ServiceDone(Input):
    """How many came, and the files that show it."""

    took_part: Annotated[int, Field(ge=0, le=500)]
    evidence: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]


class Cancelling(Input):
    """Why it is cancelled."""

    words: Words


class VolunteerView(Output):
    """That you are a volunteer."""

    id: UUID
    division_code: str
    registered_at: datetime
    ended_at: datetime | None


class ServiceLine(Output):
    """One service; who signed up is shown to nobody."""

    id: UUID
    organization_id: UUID
    organization: str
    division_code: str
    title: str
    what: str
    places: int
    on: date
    from_at: datetime
    to_at: datetime
    stage: ServiceStage
    stage_zh: str
    took_part: int | None
    cancelled_reason: str | None
    says_zh: str


class ServiceView(ServiceLine):
    """One service, with what people think."""

    opinions: list[OpinionsView]


class ServicePage(Output):
    """Services from new to old."""

    items: list[ServiceLine]
    next: str | None
    title_zh: str  # what to show where there are none


@router.post("/volunteers", status_code=201)
async def register_volunteer(body: Registering, session: Transaction, actor: SignedIn) -> VolunteerView:
    """Register as a volunteer. Refusals: `not-found`, `volunteer-already`."""
    return _volunteer(await actions.register(session, by=actor, division_code=body.division_code))


@router.post("/volunteers/end")
async def end_volunteer(_: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> VolunteerView:
    """Be a volunteer no more. Refusals: `not-found`."""
    return _volunteer(await actions.leave(session, by=actor))


@router.get("/volunteer-services")
@public
async def volunteer_services(
    session: Transaction,
    *,
    division_code: Annotated[DivisionCode, Query(description="村（社区）、乡镇（街道）或县（区）")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> ServicePage:
    """What was announced in an area, from new to old."""
    first, last = span_of(division_code)
    found = await session.all(IN_AREA, first=first, last=last, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="这里还没有志愿服务。")


@router.get("/volunteer-services/mine")
async def my_volunteer_services(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> ServicePage:
    """What you signed up for."""
    found = await session.all(MINE, person=actor.person_id, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="您还没有报名志愿服务。")


@router.get("/volunteer-services/{service_id}")
@public
async def volunteer_service(service_id: UUID, session: Transaction) -> ServiceView:
    """One service. Refusals: `not-found`."""
    found = await session.get(VolunteerService, service_id)
    if found is None:
        raise NotFound()
    return ServiceView(**_line(session, found).model_dump(), opinions=await opinions_of(session, found.id))


@router.post("/volunteer-services", status_code=201)
async def announce_service(body: NewService, session: Transaction, actor: SignedIn) -> ServiceLine:
    """Announce a service. Refusals: `not-found`, `not-your-organisation`, `service-times-wrong`."""
    made = await actions.announce(
        session,
        by=actor,
        organization_id=body.organization_id,
        title=body.title,
        what=body.what,
        places=body.places,
        from_at=body.from_at,
        to_at=body.to_at,
    )
    return _line(session, made)


@router.post("/volunteer-services/{service_id}/sign-up")
async def sign_up(
    service_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> ServiceLine:
    """Sign up. Refusals: `not-found`, `not-a-volunteer`, `sign-up-over`, `signed-up-already`, `service-full`."""
    return _line(session, await actions.sign_up(session, service_id, by=actor))


@router.post("/volunteer-services/{service_id}/stepping-back")
async def step_back(
    service_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> ServiceLine:
    """Take your sign-up back. Refusals: `not-found`, `sign-up-over`."""
    return _line(session, await actions.step_back(session, service_id, by=actor))


@router.post("/volunteer-services/{service_id}/done")
async def do_service(service_id: UUID, body: ServiceDone, session: Transaction, actor: SignedIn) -> ServiceLine:
    """Say that it was done.

    Refusals: `not-found`, `not-your-service`, `service-not-begun`, `no-such-attachment`, `not-allowed-now`.
    """
    done = await actions.do(session, service_id, by=actor, took_part=body.took_part, evidence=body.evidence)
    return _line(session, done)


@router.post("/volunteer-services/{service_id}/cancellation")
async def cancel_service(service_id: UUID, body: Cancelling, session: Transaction, actor: SignedIn) -> ServiceLine:
    """Let it fall; the reason is public. Refusals: `not-found`, `not-your-service`, `not-allowed-now`."""
    return _line(session, await actions.cancel(session, service_id, by=actor, words=body.words))


def _page(session: Session, found: list[VolunteerService], *, limit: int, empty: str) -> ServicePage:
    return ServicePage(
        items=[_line(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else empty,
    )


def _volunteer(one: Volunteer) -> VolunteerView:
    return VolunteerView(
        id=one.id, division_code=one.division_code, registered_at=one.registered_at, ended_at=one.ended_at
    )


def _line(session: Session, one: VolunteerService) -> ServiceLine:
    place_of_words = place_of("volunteer_service", "words", one.id)
    return ServiceLine(
        id=one.id,
        organization_id=one.organization_id,
        organization=one.organization_name,
        division_code=one.division_code,
        title=one.title,
        what=one.what,
        places=one.places,
        on=one.on,
        from_at=one.from_at,
        to_at=one.to_at,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        took_part=one.took_part,
        cancelled_reason=session.use(Vault).open(one.words, place=place_of_words) if one.words else None,
        says_zh={
            ServiceStage.ANNOUNCED: f"{moment(one.from_at)} 开始，志愿者可报名，共 {one.places} 个名额。",
            ServiceStage.DONE: f"已开展，{one.took_part} 人参加；您可以发表意见。",
            ServiceStage.CANCELLED: "已取消，原因见下。",
        }[one.stage],
    )
