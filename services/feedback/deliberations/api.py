"""Matters of villages over HTTP, for those in charge: open one, look at it, put it again, end it, keep the register."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import PLAIN, DivisionCode, Input, Output, Words
from services.feedback.deliberations import actions, shown, views
from services.feedback.deliberations.model import DeliberationKind, DeliberationStage, EndReason
from services.feedback.deliberations.sheet import MOST_ROWS, sheet_of
from services.feedback.deliberations.shown import MatterLine, MatterView
from services.feedback.rules.meetings import DeliberationRules, MeetingKind

router = APIRouter(prefix="/deliberations", tags=["四议两公开"], route_class=Route)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120, pattern=PLAIN)]
Area = Annotated[str, Query(pattern=r"^[0-9]{12}$", description="村（社区）、乡镇（街道）或县（区）的 12 位区划代码")]
Stage = Annotated[DeliberationStage | None, Query(description="只看走到这一步的")]
Kind = Annotated[DeliberationKind | None, Query(description="只看这一类的")]
Overdue = Annotated[bool, Query(description="只看到期没有公开、没有办的")]

EMPTY_ZH = "没有符合条件的议事事项。新的事项由村书记或乡镇干部登记，从村党组织提议开始。"


class MatterOpened(Input):
    """A matter of a village; a decision says which post is to carry it out, and until when."""

    division_code: DivisionCode
    kind: DeliberationKind
    title: Title
    words: Words
    carrier_post_id: UUID | None = None
    carry_out_by: date | None = None


class MatterPutAgain(Input):
    """The text as it is put before the first step again."""

    words: Words
    carrier_post_id: UUID | None = None
    carry_out_by: date | None = None


class MatterEnded(Input):
    """Why it is not gone on with."""

    reason: EndReason


class CarrierNamed(Input):
    """Who is to carry it out now, and until when."""

    carrier_post_id: UUID
    carry_out_by: date


class MatterPage(Output):
    """Matters from new to old."""

    items: list[MatterLine]
    next_cursor: str | None
    hint_zh: str | None


class StepRule(Output):
    """What a kind of meeting needs, today."""

    kind: MeetingKind
    kind_zh: str
    entitled_zh: str
    notice_days: int
    quorum_zh: str
    majority_zh: str
    source: str
    confidence: str


class StepRules(Output):
    """What every kind of meeting needs, in the order of the steps."""

    items: list[StepRule]


@router.post("", status_code=201)
async def open_matter(body: MatterOpened, session: Transaction, actor: SignedIn) -> MatterView:
    """Put a matter before a village of which you are in charge.

    Refusals: `not-a-village`, `may-not-keep-deliberations`, `carrier-not-named`.
    """
    made = await actions.open_matter(
        session,
        by=actor,
        division_code=body.division_code,
        kind=body.kind,
        title=body.title,
        words=body.words,
        carrier_post_id=body.carrier_post_id,
        carry_out_by=body.carry_out_by,
    )
    return await shown.matter_view(session, made, today=local_date(session.now))


@router.get("")
async def list_matters(
    session: Transaction,
    actor: SignedIn,
    *,
    code: Area,
    stage: Stage = None,
    kind: Kind = None,
    overdue: Overdue = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> MatterPage:
    """The matters of an area whose work you see; `overdue` are those whose publication or work is due and missing.

    Refusals: `wrong-cursor`.
    """
    asked = views.Asked(code, stage, kind, overdue)
    found = await views.desk(session, asked, by=actor, before=place(cursor), limit=limit)
    return MatterPage(
        items=await shown.lines(session, found, today=local_date(session.now)),
        next_cursor=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY_ZH,
    )


@router.get("/rules")
async def step_rules(session: Transaction, actor: SignedIn) -> StepRules:
    """What each kind of meeting needs today: who is due, how long before it is told, who has to come and agree."""
    today, rules = local_date(session.now), session.use(DeliberationRules)
    found = [rules.meeting(kind, on=today) for kind in MeetingKind]
    return StepRules(
        items=[
            StepRule(
                kind=one.id,
                kind_zh=shown.KINDS_ZH[one.id],
                entitled_zh=one.entitled,
                notice_days=one.notice_days,
                quorum_zh=f"应到人数{one.quorum.title_zh}",
                majority_zh=f"{one.base.title_zh}人数{one.majority.title_zh}",
                source=one.source,
                confidence=one.confidence.title_zh,
            )
            for one in found
        ]
    )


@router.get("/sheet", response_class=Response, responses=GIVEN_OUT)
async def matters_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    code: Area,
    stage: Stage = None,
    kind: Kind = None,
    overdue: Overdue = False,
) -> Response:
    """The register as a spreadsheet, the newest 2,000."""
    asked = views.Asked(code, stage, kind, overdue)
    found = await views.desk(session, asked, by=actor, before=NEWEST, limit=MOST_ROWS)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="deliberations-{code}.xlsx"',
    }
    said = await shown.lines(session, found, today=local_date(session.now))
    return Response(sheet_of(said), media_type=XLSX, headers=headers)


@router.get("/{matter_id}")
async def show_matter(matter_id: UUID, session: Transaction, actor: SignedIn) -> MatterView:
    """A matter with its meetings and publications. Refusals: `not-found`."""
    found = await views.seen(session, matter_id, by=actor)
    return await shown.matter_view(session, found, today=local_date(session.now))


@router.post("/{matter_id}/versions", status_code=201)
async def put_matter_again(matter_id: UUID, body: MatterPutAgain, session: Transaction, actor: SignedIn) -> MatterView:
    """Put a matter that was not carried before the first step again, perhaps with another text.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `carrier-not-named`.
    """
    found = await actions.put_again(
        session,
        matter_id,
        by=actor,
        words=body.words,
        carrier_post_id=body.carrier_post_id,
        carry_out_by=body.carry_out_by,
    )
    return await shown.matter_view(session, found, today=local_date(session.now))


@router.post("/{matter_id}/ending")
async def end_matter(matter_id: UUID, body: MatterEnded, session: Transaction, actor: SignedIn) -> MatterView:
    """Not go on with a matter. Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`."""
    found = await actions.end(session, matter_id, by=actor, reason=body.reason)
    return await shown.matter_view(session, found, today=local_date(session.now))


@router.post("/{matter_id}/carrier")
async def name_carrier(matter_id: UUID, body: CarrierNamed, session: Transaction, actor: SignedIn) -> MatterView:
    """Give a resolution out anew, after the item was taken off its list or an objection to its result was upheld.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `still-carried-out`, `carrier-not-named`.
    """
    found = await actions.name_carrier(
        session, matter_id, by=actor, carrier_post_id=body.carrier_post_id, carry_out_by=body.carry_out_by
    )
    return await shown.matter_view(session, found, today=local_date(session.now))
