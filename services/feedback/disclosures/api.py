"""Disclosures over HTTP: everybody reads them and sees what is missing; the village writes, others let out."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from chassis.cached import IfNoneMatch, cached
from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, place
from chassis.words import PLAIN, DivisionCode, Input, Words
from services.feedback.disclosures import actions, policy, views
from services.feedback.disclosures.schedule import DisclosureSchedule
from services.feedback.disclosures.showing import (
    DisclosureLine,
    DisclosurePage,
    DisclosureView,
    KindPage,
    kind_view,
    lines_of,
    page_of,
    view_of,
)

router = APIRouter(prefix="/disclosures", tags=["村务公开"], route_class=Route)

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=PLAIN)]
Event = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]
KindCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
BookMonth = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$")]
Kind = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{1,31}$", description="只看这一类")]
Area = Annotated[str, Query(pattern=r"^[0-9]{12}$", description="村（社区）、乡镇（街道）或县（区）的 12 位区划代码")]
Village = Annotated[str, Query(pattern=r"^[0-9]{12}$", description="村（社区）的 12 位区划代码")]


class Waits(StrEnum):
    """For what a disclosure waits."""

    WORDS = "words"
    CONFIRMATION = "confirmation"


class LineWritten(Input):
    """One figure: what it is of, how much, in which unit."""

    title: Short
    amount: Amount
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10, pattern=PLAIN)]


class FileNamed(Input):
    """A paper beside it: what it is called and where it lies, and the SHA-256 of its scan."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PLAIN)]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class EditionWritten(Input):
    """What a village discloses. Of what is public already, with the reason of the correction."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=PLAIN)]
    figures: Annotated[list[LineWritten], Field(max_length=200)]
    files: Annotated[list[FileNamed], Field(max_length=20, default_factory=list)]
    book_month: BookMonth | None = None
    reason: Words | None = None


class EventListed(Input):
    """Something that has happened and is to be made public within days."""

    division_code: DivisionCode
    kind_code: KindCode
    event: Event
    happened_on: date


class SentBack(Input):
    """What is missing or wrong."""

    words: Words


@router.get("", response_model=DisclosurePage)
@public
async def list_disclosures(
    session: Transaction,
    *,
    division_code: Village,
    kind: Kind = None,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What a village disclosed, and what it has to, from new to old. Refusals: `wrong-cursor`."""
    found = await views.of_village(session, division_code, kind=kind, before=place(cursor), limit=limit)
    return cached(await page_of(session, found, limit=limit), if_none_match)


@router.get("/kinds", response_model=KindPage)
@public
async def list_kinds(session: Transaction, *, if_none_match: IfNoneMatch = None) -> Response:
    """The schedule as it holds today: what, how often, within how many days, and by which source."""
    schedule, today = session.use(DisclosureSchedule), local_date(session.now)
    rules = [rule for code in schedule.codes if (rule := schedule.on(code, today)) is not None]
    view = KindPage(
        name=schedule.name,
        items=[kind_view(rule) for rule in rules],
    )
    return cached(view, if_none_match)


@router.get("/missing", response_model=DisclosurePage)
@public
async def list_missing(
    session: Transaction,
    *,
    code: Area,
    kind: Kind = None,
    cursor: Cursor = None,
    limit: Limit = 25,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What should be public in an area by today and is not, though nobody reported it. Refusals: `wrong-cursor`."""
    today = local_date(session.now)
    found = await views.missing(session, code, today=today, kind=kind, before=place(cursor), limit=limit)
    return cached(await page_of(session, found, limit=limit), if_none_match)


@router.get("/work")
async def list_work(
    session: Transaction,
    actor: SignedIn,
    *,
    code: Area,
    waits: Waits = Waits.WORDS,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> DisclosurePage:
    """What waits for words or for confirmation in an area that your posts reach.

    Refusals: `forbidden`, `wrong-cursor`.
    """
    await policy.check_may_read_work(session, actor, code)
    before = place(cursor)
    if waits is Waits.WORDS:
        found = await views.to_write(session, code, today=local_date(session.now), before=before, limit=limit)
    else:
        found = await views.to_confirm(session, code, before=before, limit=limit)
    return await page_of(session, found, limit=limit)


@router.post("", status_code=201)
async def list_event(body: EventListed, session: Transaction, actor: SignedIn) -> DisclosureLine:
    """Put an event on a village's list, to be public within the days of its kind.

    Refusals: `may-not-disclose`, `no-such-unit`, `no-such-disclosure-kind`, `event-ahead`, `event-known`,
    `says-who-somebody-is`.
    """
    listed = await actions.list_event(
        session,
        by=actor,
        division_code=body.division_code,
        kind_code=body.kind_code,
        event=body.event,
        on=body.happened_on,
    )
    return (await lines_of(session, [listed]))[0]


@router.get("/{disclosure_id}", response_model=DisclosureView)
@public
async def show_disclosure(disclosure_id: UUID, session: Transaction, *, if_none_match: IfNoneMatch = None) -> Response:
    """A disclosure with every edition that is or was public. Refusals: `not-found`."""
    return cached(await view_of(session, await views.one(session, disclosure_id), whole=False), if_none_match)


@router.get("/{disclosure_id}/editions")
async def show_editions(disclosure_id: UUID, session: Transaction, actor: SignedIn) -> DisclosureView:
    """The same with what waits and what was sent back, for those whose posts reach the village.

    Refusals: `forbidden`, `not-found`.
    """
    found = await views.one(session, disclosure_id)
    await policy.check_may_read_work(session, actor, found.division_code)
    return await view_of(session, found, whole=True)


@router.post("/{disclosure_id}/editions", status_code=201)
async def write_edition(
    disclosure_id: UUID, body: EditionWritten, session: Transaction, actor: SignedIn
) -> DisclosureView:
    """Write what your village discloses; another person looks it over before it is public.

    Refusals: `not-found`, `may-not-disclose`, `edition-waits`, `correction-needs-reason`, `figures-missing`,
    `says-who-somebody-is`.
    """
    await actions.write(
        session,
        disclosure_id,
        by=actor,
        words=body.words,
        figures=[actions.Line(one.title, one.amount, one.unit) for one in body.figures],
        files=[actions.File(one.title, one.digest) for one in body.files],
        book_month=body.book_month,
        reason=body.reason,
    )
    return await view_of(session, await views.one(session, disclosure_id), whole=True)


@router.post("/{disclosure_id}/confirmation")
async def confirm_edition(disclosure_id: UUID, session: Transaction, actor: SignedIn) -> DisclosureView:
    """Let out the edition that waits. Refusals: `not-found`, `may-not-supervise`, `not-allowed-now`,
    `writer-may-not-confirm`.
    """
    await actions.confirm(session, disclosure_id, by=actor)
    return await view_of(session, await views.one(session, disclosure_id), whole=True)


@router.post("/{disclosure_id}/return")
async def send_edition_back(
    disclosure_id: UUID, body: SentBack, session: Transaction, actor: SignedIn
) -> DisclosureView:
    """Send back the edition that waits. Refusals: `not-found`, `may-not-supervise`, `not-allowed-now`."""
    await actions.send_back(session, disclosure_id, by=actor, remark=body.words)
    return await view_of(session, await views.one(session, disclosure_id), whole=True)
