"""A letter is made above, signed by its person, countersigned above, and replaced when its items change."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import docx
import pypdf
import pytest
from sqlmodel import col, select

from services.tasks.burden.model import BurdenCount
from services.tasks.letters.text import digest_of
from tests.tasks.conftest import MONDAY, Village
from tests.tasks.letters.writing import countersigned, digest_in, letter_of, line, post_of, sign

pytestmark = pytest.mark.asyncio


async def check(village: Village, shown: dict[str, Any], digest: str, *, page: str = "") -> Any:
    """What anybody is told of a text."""
    return await village.stand.client.get(f"/letters/checks/{shown['letter']['number']}/{digest}{page}")


async def change(village: Village, shown: dict[str, Any], *lines: dict[str, object], code: int = 201) -> Any:
    answer = await village.stand.post(
        f"/letters/{shown['letter']['id']}/versions", by=village.people.cadre, lines=list(lines)
    )
    assert answer.status_code == code, answer.text
    return answer.json()


async def test_a_letter_is_signed_and_countersigned_and_every_act_is_recorded(village: Village) -> None:
    people = village.people
    shown = await letter_of(village)
    assert (shown["letter"]["version"], shown["letter"]["stage"]) == (1, "made")
    text = shown["versions"][0]["text"]
    assert digest_of(text).hex() == digest_in(shown)
    assert all(word in text for word in ("修好村道路灯", "2026-12-31", "生成secretary", shown["letter"]["number"]))
    signed = (await sign(village, shown)).json()
    assert signed["letter"]["stage"] == "signed"
    done = (await sign(village, shown, move="countersignature", by=people.cadre)).json()
    assert done["letter"]["stage"] == "countersigned"
    first, second = done["versions"][0]["signatures"]
    assert (first["role"], first["person_id"], first["post_zh"]) == ("responsible", str(people.secretary), "书记")
    assert (second["role"], second["person_id"]) == ("superior", str(people.cadre))
    assert (second["post_zh"], second["organization_name"]) == ("乡镇（街道）干部", "镇党委")
    for one in (first, second):
        assert one["text_digest"] == digest_in(shown)
        assert one["rule_version"] == done["versions"][0]["rule_version"]


async def test_the_person_is_told_to_sign_and_those_above_to_countersign(village: Village) -> None:
    shown = await letter_of(village)
    await sign(village, shown)
    for person, kind in ((village.people.secretary, "letter_to_sign"), (village.people.cadre, "letter_to_countersign")):
        told = (await village.stand.get("/notices", by=person)).json()["items"]
        assert kind in [one["kind"] for one in told]


async def test_any_change_makes_a_version_that_both_sign_anew_and_the_old_one_stays(village: Village) -> None:
    shown = await countersigned(village, line(1), line(2))
    old = digest_in(shown)
    assert (await change(village, shown, line(1), line(2), code=409))["code"] == "nothing-changed"
    for lines, said in (
        ((line(1), line(2, due_on="2027-01-31")), "改期 1 项"),
        ((line(1),), "移出 1 项"),
        ((line(1), line(3)), "新增 1 项"),
    ):
        shown = await change(village, shown, *lines)
        assert (shown["letter"]["stage"], shown["versions"][0]["changes_zh"]) == ("made", said)
        assert shown["versions"][0]["signatures"] == []
    assert [one["version"] for one in shown["versions"]] == [4, 3, 2, 1]
    first = shown["versions"][-1]
    assert (first["text_digest"], first["stage"], len(first["signatures"])) == (old, "replaced", 2)
    stale = await village.stand.post(
        f"/letters/{shown['letter']['id']}/signature", by=village.people.secretary, text_digest=old
    )
    assert stale.json()["code"] == "not-this-text"
    async with village.stand.mounted.sessions() as session:
        measured = await session.all(select(BurdenCount).where(col(BurdenCount.role) == "township_cadre"))
    assert [(one.kind, one.times) for one in measured] == [("document", 4)], "each version is a document more"


async def test_nobody_signs_for_somebody_else(village: Village) -> None:
    shown = await letter_of(village)
    for move, by, code in (
        ("signature", "cadre", "may-not-sign"),
        ("signature", "agent", "not-found"),
        ("countersignature", "secretary", "may-not-countersign"),
        ("countersignature", "other_agent", "not-found"),
        ("countersignature", "cadre", "not-allowed-now"),
    ):
        answer = await sign(village, shown, move=move, by=getattr(village.people, by))
        assert answer.json()["code"] == code, (move, by)


async def test_a_letter_is_made_from_above_once_a_year_for_a_post_that_is_held(village: Village) -> None:
    people = village.people
    asked: dict[str, object] = {"year": 2026, "title": "责任书", "lines": [line(1)]}
    post = await post_of(village, people.secretary)

    async def code(by: Any, **said: object) -> str:
        answer = await village.stand.post("/letters", by=by, **(asked | {"post_id": post} | said))
        return str(answer.json().get("code"))

    assert await code(people.secretary) == "may-not-make-letters"
    assert await code(people.villager) == "may-not-make-letters"
    assert await code(people.cadre, post_id=str(uuid4())) == "not-in-office"
    assert await code(people.cadre, lines=[line(1), line(1)]) == "same-item-twice"
    assert await code(people.cadre) == "None"
    assert await code(people.cadre) == "letter-there"
    assert await code(people.supervisor, year=2027) == "None"


async def test_letters_that_lack_a_signature_are_listed(village: Village) -> None:
    people = village.people
    first = await letter_of(village)
    second = await letter_of(village, person=people.agent)
    await sign(village, first)
    await sign(village, first, move="countersignature", by=people.cadre)

    async def listed(path: str, by: Any, **query: object) -> list[str]:
        return [one["id"] for one in (await village.stand.get(path, by=by, **query)).json()["items"]]

    ids = [first["letter"]["id"], second["letter"]["id"]]
    assert await listed("/letters", people.cadre) == ids[::-1]
    assert await listed("/letters", people.cadre, stage="unsigned") == ids[1:]
    assert await listed("/letters", people.cadre, stage="countersigned", year=2026) == ids[:1]
    assert await listed("/letters", people.cadre, year=2025) == []
    assert await listed("/letters", people.other_agent) == []
    assert await listed("/letters/own", people.agent) == ids[1:]
    empty = (await village.stand.get("/letters/own", by=people.villager)).json()
    assert "还没有责任书" in empty["hint_zh"]
    page = (await village.stand.get("/letters", by=people.cadre, limit=1)).json()
    assert await listed("/letters", people.cadre, limit=1, cursor=page["next"]) == ids[:1]


async def test_anybody_checks_a_text_and_learns_of_posts_and_dates_alone(village: Village) -> None:
    shown = await countersigned(village)
    digest = digest_in(shown)
    told = (await check(village, shown, digest)).json()
    assert [(one["role"], one["post_zh"], one["signed_on"]) for one in told["signatures"]] == [
        ("responsible", "书记", str(MONDAY.date())),
        ("superior", "乡镇（街道）干部", str(MONDAY.date())),
    ]
    assert told["newest"] is True
    assert "这是最新版本" in told["says_zh"]
    page = await check(village, shown, digest, page="/page")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for said in (str(told), page.text):
        assert "生成secretary" not in said
        assert str(village.people.secretary) not in said
        assert "修好村道路灯" not in said
    await change(village, shown, line(1))
    later = (await check(village, shown, digest)).json()
    assert (later["newest"], later["newest_version"], len(later["signatures"])) == (False, 2, 2)
    assert "已被第2版替代" in later["says_zh"]
    forged = f"{digest[:-1]}{'0' if digest[-1] != '0' else '1'}"
    assert (await check(village, shown, forged)).json()["code"] == "letter-text-unknown"


async def test_a_letter_is_printed_with_its_text_signatures_and_code(village: Village) -> None:
    shown = await countersigned(village)
    path = f"/letters/{shown['letter']['id']}/versions/1/document"
    answer = await village.stand.get(path, by=village.people.secretary)
    assert answer.headers["content-type"] == "application/pdf"
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages]
    said = "".join("".join(pages).split())
    for word in (
        "2026年度责任书",
        "修好村道路灯",
        "2026年12月31日",
        "村支部",
        "责任人（签署）",
        "上级（会签）",
        "镇党委",
    ):
        assert word in said
    assert digest_in(shown) in said
    again = await village.stand.get(path, by=village.people.cadre)
    assert again.content == answer.content
    word = docx.Document(BytesIO((await village.stand.get(path, by=village.people.cadre, form="docx")).content))
    assert "修好村道路灯" in [cell.text for row in word.tables[0].rows for cell in row.cells]
    html = (await village.stand.get(path, by=village.people.cadre, form="html")).text
    assert "修好村道路灯" in html
    assert (await village.stand.get(path, by=village.people.other_agent)).status_code == 404
    missing = await village.stand.get(path.replace("/1/", "/9/"), by=village.people.cadre)
    assert missing.status_code == 404
    huge = await village.stand.get(path.replace("/1/", f"/{10**30}/"), by=village.people.cadre)
    assert huge.status_code == 422
