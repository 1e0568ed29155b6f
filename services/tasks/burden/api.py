"""The burden meter over HTTP: the figures, their spreadsheet, and why each field is asked."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.clock import local_date, real_now
from chassis.documents import MEDIA_TYPES, Form
from chassis.documents.answers import answer
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Limit
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import DivisionCode, Output
from services.tasks.burden import paper, policy, views
from services.tasks.burden.fields import Fields, SourceKind
from services.tasks.burden.fields import Form as AskedForm
from services.tasks.burden.sheet import role_zh, written
from services.tasks.burden.views import Line, Meter
from services.tasks.roster.model import Division
from services.tasks.rules.pack import RuleId, RulePack

router = APIRouter(prefix="/burden", tags=["负担计量"], route_class=Route)

EMPTY = "这段时间还没有计数；计数在每天结束后自动进行，不需要任何人填报。"
LEFT_OUT = "个别岗位人数太少，会显出某一个人，只计入全县。"
NOTE = "只按岗位和月份合计，不记到个人；数字由系统从已有记录算出，没有人填报。"
Area = Annotated[DivisionCode | None, Query(description="本乡镇（街道）或本县（区）；不填为本乡镇")]
Months = Annotated[int, Query(ge=1, le=36, description="看最近几个月")]


class RoleBurden(Output):
    """What one role was asked for in one month; numbers of times, fields and messages."""

    role: str
    role_zh: str
    holders: int | None  # who hold such a post today
    forms: int
    fields_asked: int
    fields_held: int  # of them, held by somebody already
    notices: int
    digests: int
    texts: int
    reports_typed: int
    documents: int
    documents_over: int


class MonthBurden(Output):
    """One month of an area."""

    month: str  # 2026-11
    running: bool  # it is not over: the figures still grow
    fields_asked: int
    fields_held: int
    messages: int
    reports_typed: int
    documents_over: int
    roles: list[RoleBurden]
    says_zh: str


class FormBurden(Output):
    """A form that asked for much."""

    service: str
    form: str
    title_zh: str
    times: int
    fields_asked: int


class RuleView(Output):
    """A figure that the meter goes by."""

    name: str
    value: int
    source: str
    confidence_zh: str


class BurdenView(Output):
    """The meter of an area."""

    division_code: str
    name: str | None
    counted_to: date  # the last local day (real time) that can be in it
    months: list[MonthBurden]  # from new to old
    most_asked: list[FormBurden]
    rules: list[RuleView]
    says_zh: str
    hint_zh: str | None


class FieldView(Output):
    """One field, and where it comes from."""

    field: str
    kind: SourceKind
    why: str
    holder: str | None  # who holds it already; nobody does where this is none


class FormView(Output):
    """One form, with what it asks for."""

    service: str
    form: str
    title_zh: str
    asked_of: str
    fields: list[FieldView]


class FormPage(Output):
    """Forms in the order of the file."""

    items: list[FormView]
    next: int | None  # give it as `after` for the next page


@router.get("")
async def burden(session: Transaction, actor: SignedIn, division_code: Area = None, months: Months = 12) -> BurdenView:
    """What the work asked of people, by role and month, in your township or your county. Refusals: `meter-not-for-you`.

    Months and days are of real time (Asia/Shanghai). Figures and their sources: rules R-30 to R-35.
    """
    area = await policy.area_of(session, actor, division_code)
    found = await views.meter(session, area, months=months)
    division = await session.get(Division, area)
    shown = list(_months(found).values())
    return BurdenView(
        division_code=area,
        name=division.name if division else None,
        counted_to=local_date(real_now()) - timedelta(days=1),
        months=shown,
        most_asked=[
            FormBurden(
                service=one.service,
                form=one.form,
                title_zh=_title(session, one.service, one.form),
                times=one.times,
                fields_asked=one.fields,
            )
            for one in found.forms
        ],
        rules=_rules(session),
        says_zh=_trend(shown) if shown else EMPTY,
        hint_zh=LEFT_OUT if found.left_out else None,
    )


@router.get(
    "/sheet",
    response_class=Response,
    responses=GIVEN_OUT,
)
async def burden_sheet(
    session: Transaction, actor: SignedIn, division_code: Area = None, months: Months = 12
) -> Response:
    """The same as .xlsx. Refusals: `meter-not-for-you`."""
    area = await policy.area_of(session, actor, division_code)
    found = await views.meter(session, area, months=months)
    headers = {"Content-Disposition": f'attachment; filename="burden-{area}.xlsx"', "Cache-Control": "no-store"}
    return Response(written(found, session.use(Fields), note=NOTE), headers=headers, media_type=XLSX)


@router.get(
    "/document",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The meter as a page."}},
)
async def burden_document(
    session: Transaction,
    actor: SignedIn,
    division_code: Area = None,
    months: Months = 3,
    form: Annotated[Form, Query(description="html、pdf 或 docx")] = Form.HTML,
) -> Response:
    """The same as a page to read or to print.

    Refusals: `meter-not-for-you`, `cannot-be-set`, `document-too-long`, `typesetter-busy`.
    """
    area = await policy.area_of(session, actor, division_code)
    found = await views.meter(session, area, months=months)
    shown = _months(found)
    division = await session.get(Division, area)
    page = paper.paper_of(
        division.name if division else area,
        [paper.MonthSaid(f"{on:%Y年%m月}", one.says_zh, found.months[on]) for on, one in shown.items()],
        [(_title(session, one.service, one.form), one.times, one.fields) for one in found.forms],
        says=_trend(list(shown.values())) if shown else EMPTY,
        notes=[*([LEFT_OUT] if found.left_out else []), *(f"{one.name}：{one.source}" for one in _rules(session))],
    )
    return await answer(session, page, form, name=f"burden-{area}")


@router.get("/forms")
async def forms(
    session: Transaction,
    actor: SignedIn,
    after: Annotated[int, Query(ge=0, le=100_000, description="上一页给出的位置；第一页不填")] = 0,
    limit: Limit = 25,
) -> FormPage:
    """Each form with its fields: of whom it asks, why, and who holds it already. Refusals: `meter-not-for-you`."""
    await policy.area_of(session, actor, None)
    fields = session.use(Fields)
    some = fields.forms[after : after + limit]
    more = after + limit < len(fields.forms)
    return FormPage(items=[_form(fields, one) for one in some], next=after + limit if more else None)


def _months(found: Meter) -> dict[date, MonthBurden]:
    this_month = local_date(real_now()).replace(day=1)
    return {month: _month(month, lines, running=month == this_month) for month, lines in found.months.items()}


def _month(month: date, lines: list[Line], *, running: bool) -> MonthBurden:
    asked, held = sum(one.fields for one in lines), sum(one.held for one in lines)
    messages = sum(one.notices + one.digests + one.texts for one in lines)
    reports, over = sum(one.reports for one in lines), sum(one.documents_over for one in lines)
    said = [f"{month:%Y年%m月}共填 {asked} 项", f"收到通知和短信 {messages} 条"]
    said.append(f"其中 {held} 项别处已经掌握，应当取消" if held else "没有一项是重复索取")
    said.append(f"手写报告 {reports} 份，应当取消" if reports else "没有手写报告")
    if over:
        said.append(f"超长文件 {over} 份，请压缩")
    return MonthBurden(
        month=f"{month:%Y-%m}",
        running=running,
        fields_asked=asked,
        fields_held=held,
        messages=messages,
        reports_typed=reports,
        documents_over=over,
        roles=[_role(one) for one in lines],
        says_zh="，".join(said) + ("。本月未结束，数字还会增加。" if running else "。"),
    )


def _role(one: Line) -> RoleBurden:
    return RoleBurden(
        role=one.role,
        role_zh=role_zh(one.role),
        holders=one.holders,
        forms=one.sent,
        fields_asked=one.fields,
        fields_held=one.held,
        notices=one.notices,
        digests=one.digests,
        texts=one.texts,
        reports_typed=one.reports,
        documents=one.documents,
        documents_over=one.documents_over,
    )


def _trend(months: list[MonthBurden]) -> str:
    """How the last two whole months compare."""
    whole = [one for one in months if not one.running][:2]
    if len(whole) < 2:
        return f"{NOTE}满两个月后可比较增减。"
    now, before = whole
    change = now.fields_asked - before.fields_asked
    compared = f"比上月多 {change} 项，请看填写最多的表单" if change > 0 else f"比上月少 {-change} 项"
    return f"{now.month} 填写 {now.fields_asked} 项，{compared if change else '与上月持平'}。{NOTE}"


def _rules(session: Session) -> list[RuleView]:
    pack, today = session.use(RulePack), local_date(session.now)
    wanted = (RuleId.DOCUMENT_LENGTH, RuleId.DOCUMENT_SPECIAL_LENGTH, RuleId.BURDEN_LEAST)
    return [
        RuleView(name=rule.name, value=rule.value, source=rule.source, confidence_zh=rule.confidence.title_zh)
        for rule in (pack.rule(one, on=today) for one in wanted)
    ]


def _title(session: Session, service: str, action: str) -> str:
    form = session.use(Fields).form(service, action)
    return form.title if form else action


def _form(fields: Fields, form: AskedForm) -> FormView:
    return FormView(
        service=form.service,
        form=form.form,
        title_zh=form.title,
        asked_of=form.asked_of,
        fields=[
            FieldView(
                field=name,
                kind=fields.sources[source].kind,
                why=fields.sources[source].why,
                holder=fields.sources[source].holder or fields.holder_of(name, source),
            )
            for name, source in form.fields.items()
        ],
    )
