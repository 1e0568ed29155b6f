"""What a village has to make public stands on its list beforehand, is let out by two, corrected with a reason."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import DisclosureFoundMissing
from contracts.members import DivisionListed
from services.feedback.disclosures.planning import list_ahead
from services.feedback.disclosures.schedule import Beat
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NEXT_VILLAGE, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, post
from tests.feedback.office import Office

SECRETARY, SUPERVISOR, CADRE, VILLAGER = uuid4(), uuid4(), uuid4(), uuid4()
FIGURES = [{"title": "上月结存", "amount": "12000.50", "unit": "元"}]
FILES = [{"title": "五月收支凭证，存村部档案柜", "digest": "ab" * 32}]
WRITTEN = {"words": "五月收入 3 万元，支出 2.4 万元。", "figures": FIGURES}


async def village(office: Office) -> None:
    """A secretary of the village, a supervisor of it, and a cadre of the other township."""
    await office.hear(
        post(SECRETARY, "secretary", at="D-1-1", area=VILLAGE),
        post(SUPERVISOR, "supervisor", at="D-1-1", area=VILLAGE),
        post(CADRE, "township_cadre", at="D-2", area=OTHER_TOWNSHIP),
    )
    await listed(office)


async def listed(office: Office) -> int:
    """What the upkeep lists now."""
    async with office.mounted.sessions() as session:
        return await list_ahead(session)


async def read(office: Office, path: str, **query: str | int) -> dict[str, Any]:
    """What everybody reads."""
    answer = await office.get(path, by=uuid4(), **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def of_kind(office: Office, kind: str) -> dict[str, Any]:
    """The village's newest disclosure of a kind."""
    items = (await read(office, "/disclosures", division_code=VILLAGE, kind=kind))["items"]
    return dict(items[0])


async def done(office: Office, path: str, *, by: UUID, code: int = 200, **body: object) -> dict[str, Any]:
    """Change something, and see the answer's code."""
    answer = await office.post(path, by=by, body=body)
    assert answer.status_code == code, answer.text
    return dict(answer.json())


class TestDisclosures:
    """On SQLite; the class below runs the same on PostgreSQL."""

    pytestmark = pytest.mark.asyncio

    async def test_what_is_missing_is_seen_on_the_day_though_nobody_filed_anything(self, office: Office) -> None:
        assert await listed(office) == 6 * 3  # every kind that comes by itself, in three villages
        assert await listed(office) == 0
        assert (await of_kind(office, "finances"))["shown"] == "ahead"
        office.clock.at = datetime(2023, 6, 10, 15, 59, tzinfo=UTC)  # the last minute of the tenth in Shanghai
        assert (await read(office, "/disclosures/missing", code=DISTRICT))["items"] == []
        office.clock.at += timedelta(minutes=1)
        missing = (await read(office, "/disclosures/missing", code=DISTRICT))["items"]
        assert [(one["division_code"], one["kind_code"], one["due_on"]) for one in missing] == [
            (code, "finances", "2023-06-10") for code in (FAR_VILLAGE, NEXT_VILLAGE, VILLAGE)
        ]
        assert missing[0]["shown_zh"] == "应公开未公开"
        await office.mounted.timers.fire_due()
        found = await office.told_of(DisclosureFoundMissing)
        assert {str(one.disclosure_id) for one in found} == {one["id"] for one in missing}
        assert {one.township_code for one in found} == {TOWNSHIP, OTHER_TOWNSHIP}
        below = (await read(office, "/disclosures/missing", code=TOWNSHIP, limit=1))["items"]
        assert [one["division_code"] for one in below] == [NEXT_VILLAGE]
        office.clock.at = datetime(2023, 9, 1, tzinfo=UTC)  # a whole summer without upkeep
        assert await listed(office) == 3 * (4 + 3 + 1)  # four months, three third quarters, a half-year
        half_year = await of_kind(office, "family-planning")
        assert (half_year["first_on"], half_year["due_on"]) == ("2023-07-01", "2024-01-15")
        await office.hear(DivisionListed(code="430702001009", name="新村", kind="village", superior_code=TOWNSHIP))
        assert await listed(office) == 6  # what runs now, and nothing of before it was there

    async def test_two_let_it_out_and_a_correction_keeps_what_was_there(self, office: Office) -> None:
        await village(office)
        path = f"/disclosures/{(await of_kind(office, 'finances'))['id']}"
        office.clock.at = datetime(2023, 6, 3, tzinfo=UTC)
        (to_write,) = (await office.get("/disclosures/work", by=SECRETARY, code=VILLAGE, waits="words")).json()["items"]
        assert path.endswith(to_write["id"])
        await done(office, f"{path}/editions", by=SECRETARY, code=201, **WRITTEN)
        assert (await read(office, path))["editions"] == []  # until another person has looked it over
        await done(office, f"{path}/return", by=SUPERVISOR, words="没有列出大额支出")
        told = WRITTEN | {"files": [FILES[0] | {"title": "收据，电话 13800000000"}]}
        refused = await done(office, f"{path}/editions", by=SECRETARY, code=422, **told)
        assert refused["code"] == "says-who-somebody-is"
        again = await done(office, f"{path}/editions", by=SECRETARY, code=201, **WRITTEN)
        assert [one["remark"] for one in again["editions"]] == [None, "没有列出大额支出"]
        (waiting,) = (await office.get("/disclosures/work", by=SUPERVISOR, code=VILLAGE, waits="confirmation")).json()[
            "items"
        ]
        assert waiting["waiting_zh"] == "已填写，正在等待监督确认"
        await done(office, f"{path}/confirmation", by=SUPERVISOR)
        shown = await read(office, path)
        assert shown["disclosure"]["shown"] == "public"
        assert [(one["number"], one["writer"], one["decider"]) for one in shown["editions"]] == [
            (2, "书记 李四", "监督（督查） 李四")
        ]
        assert shown["editions"][0]["figures"] == FIGURES
        office.clock.at = datetime(2023, 7, 20, tzinfo=UTC)
        assert (shown["editions"][0]["files"], shown["editions"][0]["files_zh"]) == ([], None)
        corrected = {"words": "五月收入 3.1 万元。", "reason": "漏记一笔收入", "figures": FIGURES, "files": FILES}
        corrected["book_month"] = "2023-05"
        await done(office, f"{path}/editions", by=SECRETARY, code=201, **corrected)
        await done(office, f"{path}/confirmation", by=SUPERVISOR)
        shown = await read(office, path)
        assert [(one["number"], one["stage"], one["reason"]) for one in shown["editions"]] == [
            (3, "public", "漏记一笔收入"),
            (2, "replaced", None),
        ]
        assert shown["editions"][0]["files"] == FILES
        assert shown["editions"][0]["statement"] == f"/api/tasks/ledger/disclosures/{VILLAGE}"
        await office.mounted.timers.fire_due()
        found = {str(one.disclosure_id) for one in await office.told_of(DisclosureFoundMissing)}
        assert found  # of the two other villages
        assert shown["disclosure"]["id"] not in found
        assert shown["disclosure"]["shown"] == "public"  # it was in time, whatever was corrected later
        other = (await office.get("/disclosures/work", by=CADRE, code=VILLAGE, waits="words")).status_code
        assert other == 403

    async def test_a_question_is_answered_in_public_and_nobodys(self, office: Office) -> None:
        await village(office)
        path = f"/disclosures/{(await of_kind(office, 'finances'))['id']}"
        asked = await done(office, f"{path}/questions", by=VILLAGER, code=201, words="我是张三，修路的钱去哪了？")
        assert asked["due_on"] == "2023-05-19"
        first = (await read(office, f"{path}/questions"))["items"][0]
        assert "张三" not in first["question"]
        (waits,) = (await office.get("/disclosure-questions", by=SECRETARY, code=VILLAGE, waits="answer")).json()[
            "items"
        ]
        assert (asked["residence_zh"], "未经核实" in waits["residence_zh"]) == (None, True)
        assert (waits["words"], "person_id" in waits) == ("我是张三，修路的钱去哪了？", False)
        question = f"/disclosure-questions/{asked['id']}"
        office.clock.at = datetime(2023, 5, 19, 16, tzinfo=UTC)  # the twentieth in Shanghai
        assert (await read(office, f"{path}/questions"))["items"][0]["late_zh"] == "已过答复期限"
        await done(office, f"{question}/answer", by=SECRETARY, words="已付工程款，见合同公开。")
        assert (await read(office, f"{path}/questions"))["items"][0]["answer"] is None  # it may say who asked
        await done(office, f"{question}/wording", by=SUPERVISOR, wording="修路的钱用在哪里？")
        shown = (await read(office, f"{path}/questions"))["items"][0]
        assert (shown["question"], shown["answer"]) == ("修路的钱用在哪里？", "已付工程款，见合同公开。")
        assert shown["answerer"] == "书记 李四"
        mine = (await office.get("/disclosure-questions/mine", by=VILLAGER)).json()["items"]
        assert [one["id"] for one in mine] == [asked["id"]]
        assert (await office.get("/disclosure-questions/mine", by=uuid4())).json()["items"] == []


class TestDisclosuresOnPostgres(TestDisclosures):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


@pytest.mark.asyncio
async def test_what_would_not_be_true_or_safe_is_refused(office: Office) -> None:
    await village(office)
    path = f"/disclosures/{(await of_kind(office, 'finances'))['id']}"

    async def refusal(path: str, by: UUID, **body: object) -> str:
        answer = await office.post(path, by=by, body=body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    assert await refusal(f"{path}/editions", SUPERVISOR, **WRITTEN) == "may-not-disclose"
    assert await refusal(f"{path}/editions", SECRETARY, words="无", figures=[]) == "figures-missing"
    personal = WRITTEN | {"words": "有疑问请打 138 0013 8000"}
    assert await refusal(f"{path}/editions", SECRETARY, **personal) == "says-who-somebody-is"
    assert await refusal(f"{path}/confirmation", SUPERVISOR) == "not-found"  # nothing is written
    await done(office, f"{path}/editions", by=SECRETARY, code=201, **WRITTEN)
    assert await refusal(f"{path}/editions", SECRETARY, **WRITTEN) == "edition-waits"
    assert await refusal(f"{path}/confirmation", CADRE) == "may-not-supervise"  # of another township
    await office.hear(post(SECRETARY, "supervisor", at="D-1-1", area=VILLAGE))
    assert await refusal(f"{path}/confirmation", SECRETARY) == "writer-may-not-confirm"
    await done(office, f"{path}/confirmation", by=SUPERVISOR)
    assert await refusal(f"{path}/confirmation", SUPERVISOR) == "not-allowed-now"
    assert await refusal(f"{path}/editions", SECRETARY, **WRITTEN) == "correction-needs-reason"
    for _ in range(3):
        await done(office, f"{path}/questions", by=VILLAGER, code=201, words="为什么？")
    assert await refusal(f"{path}/questions", VILLAGER, words="为什么？") == "too-many-open-questions"


@pytest.mark.asyncio
async def test_what_happens_is_public_within_days_of_its_kind(office: Office) -> None:
    await village(office)
    event = {"division_code": VILLAGE, "kind_code": "land", "event": "村东征地 12 亩", "happened_on": "2023-05-11"}
    made = await done(office, "/disclosures", by=SUPERVISOR, code=201, **event)
    assert (made["due_on"], made["shown"]) == ("2023-05-16", "ahead")
    for otherwise, code in (
        ({}, "event-known"),
        ({"happened_on": "2023-05-13"}, "event-ahead"),
        ({"kind_code": "finances"}, "no-such-disclosure-kind"),
        ({"division_code": TOWNSHIP}, "may-not-disclose"),
    ):
        answer = await office.post("/disclosures", by=SUPERVISOR, body=event | otherwise)
        assert answer.json()["code"] == code, otherwise
    office.clock.at = datetime(2023, 5, 17, 4, tzinfo=UTC)
    (missing,) = (await read(office, "/disclosures/missing", code=VILLAGE))["items"]
    assert missing["event"] == "村东征地 12 亩"
    await done(office, f"/disclosures/{made['id']}/editions", by=SECRETARY, code=201, **WRITTEN)
    await done(office, f"/disclosures/{made['id']}/confirmation", by=SUPERVISOR)
    assert (await of_kind(office, "land"))["shown_zh"] == "已公开（逾期）"


def test_periods_begin_with_the_year_or_a_whole_number_of_them_later() -> None:
    day = date(2024, 12, 31)
    assert Beat.MONTH.around(day) == (date(2024, 12, 1), day)
    assert Beat.QUARTER.around(date(2024, 2, 29)) == (date(2024, 1, 1), date(2024, 3, 31))
    assert Beat.HALF_YEAR.around(day) == (date(2024, 7, 1), day)
    assert Beat.YEAR.around(day) == (date(2024, 1, 1), day)
    assert Beat.AT_ONCE.around(day) == (day, day)
