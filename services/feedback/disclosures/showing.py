"""How disclosures are shown: to the public, and with what waits to those whose posts reach the village."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.clock import local_date
from chassis.paging import cursor_of_next
from chassis.session import Session
from chassis.words import Output
from services.feedback.disclosures import views
from services.feedback.disclosures.model import Disclosure, DisclosureEdition, Shown
from services.feedback.disclosures.schedule import Beat, DisclosureRule, DisclosureSchedule

STATEMENT = "/api/tasks/ledger/disclosures/{code}"
"""Where `tasks` gives out the closed months of a village's ledger."""
WAITING_ZH = "已填写，正在等待监督确认"
FILES_ZH = "原件在标题写明的地方，可以要求当面查看；扫描件与这里的 SHA-256 一致的，才是公开时的那一份。"
NEXT_ZH = {
    Shown.AHEAD: "还没有到公开的日期，到期后请再来查看。",
    Shown.MISSING: "已过公开期限还没有公开。请村（社区）书记尽快填写；群众可向乡镇（街道）反映。",
    Shown.PUBLIC: "有看不懂或觉得不对的地方，登录后可以提问，村（社区）须在期限内答复。",
    Shown.PUBLIC_LATE: "这一项公开晚了。有看不懂或觉得不对的地方，登录后可以提问，村（社区）须在期限内答复。",
}


class FigureView(Output):
    """One figure."""

    title: str
    amount: str
    unit: str


class FileView(Output):
    """A paper beside it, to be seen where its title says, and how to know that it is that one."""

    title: str
    digest: str


class EditionView(Output):
    """One edition, with who wrote it and who let it out."""

    number: int
    stage: str
    stage_zh: str
    words: str
    figures: list[FigureView]
    files: list[FileView]
    files_zh: str | None
    book_month: str | None
    statement: str | None  # where the ledger's statement of that month is read
    reason: str | None
    written_at: datetime
    writer: str
    decided_at: datetime | None
    decider: str | None
    remark: str | None


class DisclosureLine(Output):
    """How one disclosure stands today."""

    id: UUID
    division_code: str
    name: str
    kind_code: str
    title: str
    event: str
    beat: Beat
    beat_zh: str
    first_on: date
    last_on: date
    due_on: date
    shown: str
    shown_zh: str
    waiting_zh: str | None
    published_at: datetime | None
    edition: int


class DisclosurePage(Output):
    """Disclosures from new to old."""

    items: list[DisclosureLine]
    next_cursor: str | None


class DisclosureView(Output):
    """One disclosure with its editions from new to old, and the rule behind it."""

    disclosure: DisclosureLine
    editions: list[EditionView]
    says_zh: str | None  # what is to stand in it
    source: str | None
    confidence: str | None
    next_zh: str


class KindView(Output):
    """One kind of the schedule, as it holds today."""

    code: str
    title: str
    beat: Beat
    beat_zh: str
    within_days: int
    says_zh: str
    jurisdiction: str
    source: str
    confidence: str


class KindPage(Output):
    """What every village has to disclose."""

    name: str
    items: list[KindView]


def kind_view(rule: DisclosureRule) -> KindView:
    """One kind of the schedule."""
    return KindView(
        code=rule.code,
        title=rule.title,
        beat=rule.beat,
        beat_zh=rule.beat.title_zh,
        within_days=rule.within,
        says_zh=rule.says,
        jurisdiction=rule.jurisdiction,
        source=rule.source,
        confidence=rule.confidence,
    )


async def page_of(session: Session, found: Sequence[Disclosure], *, limit: int) -> DisclosurePage:
    """A page of lines."""
    return DisclosurePage(items=await lines_of(session, found), next_cursor=cursor_of_next(found, limit=limit))


async def lines_of(session: Session, found: Sequence[Disclosure]) -> list[DisclosureLine]:
    """How disclosures stand today."""
    today = local_date(session.now)
    names = await views.names_of(session, list(dict.fromkeys(one.division_code for one in found)))
    return [_line(one, name=names[one.division_code], shown=one.shown(today)) for one in found]


async def view_of(session: Session, found: Disclosure, *, whole: bool) -> DisclosureView:
    """A disclosure with its editions; `whole` with those that nobody let out."""
    rule = session.use(DisclosureSchedule).on(found.kind_code, found.first_on)
    editions = await views.editions(session, found, all_of_them=whole)
    return DisclosureView(
        disclosure=(await lines_of(session, [found]))[0],
        editions=[_edition(one, found.division_code, whole=whole) for one in editions],
        says_zh=rule.says if rule else None,
        source=rule.source if rule else None,
        confidence=rule.confidence if rule else None,
        next_zh=NEXT_ZH[found.shown(local_date(session.now))],
    )


def _line(found: Disclosure, *, name: str, shown: Shown) -> DisclosureLine:
    return DisclosureLine(
        id=found.id,
        division_code=found.division_code,
        name=name,
        kind_code=found.kind_code,
        title=found.title,
        event=found.event,
        beat=found.beat,
        beat_zh=found.beat.title_zh,
        first_on=found.first_on,
        last_on=found.last_on,
        due_on=found.due_on,
        shown=shown,
        shown_zh=shown.title_zh,
        waiting_zh=WAITING_ZH if found.waiting else None,
        published_at=found.published_at,
        edition=found.edition,
    )


def _edition(one: DisclosureEdition, division_code: str, *, whole: bool) -> EditionView:
    files = [FileView(**file) for file in json.loads(one.files)]
    return EditionView(
        number=one.number,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        words=one.words,
        figures=[FigureView(**line) for line in json.loads(one.figures)],
        files=files,
        files_zh=FILES_ZH if files else None,
        book_month=one.book_month,
        statement=STATEMENT.format(code=division_code) if one.book_month else None,
        reason=one.reason,
        written_at=one.written_at,
        writer=one.writer,
        decided_at=one.decided_at,
        decider=one.decider,
        remark=one.remark if whole else None,
    )
