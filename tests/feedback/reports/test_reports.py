"""A report is frozen, issued anew by two persons alone, compares units fairly, and no persons."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import docx
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from services.feedback.cases.model import CaseRecord
from services.feedback.reports.actions import issue_what_is_due
from services.feedback.reports.content import Content, Part, Share, told_apart
from services.feedback.reports.model import Report
from services.feedback.reports.periods import PATTERN, Period, ReportKind, WrongPeriod
from tests.feedback.facts import (
    DISTRICT,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    NOON,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    Case,
    organization_id,
    post,
)
from tests.feedback.office import Office

JUNE = datetime(2023, 6, 20, 4, tzinfo=UTC)
LATE = {"round": 1, "handled_at": NOON + timedelta(days=9), "handled_in_time": False}
WELL = {"round": 1, "handled_at": NOON + timedelta(days=1), "handled_in_time": True}


async def people(office: Office) -> tuple[UUID, UUID]:
    """A cadre of the township and the county's operator, who may be the second person."""
    cadre, operator = uuid4(), uuid4()
    await office.hear(
        post(cadre, "township_cadre", at="D-1", area=TOWNSHIP), post(operator, "county_operator", at="D", area=DISTRICT)
    )
    return cadre, operator


async def records(office: Office, many: int, village: str, *, at: datetime = NOON, **said: object) -> None:
    """So many cases of a village."""
    made = []
    for _ in range(many):
        case = Case(village=village, submitted_at=at)
        record = CaseRecord.begin(case.submitted())
        record.turn, record.organization_id = 1, organization_id("D-1-1")
        for name, value in said.items():
            setattr(record, name, value)
        made.append(record)
    async with office.mounted.sessions() as session:
        session.add(*made)


async def issued(office: Office, by: UUID, code: str, period: str, *, unit: str = "division") -> dict[str, Any]:
    answer = await office.post("/reports", by=by, body={"unit": unit, "code": code, "period": period})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def figure(shown: dict[str, Any], indicator: str = "on_time") -> dict[str, Any]:
    return next(one for one in shown["indicators"] if one["id"] == indicator)


@pytest.mark.asyncio
async def test_a_report_is_frozen_and_issued_anew_by_two_persons_with_a_reason(office: Office) -> None:
    cadre, operator = await people(office)
    await records(office, 3, VILLAGE, **WELL)
    await records(office, 1, NEXT_VILLAGE, **LATE)
    early = await office.post("/reports", by=cadre, body={"unit": "division", "code": TOWNSHIP, "period": "2023-05"})
    assert early.json()["code"] == "wrong-period"  # the month is not over
    office.clock.at = JUNE
    shown = await issued(office, cadre, TOWNSHIP, "2023-05")
    assert shown["report"]["title"] == "甲镇2023年5月群众事项月报告"
    share = figure(shown)["share"]
    assert (share["numerator"], share["denominator"], share["percent"], share["range_zh"]) == (
        3,
        4,
        "75.00",
        "30.1～95.4",
    )
    assert [part["code"] for part in shown["parts"]] == [VILLAGE, NEXT_VILLAGE]
    again = await office.post("/reports", by=cadre, body={"unit": "division", "code": TOWNSHIP, "period": "2023-05"})
    assert again.json()["code"] == "report-is-there"

    path = f"/reports/{shown['report']['id']}"
    ask = await office.post(f"{path}/editions", by=cadre, body={"reason": "late_facts"})
    for by, code in ((cadre, "same-person"), (operator, "report-unchanged")):
        answer = await office.post(f"/proposals/{ask.json()['proposal_id']}/confirmation", by=by, body={})
        assert answer.json()["code"] == code

    late = Case(village=VILLAGE)  # heard of after the report
    await office.hear(*late.up_to_handling())
    assert (await office.get(path, by=cadre)).json() == shown
    live = await office.get("/scorecards", by=cadre, unit="division", code=TOWNSHIP, month="2023-05")
    assert {"numerator": 4, "denominator": 5}.items() <= live.json()["unit"]["figures"][3].items()
    done = await office.post(f"/proposals/{ask.json()['proposal_id']}/confirmation", by=operator, body={})
    assert done.status_code == 200, done.text

    newest, oldest = (await office.get("/reports", by=operator, unit="division", code=TOWNSHIP)).json()["items"]
    assert (newest["edition"], newest["newest"], newest["reason_zh"]) == (2, True, "有迟到的办理记录")
    assert (oldest["edition"], oldest["newest"], oldest["id"]) == (1, False, shown["report"]["id"])
    anew = (await office.get(f"/reports/{newest['id']}", by=cadre)).json()
    assert (figure(anew)["share"]["numerator"], figure(anew)["share"]["denominator"]) == (4, 5)
    old = (await office.get(path, by=cadre)).json()
    assert (old["indicators"], old["digest"]) == (shown["indicators"], shown["digest"])
    replaced = await office.post(f"{path}/editions", by=cadre, body={"reason": "fault"})
    assert replaced.json()["code"] == "report-replaced"
    async with office.mounted.sessions() as session:
        row = await session.get(Report, UUID(newest["id"]))
    assert row is not None
    assert (row.issued_by, row.confirmed_by) == (cadre, operator)
    assert row.digest.hex() == anew["digest"] == sha256(row.content.encode()).hexdigest()
    assert Content.unpacked(row.content).packed() == row.content


@pytest.mark.asyncio
async def test_it_stands_beside_the_last_report_as_that_was_frozen(office: Office) -> None:
    cadre, _ = await people(office)
    april = NOON - timedelta(days=30)
    await records(office, 40, VILLAGE, at=april, **LATE)
    office.clock.at = JUNE
    first = await issued(office, cadre, TOWNSHIP, "2023-04")
    assert figure(first)["change_zh"] == "件数少，不比较"  # there was nothing in March
    await records(office, 40, VILLAGE, at=april, **WELL)  # too late for the report of April
    await records(office, 40, VILLAGE, **WELL)
    shown = await issued(office, cadre, TOWNSHIP, "2023-05")
    assert (figure(shown)["last"]["numerator"], figure(shown)["last"]["denominator"]) == (0, 40)
    assert figure(shown)["change_zh"] == "较高"
    quarter = await office.post("/reports", by=cadre, body={"unit": "division", "code": TOWNSHIP, "period": "2023-Q2"})
    assert quarter.json()["code"] == "wrong-period"
    office.clock.at = JUNE + timedelta(days=30)
    quarter_ = await issued(office, cadre, TOWNSHIP, "2023-Q2")
    share = figure(quarter_)["share"]
    assert (share["numerator"], share["denominator"]) == (80, 120)  # every month of it, and April's late ones


@pytest.mark.asyncio
async def test_townships_are_compared_with_the_rest_and_nothing_below_a_township_is(office: Office) -> None:
    cadre, operator = await people(office)
    await records(office, 60, VILLAGE, **WELL)
    await records(office, 60, FAR_VILLAGE, **LATE)
    await records(office, 40, NEXT_VILLAGE, **LATE)
    office.clock.at = JUNE
    of_county = await issued(office, operator, DISTRICT, "2023-05")
    place = [one["id"] for one in of_county["indicators"]].index("on_time")
    beside = {part["code"]: part["shares"][place]["beside_zh"] for part in of_county["parts"]}
    assert beside == {TOWNSHIP: "较高", OTHER_TOWNSHIP: "较低"}
    of_township = await issued(office, cadre, TOWNSHIP, "2023-05")
    of_village = await issued(office, cadre, VILLAGE, "2023-05")
    of_branch = await issued(office, operator, "D-1-1", "2023-05", unit="organization")
    assert {share["beside_zh"] for part in of_township["parts"] for share in part["shares"]} == {None}
    assert [part["code"] for part in of_township["parts"]] == [VILLAGE, NEXT_VILLAGE]  # by code, whatever the figures
    for shown in (of_village, of_branch):
        assert {one["change_zh"] for one in shown["indicators"]} == {None}
        assert shown["parts"] == []
    committee = await issued(office, operator, "D-1", "2023-05", unit="organization")
    assert [part["code"] for part in committee["parts"]] == ["D-1-0", "D-1-1", "D-1-2"]
    html = (await office.get(f"/reports/{of_township['report']['id']}/document", by=cadre, form="html")).text
    assert "与其余单位相比" not in html
    for shown, has in ((of_county, True), (of_village, False)):
        html = (await office.get(f"/reports/{shown['report']['id']}/document", by=operator, form="html")).text
        assert (("与其余单位相比" in html), ("与上期相比" in html)) == (has, has)
        assert html.count('<table class="bars">') == (1 + len(shown["indicators"]) if has else 1)
    assert html.count("（上期）") == 0  # nor does a chart set a village beside itself


@pytest.mark.asyncio
async def test_pdf_word_and_spreadsheet_say_what_was_frozen(office: Office) -> None:
    cadre, _ = await people(office)
    await records(office, 3, VILLAGE, **WELL)
    about = Case(village=VILLAGE).submitted()
    named = about.model_copy(update={"about_person_id": uuid4(), "about_organization_id": organization_id("D-1-1")})
    await office.hear(named)
    office.clock.at = JUNE
    shown = await issued(office, cadre, TOWNSHIP, "2023-05")
    assert figure(shown)["share"]["denominator"] == 3  # a complaint about somebody stands in no report
    path = f"/reports/{shown['report']['id']}"
    pdf = (await office.get(f"{path}/document", by=cadre)).content
    said = "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())
    for words in ("甲镇2023年5月群众事项月报告", "按时办结率", "100.00%", "不排名次", shown["digest"]):
        assert words in said
    word = docx.Document(BytesIO((await office.get(f"{path}/document", by=cadre, form="docx")).content))
    drawn = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows if len(row.cells) == 3]
    assert ["按时办结率", "█" * 20, "100.00%"] in drawn
    assert ["按时办结率", "3", "3", "100.00%"] in [[cell.text for cell in row.cells][:4] for row in word.tables[0].rows]
    sheet = (await office.get(f"{path}/sheet", by=cadre)).content
    book = CalamineWorkbook.from_filelike(BytesIO(sheet))
    rows = book.get_sheet_by_name("总体").to_python()
    assert next(row[1:4] for row in rows if row[0] == "按时办结率") == [3, 3, 100]
    assert b"xl/charts/chart1.xml" in sheet
    assert [row[0] for row in book.get_sheet_by_name("各单位").to_python()][1 :: len(shown["indicators"])] == [
        "甲一村",
        "甲二村",
    ]


@pytest.mark.asyncio
async def test_reports_come_by_themselves_once_a_period_has_settled(office: Office) -> None:
    _, operator = await people(office)
    await records(office, 2, VILLAGE, **WELL)

    async def upkeep() -> int:
        async with office.mounted.sessions() as session:
            return await issue_what_is_due(session)

    office.clock.at = datetime(2023, 6, 10, 15, 59, tzinfo=UTC)
    assert await upkeep() == 0
    office.clock.at += timedelta(minutes=1)  # the eleventh of June in Shanghai
    assert await upkeep() == 2  # the county and the one township that had cases
    assert await upkeep() == 0
    (made,) = (await office.get("/reports", by=operator, unit="division", code=DISTRICT)).json()["items"]
    assert (made["period"], made["kind_zh"], made["reason_zh"]) == ("2023-05", "月报告", None)
    office.clock.at = datetime(2024, 1, 12, tzinfo=UTC)
    assert await upkeep() == 2  # the year; nothing came in in its last half, quarter or month
    there = (await office.get("/reports", by=operator, unit="division", code=TOWNSHIP)).json()["items"]
    assert [one["period"] for one in there] == ["2023", "2023-05"]


@pytest.mark.parametrize(
    ("text", "previous", "months", "over_on"),
    [
        ("2023-01", "2022-12", ["2023-01"], date(2023, 2, 1)),
        ("2023-12", "2023-11", ["2023-12"], date(2024, 1, 1)),
        ("2023-Q1", "2022-Q4", ["2023-01", "2023-02", "2023-03"], date(2023, 4, 1)),
        ("2023-H2", "2023-H1", [f"2023-{month:02}" for month in range(7, 13)], date(2024, 1, 1)),
        ("2023", "2022", [f"2023-{month:02}" for month in range(1, 13)], date(2024, 1, 1)),
    ],
)
def test_a_period_knows_its_months_and_the_one_before(
    text: str, previous: str, months: list[str], over_on: date
) -> None:
    period = Period.read(text)
    assert (str(period), str(period.previous), period.every_month, period.over_on) == (text, previous, months, over_on)
    assert Period.ended_before(over_on, period.kind) == period
    assert Period.ended_before(over_on - timedelta(days=1), period.kind) == period.previous


@pytest.mark.parametrize("text", ["2023-13", "2023-Q5", "2023-H3", "23", "2023-", "", "2023-05\n"])
def test_another_text_is_no_period(text: str) -> None:
    with pytest.raises(WrongPeriod):
        Period.read(text)
    assert PATTERN.endswith("$")
    assert [kind.months for kind in ReportKind] == [1, 3, 6, 12]


def test_the_few_grades_of_one_unit_cannot_be_worked_out_from_the_others() -> None:
    def part(code: str, numerator: int | None, denominator: int) -> Part:
        return Part(code, code, (Share("satisfied", numerator, denominator, 0, 0),))

    apart = told_apart([part("a", None, 3), part("b", 20, 25), part("c", 8, 9), part("d", 0, 0)])
    assert [one.shares[0].numerator for one in apart] == [None, 20, None, 0]
    apart = told_apart([part("a", None, 3), part("b", None, 4), part("c", 8, 9)])
    assert [one.shares[0].numerator for one in apart] == [None, None, 8]


@pytest.mark.asyncio
async def test_the_same_statements_run_on_postgres(office_on_postgres: Office) -> None:
    office = office_on_postgres
    cadre, operator = await people(office)
    await records(office, 2, VILLAGE, **WELL)
    office.clock.at = JUNE
    for code, unit in ((VILLAGE, "division"), ("D-1", "organization")):
        shown = await issued(office, operator, code, "2023-05", unit=unit)
        assert (figure(shown)["share"]["numerator"], figure(shown)["share"]["denominator"]) == (2, 2)
    async with office.mounted.sessions() as session:
        assert await issue_what_is_due(session) == 2
    (made,) = (await office.get("/reports", by=cadre, unit="division", code=TOWNSHIP)).json()["items"]
    ask = await office.post(f"/reports/{made['id']}/editions", by=cadre, body={"reason": "late_facts"})
    await records(office, 1, NEXT_VILLAGE, **LATE)
    done = await office.post(f"/proposals/{ask.json()['proposal_id']}/confirmation", by=operator, body={})
    assert done.status_code == 200, done.text
    listed = (await office.get("/reports", by=cadre, unit="division", code=TOWNSHIP)).json()["items"]
    assert [one["edition"] for one in listed] == [2, 1]
