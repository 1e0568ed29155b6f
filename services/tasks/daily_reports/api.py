"""Daily reports over HTTP: read as JSON, page, PDF or .docx; nothing in them is typed by anybody."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.documents import MEDIA_TYPES, Form
from chassis.documents.answers import answer
from chassis.http import Route, SignedIn, Transaction
from chassis.identity import Actor
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.daily_reports import actions
from services.tasks.daily_reports.model import DailyReport, EditionReason
from services.tasks.figures.model import Content
from services.tasks.figures.paper import ContentView, content_view, paper_of
from services.tasks.groups import views as groups

router = APIRouter(tags=["工作日报"], route_class=Route)

EMPTY = "还没有工作日报；工作组的每一天结束后由系统自动生成，无需填报。"
PAGE = (
    select(DailyReport)
    .where(col(DailyReport.group_id) == bindparam("group"), col(DailyReport.id) < bindparam("before"))
    .order_by(col(DailyReport.id).desc())
    .limit(bindparam("limit"))
)


class ReportEdition(Input):
    """Why a report is issued anew."""

    reason: EditionReason


class ReportLine(Output):
    """A report in a list."""

    id: UUID
    group_id: UUID
    day: date
    edition: int
    newest: bool
    published_at: datetime
    reason_zh: str | None


class ReportPage(Output):
    """From new to old, every edition."""

    items: list[ReportLine]
    next: str | None
    hint_zh: str | None


class ReportView(Output):
    """A report as it was published."""

    report: ReportLine
    content: ContentView
    digest: str  # SHA-256 of what was frozen, hexadecimal


@router.get("/groups/{group_id}/today")
async def todays_report(group_id: UUID, session: Transaction, actor: SignedIn) -> ContentView:
    """What today's report of a group would say by now; it is published by itself after midnight."""
    group = await groups.seen(session, actor, group_id)
    return content_view(await actions.content_of(session, group, local_date(session.now)))


@router.get("/groups/{group_id}/daily-reports")
async def daily_reports(
    group_id: UUID, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> ReportPage:
    """The reports of a group that you see."""
    group = await groups.seen(session, actor, group_id)
    found = await session.all(PAGE, group=group.id, before=place(cursor), limit=limit)
    return ReportPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


@router.get("/daily-reports/{report_id}")
async def daily_report(report_id: UUID, session: Transaction, actor: SignedIn) -> ReportView:
    """A report as it was published, every edition for ever."""
    return _view(await _seen(session, actor, report_id))


@router.get(
    "/daily-reports/{report_id}/document",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The report as a file."}},
)
async def daily_report_document(
    report_id: UUID,
    session: Transaction,
    actor: SignedIn,
    form: Annotated[Form, Query(description="pdf、docx 或 html")] = Form.PDF,
) -> Response:
    """A report as an official document. Refusals: `cannot-be-set`, `typesetter-busy`."""
    one = await _seen(session, actor, report_id)
    edition = f"第{one.edition}版：{one.reason.title_zh}" if one.reason else None
    paper = paper_of(
        Content.unpacked(one.content),
        number=None,
        edition_zh=edition,
        issued_on=local_date(one.published_at),
        digest=one.digest.hex(),
    )
    return await answer(session, paper, form, name=f"daily-report-{one.day}-{one.edition}")


@router.post("/daily-reports/{report_id}/editions", status_code=201)
async def issue_report_anew(report_id: UUID, body: ReportEdition, session: Transaction, actor: SignedIn) -> ReportView:
    """Publish what the rows say now as a new edition; the old one stays readable.

    Refusals: `may-not-set-up-groups`, `edition-replaced`, `same-figures`.
    """
    await _seen(session, actor, report_id)
    return _view(await actions.issue_anew(session, report_id, by=actor, reason=body.reason))


async def _seen(session: Session, actor: Actor, report_id: UUID) -> DailyReport:
    found = await session.get(DailyReport, report_id)
    if found is None:
        raise NotFound()
    await groups.seen(session, actor, found.group_id)
    return found


def _line(one: DailyReport) -> ReportLine:
    return ReportLine(
        id=one.id,
        group_id=one.group_id,
        day=one.day,
        edition=one.edition,
        newest=one.replaced_at is None,
        published_at=one.published_at,
        reason_zh=one.reason.title_zh if one.reason else None,
    )


def _view(one: DailyReport) -> ReportView:
    return ReportView(report=_line(one), content=content_view(Content.unpacked(one.content)), digest=one.digest.hex())
