"""A tracking code shows in plain words how far a case has come, nothing about anybody, and carries no right."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest

from services.tasks.requests.stages import Stage
from services.tasks.tracking.codes import RANDOM_DIGITS, new_code, plain
from services.tasks.tracking.words import Until, countdown, says
from tests.tasks.conftest import VILLAGE, Village

WORDS = "灶台漏气𠮷，住在老槐树旁"
NONE = Until(None, None, None, None, None, None, None)
ALL = Until(
    accept=datetime(2026, 11, 16, 3, tzinfo=UTC),
    finish=date(2026, 11, 21),
    rectify=date(2026, 12, 1),
    call_back=date(2026, 12, 2),
    appeal=date(2026, 12, 3),
    promised=date(2026, 11, 18),
    archive=date(2026, 12, 24),
)


async def track(village: Village, code: object) -> dict[str, object]:
    """What the code shows to anybody."""
    answer = await village.stand.client.post("/tracking", json={"code": code})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("until", [NONE, ALL], ids=["without dates", "with dates"])
def test_every_stage_has_one_sentence_that_is_whole(stage: Stage, until: Until) -> None:
    said = says(stage, until)
    assert said.endswith("。")
    assert "{" not in said
    assert "None" not in said


def test_no_two_stages_say_the_same() -> None:
    assert all(says(one, ALL) != says(other, ALL) for one, other in combinations(Stage, 2))


@pytest.mark.parametrize(
    ("stage", "date_zh"),
    [
        (Stage.DISPATCHED, "11月16日 11:00"),
        (Stage.HANDLING, "2026年11月18日"),
        (Stage.RETURNED, "2026年11月21日"),
        (Stage.RECTIFYING, "2026年12月1日"),
        (Stage.CALL_BACK, "2026年12月2日"),
        (Stage.APPEALED, "2026年12月3日"),
        (Stage.JUDGED, "2026年12月24日"),
    ],
)
def test_a_sentence_says_until_when(stage: Stage, date_zh: str) -> None:
    assert date_zh in says(stage, ALL)


@pytest.mark.parametrize(("days", "said"), [(3, "还有 3 天"), (0, "就是今天"), (-2, "已超过 2 天")])
def test_the_promise_is_counted_down(days: int, said: str) -> None:
    today = date(2026, 12, 31)
    assert countdown(today + timedelta(days=days), today=today) == said


def test_codes_are_of_fifty_three_bits_and_every_wrong_digit_is_found() -> None:
    assert RANDOM_DIGITS * 3.3219 > 53
    codes = {plain(new_code()) for _ in range(2_000)}
    assert len(codes) == 2_000


@pytest.mark.asyncio
async def test_promised_and_actual_times_stand_side_by_side(village: Village) -> None:
    made = await village.submit()
    first = await track(village, made["tracking_code"])
    assert (first["promise"], first["post"]) == (None, {"kind_zh": "代办员", "unit_zh": "村支部"})
    assert first["legal_time_zh"] == "5天（贵州省晴隆县）"
    path = f"/requests/{made['id']}"
    await village.stand.post(f"{path}/promise", by=village.people.agent, promised_on="2026-11-18")
    promised = (await track(village, made["tracking_code"]))["promise"]
    assert promised == {
        "first_on": "2026-11-18",
        "on": "2026-11-18",
        "changed": False,
        "days_left": 2,
        "countdown_zh": "还有 2 天",
        "kept": None,
    }
    village.clock.at += timedelta(days=3)
    late = (await track(village, made["tracking_code"]))["promise"]
    assert (late["days_left"], late["kept"], late["countdown_zh"]) == (-1, False, "已超过 1 天")  # type: ignore[index]
    await village.stand.post(f"{path}/report", by=village.people.agent, note="修好了")
    done = await track(village, made["tracking_code"])
    assert done["promise"]["kept"] is False  # type: ignore[index]
    assert done["outcome"]["handled"]["in_time"] is True  # type: ignore[index]  # the legal time was kept, the promise not
    assert done["outcome"]["solved"]["answer"] is None  # type: ignore[index]


@pytest.mark.asyncio
async def test_it_shows_nothing_by_which_anybody_is_known(village: Village) -> None:
    made = await village.submit(wording=WORDS)
    path = f"/requests/{made['id']}"
    await village.stand.post(f"{path}/promise", by=village.people.agent, promised_on="2026-11-18")
    await village.stand.post(f"{path}/report", by=village.people.agent, note="换了阀门，王大爷在家")
    await village.stand.post(f"{path}/judgement", by=village.people.villager, solved="no", round=1)
    shown = await village.stand.client.post("/tracking", json={"code": made["tracking_code"]})
    planted = [WORDS, "阀门", "王大爷", VILLAGE, str(made["id"]), str(made["tracking_code"]), "生成"]
    planted += [str(one) for one in vars(village.people).values()]
    for one in planted:
        assert one not in shown.text, one


@pytest.mark.asyncio
async def test_a_code_carries_no_right_to_judge(village: Village) -> None:
    made = await village.submit()
    path = f"/requests/{made['id']}"
    await village.stand.post(f"{path}/answer", by=village.people.agent, words="已办")
    code = made["tracking_code"]
    without_token = await village.stand.client.post(
        f"{path}/judgement", json={"solved": "yes", "round": 1, "code": code}, headers={"idempotency-key": "a" * 20}
    )
    assert without_token.status_code == 401
    by_tracking = await village.stand.client.post("/tracking", json={"code": code, "solved": "yes"})
    assert by_tracking.status_code == 422
    assert (await track(village, code))["stage"] == "handled"
