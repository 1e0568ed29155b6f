"""Unmasking over HTTP: asking with a reason, seeing once, and seeing who saw."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import AfterValidator, Field

from chassis.http import Route, SignedIn, Transaction, shown_once
from chassis.identifiers import mask_citizen_number, mask_name, mask_phone
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.proposals import Nothing
from chassis.words import Input, Output, Words
from services.members.unmaskings import actions
from services.members.unmaskings.actions import Seen
from services.members.unmaskings.model import IdentityPart, UnmaskingReason, UnmaskingStage
from services.members.unmaskings.policy import audited_areas
from services.members.unmaskings.views import UnmaskingLine, in_areas, of_person

router = APIRouter(tags=["查看身份信息"], route_class=Route)


def _each_once(parts: list[IdentityPart]) -> list[IdentityPart]:
    if len(set(parts)) < len(parts):
        raise ValueError("a part is named twice")
    return parts


class Asking(Input):
    """Whose identity somebody has to know, for which request, and why."""

    person_id: UUID
    request_id: UUID
    parts: Annotated[list[IdentityPart], Field(min_length=1, max_length=len(IdentityPart)), AfterValidator(_each_once)]
    reason: UnmaskingReason
    words: Words


class UnmaskedView(Output):
    """What is shown, once; nothing while a second person has not confirmed it."""

    id: UUID
    stage: UnmaskingStage
    stage_zh: str
    values: dict[IdentityPart, str | None] | None


class UnmaskingPage(Output):
    """Who saw whom you are, from new to old."""

    items: list[UnmaskingLine]
    next: str | None


class MaskedPerson(Output):
    """As much of a person as their handler needs to speak of them; the rest takes a reason."""

    id: UUID
    name_masked: str
    phone_masked: str | None
    citizen_number_masked: str | None
    has_address: bool


@router.get("/persons/{person_id}")
async def masked_person(person_id: UUID, session: Transaction, actor: SignedIn) -> MaskedPerson:
    """A person of your area, masked. Raises `NotFound` for anybody elsewhere, and without a post that handles cases."""
    values = await actions.look_up(session, person_id, by=actor)
    phone, number = values[IdentityPart.PHONE], values[IdentityPart.CITIZEN_NUMBER]
    return MaskedPerson(
        id=person_id,
        name_masked=mask_name(values[IdentityPart.NAME] or ""),
        phone_masked=mask_phone(phone) if phone else None,
        citizen_number_masked=mask_citizen_number(number) if number else None,
        has_address=values[IdentityPart.ADDRESS] is not None,
    )


@router.post("/unmaskings", status_code=201, response_model=UnmaskedView)
@shown_once
async def unmask(body: Asking, session: Transaction, actor: SignedIn) -> Response:
    """See a person's name, telephone or address for a request that you handle; the person is told of it.

    The citizen number waits for a second person, see `/proposals`. Refusals: `not-found` outside your area,
    `own-identity`, `asked-without-name`.
    """
    seen = await actions.ask(
        session,
        by=actor,
        person_id=body.person_id,
        request_id=body.request_id,
        parts=body.parts,
        reason=body.reason,
        words=body.words,
    )
    return _uncached(seen, code=201)


@router.post("/unmaskings/{unmasking_id}/showing", response_model=UnmaskedView)
@shown_once
async def show_unmasked(
    unmasking_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> Response:
    """See, once, what a second person has confirmed. Refusals: `not-allowed-now`, `showing-over`."""
    return _uncached(await actions.show(session, unmasking_id, by=actor), code=200)


@router.get("/me/unmaskings")
async def my_unmaskings(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> UnmaskingPage:
    """Who saw your name, telephone, address or number, by which post, when and why. Raises `WrongCursor`."""
    found = await of_person(session, actor.person_id, before=place(cursor), most=limit)
    return UnmaskingPage(items=found, next=cursor_of_next(found, limit=limit))


@router.get("/unmaskings")
async def audit_unmaskings(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> UnmaskingPage:
    """Who saw the identity of anybody in your area, for its auditor. Raises `Forbidden`, `WrongCursor`."""
    areas = await audited_areas(session, actor)
    found = await in_areas(session, areas, before=place(cursor), most=limit)
    return UnmaskingPage(items=found, next=cursor_of_next(found, limit=limit))


def _uncached(seen: Seen, *, code: int) -> Response:
    view = UnmaskedView(
        id=seen.unmasking.id, stage=seen.unmasking.stage, stage_zh=seen.unmasking.stage.zh, values=seen.values
    )
    return Response(view.model_dump_json(), code, {"Cache-Control": "no-store"}, "application/json")
