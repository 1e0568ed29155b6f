"""A tracking code shows why a case waits or has more time, until when, and what the lead of a merged one promised."""

from datetime import timedelta

import pytest

from tests.tasks.conftest import Village
from tests.tasks.tracking.test_tracking import track

pytestmark = pytest.mark.asyncio
SECRET = "王大爷住院，等他儿子𠮷回来"


async def do(village: Village, case: object, act: str, by: str = "agent", **body: object) -> dict[str, object]:
    """Do something with a case."""
    answer = await village.stand.post(f"/requests/{case}/{act}", by=getattr(village.people, by), **body)
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def test_a_pause_is_shown_with_its_codes_sentence_and_its_longest_end_and_no_word_of_anybodys(
    village: Village,
) -> None:
    made = await village.submit()
    case, code = made["id"], made["tracking_code"]
    await do(village, case, "promise", promised_on="2026-11-18")
    assert (await track(village, code))["paused"] is None
    await do(village, case, "pause", reason="papers", words=SECRET)
    shown = await track(village, code)
    assert shown["paused"] == {
        "since": "2026-11-16",
        "resumes_by": shown["paused"]["resumes_by"],  # type: ignore[index]
        "reason": "papers",
        "reason_zh": "等待群众补充材料",
    }
    assert "等待群众补充材料" in str(shown["says_zh"])
    year, month, day = map(int, str(shown["paused"]["resumes_by"]).split("-"))  # type: ignore[index]
    assert f"最迟 {year}年{month}月{day}日 自动恢复办理" in str(shown["says_zh"])
    assert SECRET not in str(shown)
    await do(village, case, "resume")
    gone_on = await track(village, code)
    assert (gone_on["paused"], gone_on["stage"]) == (None, "handling")


async def test_an_extension_is_shown_with_its_codes_sentence_once_it_is_granted(village: Village) -> None:
    made = await village.submit(kind="complaint")
    case, code = made["id"], made["tracking_code"]
    await do(village, case, "promise", promised_on="2026-11-18")
    asked = await do(village, case, "extension", days=2, reason=SECRET, code="works")
    assert (asked["code"], asked["code_zh"]) == ("works", "需要施工、采购或招标")
    assert (await track(village, code))["extended"] is None
    village.clock.at += timedelta(hours=2)
    decided = await village.stand.post(
        f"/extensions/{asked['id']}/decision", by=village.people.cadre, granted=True, words=SECRET
    )
    assert decided.status_code == 200, decided.text
    shown = await track(village, code)
    assert shown["extended"] == {
        "granted_on": "2026-11-16",
        "more_zh": asked["more_zh"],
        "last_day": decided.json()["new_last_day"],
        "reason": "works",
        "reason_zh": "需要施工、采购或招标",
    }
    assert "经批准延期（需要施工、采购或招标）" in str(shown["says_zh"])
    assert SECRET not in str(shown)


async def test_a_merged_case_shows_the_promise_of_the_case_with_which_it_is_done(village: Village) -> None:
    lead, part = await village.submit(), await village.submit(wording="三组的路灯不亮")
    await do(village, lead["id"], "promise", promised_on="2026-11-19")
    assert (await track(village, part["tracking_code"]))["lead_promise"] is None
    await do(village, lead["id"], "parts", by="cadre", request_ids=[part["id"]])
    shown = await track(village, part["tracking_code"])
    assert shown["promise"] is None
    assert shown["lead_promise"]["on"] == "2026-11-19"  # type: ignore[index]
    assert "主办的承办人承诺于 2026年11月19日 前一并办结" in str(shown["says_zh"])
    assert str(lead["id"]) not in str(shown)
    assert (await track(village, lead["tracking_code"]))["lead_promise"] is None
    await do(village, part["id"], "parting", by="cadre")
    assert (await track(village, part["tracking_code"]))["lead_promise"] is None
