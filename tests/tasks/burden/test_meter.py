"""The meter adds up what the audit and the notices hold already, by role and month, and shows nobody by themselves."""

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from python_calamine import load_workbook

from chassis.audit.days import seal_one
from chassis.burden import CITIZEN, NOWHERE
from chassis.clock import local_date, real_now
from contracts.burden import CountedLine
from contracts.members import BurdenCounted, PostHeld
from services.tasks.burden.actions import measure_document
from services.tasks.burden.model import BurdenCount, DocumentKind
from services.tasks.burden.views import first_of
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def seal(village: Village) -> None:
    """The day ends: it is sealed, added up and heard."""
    async with village.stand.mounted.sessions() as session:
        counts = village.stand.mounted.service.counts
        await seal_one(session, "tasks", before=local_date(real_now() + timedelta(days=2)), fact=None, counts=counts)
    await village.stand.settle()


async def post_of(village: Village, kind: str, person: UUID, *, division: str = VILLAGE) -> None:
    """Somebody more is in office."""
    await village.stand.hear(
        PostHeld(
            post_id=uuid4(),
            person_id=person,
            name="同事",
            kind=kind,
            organization_id=uuid4(),
            division_code=division,
            from_on=date(2020, 1, 1),
            to_on=None,
        )
    )


async def enough_agents(village: Village) -> None:
    """Three agents, so that their figures are nobody's own."""
    await post_of(village, "proxy_agent", uuid4(), division="430702100203")


async def meter(village: Village, by: UUID, **query: object) -> dict[str, object]:
    """The meter as somebody sees it."""
    answer = await village.stand.get("/burden", by=by, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def line(shown: dict[str, object], role: str) -> dict[str, object]:
    """A role's line of the newest month."""
    (month, *_) = shown["months"]  # type: ignore[misc]
    return next(one for one in month["roles"] if one["role"] == role)


async def test_a_day_is_added_up_by_role_and_nobody_fills_anything_in(village: Village) -> None:
    await enough_agents(village)
    await village.handled()
    await village.handled()
    await seal(village)
    shown = await meter(village, village.people.secretary)
    agents = line(shown, "proxy_agent")
    # twice: a date promised, then a note and (for evidence) a field on the report
    assert agents["forms"] == 4
    assert agents["fields_asked"] == 2 * 1 + 2 * 2
    assert agents["fields_held"] == 0
    assert agents["reports_typed"] == 0
    assert agents["notices"] == 2  # each was told of both dispatches
    assert agents["holders"] == 3
    assert "没有手写报告" in str(shown["months"][0]["says_zh"])  # type: ignore[index]


async def test_the_same_day_is_added_up_once(village: Village) -> None:
    await enough_agents(village)
    await village.handled()
    await seal(village)
    fact = next(found for found in village.log.records if found.type == "tasks.burden.counted.v1")
    await village.stand.log.append([fact])
    await seal(village)
    assert line(await meter(village, village.people.agent), "proxy_agent")["forms"] == 2


async def test_citizens_stand_in_the_county_and_in_no_township(village: Village) -> None:
    await village.submit()
    await seal(village)
    county = await meter(village, village.people.operator, division_code=DISTRICT)
    assert line(county, CITIZEN)["forms"] == 1
    township = await meter(village, village.people.operator, division_code=TOWNSHIP)
    assert all(one["role"] != CITIZEN for month in township["months"] for one in month["roles"])  # type: ignore[attr-defined]


async def test_a_role_that_few_hold_is_shown_with_others_or_not_at_all(village: Village) -> None:
    await village.stand.hear(counted("secretary", "declare_absence", 7))
    shown = await meter(village, village.people.secretary)
    assert [one["role"] for one in shown["months"][0]["roles"]] == ["few"]  # type: ignore[index]
    assert line(shown, "few")["role_zh"] == "人数较少的岗位"


async def test_too_few_for_a_sum_are_left_out_of_their_township(village: Village) -> None:
    far = "430702200000"
    lonely = uuid4()
    await post_of(village, "township_cadre", lonely, division=far)
    await village.stand.hear(counted("township_cadre", "give_post", 5, township=far))
    shown = await meter(village, lonely)
    assert shown["months"] == []
    assert shown["most_asked"] == []
    assert "人数太少" in str(shown["hint_zh"])


async def test_the_worst_forms_come_first_and_months_from_new_to_old(village: Village) -> None:
    await enough_agents(village)
    this = local_date(real_now()).replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    before = (last - timedelta(days=1)).replace(day=1)
    for month, times in ((this, 1), (last, 4), (before, 2)):
        await village.stand.hear(counted("proxy_agent", "declare_absence", times, day=month))
        await village.stand.hear(counted("proxy_agent", "find_persons", 50, day=month))
    shown = await meter(village, village.people.agent)
    assert [one["month"] for one in shown["months"]] == [f"{day:%Y-%m}" for day in (this, last, before)]  # type: ignore[attr-defined]
    assert [one["running"] for one in shown["months"]] == [True, False, False]  # type: ignore[attr-defined]
    (worst,) = shown["most_asked"]  # type: ignore[misc]  # what only proves or finds asks for nothing
    assert (worst["form"], worst["times"], worst["fields_asked"]) == ("declare_absence", 7, 35)
    assert worst["title_zh"] == "请假并指定代行人"
    assert "比上月多 10 项" in str(shown["says_zh"])


async def test_who_holds_no_post_and_who_is_elsewhere_sees_nothing(village: Village) -> None:
    for by, query in ((village.people.villager, {}), (village.people.cadre, {"division_code": "430703100000"})):
        refused = await village.stand.get("/burden", by=by, **query)
        assert refused.status_code == 403
        assert refused.json()["code"] == "meter-not-for-you"


async def test_long_documents_are_counted_and_go_out_all_the_same(village: Village) -> None:
    async with village.stand.mounted.sessions() as session:
        for kind, characters, over in (
            (DocumentKind.GENERAL, 5000, False),
            (DocumentKind.GENERAL, 5001, True),
            (DocumentKind.SPECIAL, 4000, False),
            (DocumentKind.SPECIAL, 4001, True),
        ):
            found = await measure_document(
                session, township_code=DISTRICT, role="county_operator", kind=kind, characters=characters
            )
            assert found is over
    async with village.stand.mounted.sessions() as session:
        key = (DISTRICT, local_date(real_now()).replace(day=1), "county_operator", "tasks")
        counted = [
            await session.get(BurdenCount, *key, kind, what)
            for kind in ("document", "document_over")
            for what in ("general", "special")
        ]
    assert [one.times for one in counted if one] == [2, 2, 1, 1]


async def test_the_spreadsheet_and_the_page_say_the_same(village: Village) -> None:
    await enough_agents(village)
    await village.stand.hear(counted("proxy_agent", "declare_absence", 3))
    answer = await village.stand.get("/burden/sheet", by=village.people.agent)
    book = load_workbook(BytesIO(answer.content))
    rows = book.get_sheet_by_name("负担计量").to_python()
    assert rows[1][:6] == [f"{local_date(real_now()):%Y-%m}", "代办员", 3, 3, 15, 0]
    assert book.get_sheet_by_name("填写最多的表单").to_python()[1] == ["请假并指定代行人", 3, 15]
    page = await village.stand.get("/burden/document", by=village.people.agent)
    assert page.headers["content-type"].startswith("text/html")
    for said in (
        "镇基层负担计量",
        f"{local_date(real_now()):%Y年%m月}",
        "代办员",
        "请假并指定代行人",
        "没有一项是重复索取",
    ):
        assert said in page.text


async def test_anybody_in_office_reads_why_each_field_is_asked(village: Village) -> None:
    seen, after = list[dict[str, object]](), 0
    while True:
        page = (await village.stand.get("/burden/forms", by=village.people.agent, after=after, limit=100)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        after = page["next"]
    promise = next(one for one in seen if one["form"] == "promise")
    assert promise["title_zh"] == "签收并承诺日期"
    assert promise["fields"] == [
        {"field": "promised_on", "kind": "own", "why": "由填的人承诺或决定的日期、天数、时间", "holder": None}
    ]


async def test_the_span_of_months_ends_with_this_one() -> None:
    this = local_date(real_now()).replace(day=1)
    assert first_of(1) == this
    assert first_of(13) == this.replace(year=this.year - 1)


def counted(role: str, form: str, times: int, *, township: str = TOWNSHIP, day: date | None = None) -> BurdenCounted:
    """What `members` would tell of a day."""
    return BurdenCounted(
        township_code=NOWHERE if role == CITIZEN else township,
        day=day or local_date(real_now()),
        lines=[CountedLine(role=role, kind="form", what=form, times=times)],
    )
