"""A plan is shown before it is decided, and nothing is decided before every suggestion has its answer."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from chassis.clock import real_now
from contracts.members import PersonErased
from services.feedback.suggestions.model import Suggestion
from tests.feedback.facts import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, post
from tests.feedback.office import Office

CADRE, OTHER, VILLAGER, NEIGHBOUR = uuid4(), uuid4(), uuid4(), uuid4()
DRAFT = {
    "division_code": TOWNSHIP,
    "title": "集镇停车管理办法（草案）",
    "draft": "第一条 集日在主街两侧不得停车。",
    "decides": "镇党委会议",
    "from_on": "2023-05-12",
    "to_on": "2023-05-20",
}
AFTER = datetime(2023, 5, 20, 16, tzinfo=UTC)  # the twenty-first in Shanghai


async def done(office: Office, path: str, *, by: UUID, code: int = 201, **body: object) -> dict[str, Any]:
    """Change something, and see the answer's code."""
    answer = await office.post(path, by=by, body=body)
    assert answer.status_code == code, answer.text
    return dict(answer.json())


async def asked(office: Office) -> str:
    """A draft of the township, announced by its cadre; another cadre is of the other one."""
    await office.hear(
        post(CADRE, "township_cadre", at="D-1", area=TOWNSHIP),
        post(OTHER, "township_cadre", at="D-2", area=OTHER_TOWNSHIP),
    )
    made = await done(office, "/consultations", by=CADRE, **DRAFT)
    return f"/consultations/{made['consultation']['id']}"


class TestSuggestions:
    """On SQLite; the class below runs the same on PostgreSQL."""

    pytestmark = pytest.mark.asyncio

    async def test_every_suggestion_is_answered_in_public_before_the_decision(self, office: Office) -> None:
        path = await asked(office)
        first = await done(office, f"{path}/suggestions", by=VILLAGER, words="我家住街口，留两个车位给卖菜的")
        second = await done(office, f"{path}/suggestions", by=VILLAGER, words="=1+1 晚上应可以停")
        third = await done(office, f"{path}/suggestions", by=NEIGHBOUR, words="留卖菜的车位")
        inbox = (await office.get(f"{path}/inbox", by=CADRE)).json()["items"]
        assert [one["id"] for one in inbox] == [third["id"], second["id"], first["id"]]
        assert "person_id" not in inbox[0]
        same = {"suggestion_ids": [first["id"], third["id"]], "adoption": "partly", "reason": "留一处临时卸货位"}
        await done(office, f"{path}/answers", by=CADRE, **same)
        decision = {"words": "自六月一日起施行"}
        refused = await office.post(f"{path}/decision", by=CADRE, body=decision)
        assert refused.json()["code"] == "still-open-for-suggestions"
        office.clock.at = AFTER
        refused = await office.post(f"{path}/decision", by=CADRE, body=decision)
        assert (refused.json()["code"], refused.json()["unanswered"]) == ("suggestions-without-answer", 1)
        listed = (await office.get("/consultations", by=uuid4(), code=VILLAGE)).json()["items"]
        assert listed == []  # it is the township's
        (waits,) = (await office.get("/consultations", by=uuid4(), code=TOWNSHIP, found="answering")).json()["items"]
        assert (waits["made"], waits["unanswered"]) == (3, 1)
        last = {"suggestion_ids": [second["id"]], "adoption": "not", "reason": "夜间清扫需要清空"}
        await done(office, f"{path}/answers", by=CADRE, **last)
        changed = last | {"adoption": "adopted", "reason": "夜间十点后可停"}
        await done(office, f"{path}/answers", by=CADRE, **changed)
        await done(office, f"/suggestions/{third['id']}/wording", by=CADRE, code=200, wording="给卖菜的留车位")
        decided = await done(office, f"{path}/decision", by=CADRE, code=200, **decision)
        assert {one["adoption"]: one["many"] for one in decided["adoptions"]} == {"adopted": 1, "partly": 2, "not": 0}
        public = (await office.get(f"{path}/suggestions", by=uuid4())).json()["items"]
        assert [(one["wording"], one["adoption_zh"], one["answerer"]) for one in public] == [
            ("给卖菜的留车位", "部分采纳", "乡镇（街道）干部 李四")
        ]
        again = await office.post(f"{path}/answers", by=CADRE, body=last)
        assert again.json()["code"] == "not-open-for-suggestions"
        mine = (await office.get("/suggestions/mine", by=VILLAGER)).json()["items"]
        assert [one["reason"] for one in mine] == ["夜间十点后可停", "留一处临时卸货位"]

    async def test_the_spreadsheet_holds_text_alone(self, office: Office) -> None:
        path = await asked(office)
        await done(office, f"{path}/suggestions", by=VILLAGER, words='=HYPERLINK("http://x","领奖")')
        assert (await office.get(f"{path}/sheet", by=OTHER)).status_code == 403
        sheet = (await office.get(f"{path}/sheet", by=CADRE)).content
        (row,) = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()[1:]
        assert row[0] == "2023-05-12"
        assert not str(row[1]).startswith("=")
        assert b"<f>" not in sheet

    async def test_an_erased_persons_words_are_gone_and_what_was_public_stays(self, office: Office) -> None:
        path = await asked(office)
        made = await done(office, f"{path}/suggestions", by=VILLAGER, words="我张三不同意")
        await done(office, f"/suggestions/{made['id']}/wording", by=CADRE, code=200, wording="不同意")
        await office.hear(PersonErased(person_id=VILLAGER, erased_at=real_now()))
        assert (await office.get("/suggestions/mine", by=VILLAGER)).json()["items"] == []
        async with office.mounted.sessions() as session:
            kept = await session.get(Suggestion, UUID(made["id"]))
        assert kept is not None
        assert (kept.words, kept.person_id == VILLAGER, kept.wording) == (None, False, "不同意")


class TestSuggestionsOnPostgres(TestSuggestions):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


@pytest.mark.asyncio
async def test_what_would_not_be_fair_is_refused(office: Office) -> None:
    path = await asked(office)

    async def refusal(path: str, by: UUID, **body: object) -> str:
        answer = await office.post(path, by=by, body=body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    assert await refusal("/consultations", OTHER, **DRAFT) == "may-not-consult"
    assert await refusal("/consultations", CADRE, **DRAFT | {"to_on": "2023-05-17"}) == "consulted-too-briefly"
    assert await refusal("/consultations", CADRE, **DRAFT | {"from_on": "2023-05-11"}) == "consulted-too-briefly"
    assert (
        await refusal("/consultations", CADRE, **DRAFT | {"draft": "有意见请打 13800138000"}) == "says-who-somebody-is"
    )
    stranger = {"suggestion_ids": [str(uuid4())], "adoption": "adopted", "reason": "好"}
    assert await refusal(f"{path}/answers", CADRE, **stranger) == "suggestion-of-another"
    assert await refusal(f"{path}/answers", OTHER, **stranger) == "may-not-consult"
    for _ in range(10):
        await done(office, f"{path}/suggestions", by=VILLAGER, words="再说一条")
    assert await refusal(f"{path}/suggestions", VILLAGER, words="再说一条") == "too-many-suggestions"
    office.clock.at = AFTER
    assert await refusal(f"{path}/suggestions", NEIGHBOUR, words="晚了一天") == "not-open-for-suggestions"
    await done(office, f"{path}/withdrawal", by=CADRE, code=200, words="另行起草")
    assert await refusal(f"{path}/decision", CADRE, words="通过") == "not-allowed-now"
