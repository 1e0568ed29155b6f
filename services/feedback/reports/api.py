"""Reports over HTTP, for those who see the work of a unit."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.documents import MEDIA_TYPES, Form
from chassis.documents.answers import answer
from chassis.http import Route, SignedIn, Transaction
from chassis.identity import Actor
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Input, Output
from services.feedback.reports import actions, paper, policy
from services.feedback.reports.content import Content, Share
from services.feedback.reports.model import Report, ReportReason
from services.feedback.reports.periods import PATTERN, Period
from services.feedback.reports.shares import Compared
from services.feedback.scorecards import units
from services.feedback.scorecards.api import Code, UnitKind
from services.feedback.scorecards.units import Unit

router = APIRouter(prefix="/reports", tags=["报告"], route_class=Route)

EMPTY = "还没有报告。每期结束后，县和乡镇的报告会自动生成；其他单位可以现在生成。"
PAGE = (
    select(Report)
    .where(
        col(Report.unit) == bindparam("unit"),
        col(Report.code) == bindparam("code"),
        col(Report.id) < bindparam("before"),
    )
    .order_by(col(Report.id).desc())
    .limit(bindparam("limit"))
)


class ReportAsked(Input):
    """Of which unit, and which period; the figures come from the records."""

    unit: UnitKind
    code: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
    period: Annotated[str, Field(pattern=PATTERN, description="2023-05、2023-Q2、2023-H1 或 2023，须已结束")]


class ReportAskedAnew(Input):
    """Why a report is to be issued anew."""

    reason: ReportReason


class ReissueAsked(Output):
    """What waits for a second person now."""

    proposal_id: UUID
    expires_at: datetime


class ReportLine(Output):
    """An edition in a list."""

    id: UUID
    unit: str
    code: str
    kind: str
    kind_zh: str
    period: str
    title: str
    edition: int
    newest: bool
    reason_zh: str | None
    issued_at: datetime


class ReportPage(Output):
    """From new to old, every edition."""

    items: list[ReportLine]
    next: str | None
    hint_zh: str | None


class ShareView(Output):
    """A figure with its 95 % interval; the numerator is none where there are so few grades that it would tell them."""

    indicator: str
    numerator: int | None
    denominator: int
    percent: str | None
    range_zh: str | None
    outside: int
    excluded: int


class ReportedIndicator(Output):
    """What was counted, as it stood then, beside the last period; a comparison is none where none is drawn."""

    id: str
    name: str
    numerator: str
    denominator: str
    exclusions: list[str]
    source: str
    confidence: str
    share: ShareView
    last: ShareView | None
    change_zh: str | None


class PartShare(Output):
    """A figure of a unit below, beside those of all others together."""

    share: ShareView
    beside_zh: str | None


class PartView(Output):
    """A unit right below, by code, which is no order of merit."""

    code: str
    name: str
    shares: list[PartShare]


class ReportView(Output):
    """A report as it was issued; its charts are drawn from the percentages and intervals."""

    report: ReportLine
    period_zh: str
    last_zh: str
    as_of: datetime
    indicators: list[ReportedIndicator]
    parts: list[PartView]
    notes: list[str]
    digest: str  # SHA-256 of what was frozen, hexadecimal


@router.post("", status_code=201)
async def issue_report(body: ReportAsked, session: Transaction, actor: SignedIn) -> ReportView:
    """Issue the report of a unit whose work you are in charge of, about a period that is over.

    Refusals: `no-such-unit`, `may-not-issue-reports`, `wrong-period`, `report-is-there`.
    """
    unit = await (units.area if body.unit is UnitKind.DIVISION else units.organization)(session, body.code)
    return _view(await actions.issue(session, unit, Period.read(body.period), by=actor))


@router.get("")
async def reports(
    session: Transaction, actor: SignedIn, *, unit: UnitKind, code: Code, cursor: Cursor = None, limit: Limit = 25
) -> ReportPage:
    """The reports of a unit, for those who see its work. Refusals: `no-such-unit`."""
    about = await (units.area if unit is UnitKind.DIVISION else units.organization)(session, code)
    await policy.check_may_read(session, actor, about)
    found = await session.all(PAGE, unit=unit.value, code=code, before=place(cursor), limit=limit)
    return ReportPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


@router.get("/{report_id}")
async def report(report_id: UUID, session: Transaction, actor: SignedIn) -> ReportView:
    """A report as it was issued; every edition for ever."""
    return _view((await _seen(session, actor, report_id))[0])


@router.get(
    "/{report_id}/document",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The report as a file."}},
)
async def report_document(
    report_id: UUID,
    session: Transaction,
    actor: SignedIn,
    form: Annotated[Form, Query(description="pdf、docx 或 html")] = Form.PDF,
) -> Response:
    """A report as an official document. Refusals: `cannot-be-set`, `document-too-long`, `typesetter-busy`."""
    one, _ = await _seen(session, actor, report_id)
    return await answer(session, paper.paper_of(one), form, name=f"report-{one.period}-{one.edition}")


@router.get("/{report_id}/sheet", response_class=Response, responses=GIVEN_OUT)
async def report_sheet(report_id: UUID, session: Transaction, actor: SignedIn) -> Response:
    """A report as a spreadsheet with a chart."""
    one, _ = await _seen(session, actor, report_id)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="report-{one.period}-{one.edition}.xlsx"',
    }
    return Response(paper.sheet_of(one), media_type=XLSX, headers=headers)


@router.post("/{report_id}/editions", status_code=201)
async def ask_for_an_edition(
    report_id: UUID, body: ReportAskedAnew, session: Transaction, actor: SignedIn
) -> ReissueAsked:
    """Ask for a new edition, with a reason; it is issued when a second person confirms it. The old one stays.

    Refusals: `may-not-issue-reports`, `report-replaced`; of the confirmation also `report-unchanged`.
    """
    asked = await actions.ask_anew(session, report_id, reason=body.reason, by=actor)
    return ReissueAsked(proposal_id=asked.id, expires_at=asked.expires_at)


async def _seen(session: Session, actor: Actor, report_id: UUID) -> tuple[Report, Unit]:
    found = await session.get(Report, report_id)
    if found is None:
        raise NotFound()
    unit = await actions.unit_of(session, found)
    await policy.check_may_read_one(session, actor, unit)
    return found, unit


def _line(one: Report) -> ReportLine:
    return ReportLine(
        id=one.id,
        unit=one.unit,
        code=one.code,
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        period=one.period,
        title=Content.unpacked(one.content).title,
        edition=one.edition,
        newest=one.replaced_at is None,
        reason_zh=one.reason.title_zh if one.reason else None,
        issued_at=one.issued_at,
    )


def _view(one: Report) -> ReportView:
    content = Content.unpacked(one.content)
    last = {share.indicator: share for share in content.last}
    return ReportView(
        report=_line(one),
        period_zh=content.period_zh,
        last_zh=content.last_zh,
        as_of=content.as_of,
        indicators=[
            ReportedIndicator(
                id=said.id,
                name=said.name,
                numerator=said.numerator,
                denominator=said.denominator,
                exclusions=list(said.exclusions),
                source=said.source,
                confidence=said.confidence,
                share=_share(share),
                last=_share(last[said.id]) if said.id in last else None,
                change_zh=_zh(content.change(number)),
            )
            for number, (said, share) in enumerate(zip(content.indicators, content.shares, strict=True))
        ],
        parts=[
            PartView(
                code=part.code,
                name=part.name,
                shares=[
                    PartShare(share=_share(share), beside_zh=_zh(content.beside_the_rest(part, number)))
                    for number, share in enumerate(part.shares)
                ],
            )
            for part in content.parts
        ],
        notes=[paper.NOTE_ZH, paper.BESIDE_ZH],
        digest=one.digest.hex(),
    )


def _share(share: Share) -> ShareView:
    return ShareView(
        indicator=share.indicator,
        numerator=share.numerator,
        denominator=share.denominator,
        percent=share.percent,
        range_zh=share.range_zh,
        outside=share.outside,
        excluded=share.excluded,
    )


def _zh(compared: Compared | None) -> str | None:
    return None if compared is None else paper.COMPARED_ZH[compared]
