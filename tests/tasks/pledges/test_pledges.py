"""A public pledge is everybody's to read, somebody above finds it kept or not, and no opinion leads to a person."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from services.tasks.opinions.model import Opinion, OpinionAbout, OpinionGiven, OpinionTally, Voice
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.pledges.acting import DAYS, did, opinions, paper, post_of, refused, seen_by_all

pytestmark = pytest.mark.asyncio

WORDS = "年底前修好村口的路"


async def made(village: Village, **body: object) -> str:
    """The secretary pledges."""
    asked = {"post_id": await post_of(village, village.people.secretary), "words": WORDS} | DAYS | body
    return str((await did(village, "/pledges", village.people.secretary, **asked))["id"])


async def published(village: Village, **body: object) -> str:
    """And makes it public."""
    pledge = await made(village, **body)
    await did(village, f"/pledges/{pledge}/publication", village.people.secretary)
    return pledge


async def test_a_pledge_goes_from_a_draft_to_found_kept_before_everybodys_eyes(village: Village) -> None:
    people, pledge = village.people, await made(village)
    assert (await seen_by_all(village, "/pledges/public", division_code=VILLAGE))["items"] == []
    assert (await village.stand.get(f"/pledges/{pledge}", by=people.cadre)).status_code == 404
    assert (await village.stand.client.get(f"/pledges/public/{pledge}")).status_code == 404
    await did(village, f"/pledges/{pledge}/publication", people.secretary)
    for area in (VILLAGE, TOWNSHIP):
        (line,) = (await seen_by_all(village, "/pledges/public", division_code=area))["items"]
        assert (line["words"], line["pledger"], line["stage"]) == (WORDS, "生成secretary", "published")
    assert await refused(village, f"/pledges/{pledge}/withdrawal", people.secretary) == "not-allowed-now"
    bare = await village.stand.post(f"/pledges/{pledge}/report", by=people.secretary, evidence=[])
    assert bare.status_code == 422
    await did(village, f"/pledges/{pledge}/report", people.secretary, evidence=[await paper(village, people.secretary)])
    kept = {"kept": True, "reason": "已到现场看过"}
    assert await refused(village, f"/pledges/{pledge}/finding", people.secretary, **kept) == "may-not-find-kept"
    assert await refused(village, f"/pledges/{pledge}/finding", people.villager, **kept) == "may-not-find-kept"
    found = await did(village, f"/pledges/{pledge}/finding", people.cadre, **kept)
    assert (found["stage"], found["found_by"]) == ("kept", "生成township_cadre")
    shown = await seen_by_all(village, f"/pledges/public/{pledge}")
    assert (shown["reason"], shown["evidence"]) == ("已到现场看过", [])
    inside = (await village.stand.get(f"/pledges/{pledge}", by=people.villager)).json()
    assert [one["media_type"] for one in inside["evidence"]] == ["application/pdf"]


async def test_what_was_not_kept_is_said_after_its_day_and_stays_public(village: Village) -> None:
    people, pledge = village.people, await published(village)
    broken = {"kept": False, "reason": "到期没有动工"}
    assert await refused(village, f"/pledges/{pledge}/finding", people.cadre, **broken) == "too-early-to-find-broken"
    village.clock.at += timedelta(days=46)
    (line,) = (await seen_by_all(village, "/pledges/public", division_code=VILLAGE))["items"]
    assert "届满" in line["says_zh"]
    kept = {"kept": True, "reason": "听说修好了"}
    assert await refused(village, f"/pledges/{pledge}/finding", people.cadre, **kept) == "not-allowed-now"
    await did(village, f"/pledges/{pledge}/finding", people.cadre, **broken)
    (line,) = (await seen_by_all(village, "/pledges/public", division_code=VILLAGE))["items"]
    assert (line["stage"], line["reason"]) == ("not_kept", "到期没有动工")


async def test_an_organisation_pledges_by_who_answers_for_it(village: Village) -> None:
    people = village.people
    agent = {"post_id": await post_of(village, people.agent), "words": WORDS} | DAYS
    assert await refused(village, "/pledges", people.agent, **agent, for_organization=True) == "not-your-pledge"
    assert await refused(village, "/pledges", people.cadre, **agent) == "not-your-pledge"
    await did(village, "/pledges", people.agent, **agent)
    pledge = await published(village, for_organization=True)
    assert (await seen_by_all(village, f"/pledges/public/{pledge}"))["pledger"] == "村支部"
    early = {"post_id": await post_of(village, people.secretary), "words": WORDS, "from_on": "2026-11-01"}
    wrong = await refused(village, "/pledges", people.secretary, **early, to_on="2026-11-16")
    assert wrong == "pledge-days-wrong"


async def test_each_says_what_they_think_once_and_the_pledger_does_not(village: Village) -> None:
    people, pledge = village.people, await made(village)
    said = {"about": "pledge", "about_id": pledge, "opinion": "satisfied"}
    assert await refused(village, "/opinions", people.villager, **said) == "nothing-to-judge-yet"
    await did(village, f"/pledges/{pledge}/publication", people.secretary)
    await did(village, "/opinions", people.villager, **said)
    again = said | {"opinion": "dissatisfied"}
    assert await refused(village, "/opinions", people.villager, **again) == "opinion-given-already"
    assert await refused(village, "/opinions", people.secretary, **said) == "own-doing"
    village.clock.at += timedelta(days=50)  # another quarter
    await did(village, "/opinions", people.villager, **again)
    assert len((await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]) == 2


async def test_sums_are_shown_from_five_on_and_move_on_by_five(village: Village) -> None:
    pledge = await published(village)
    await opinions(village, "pledge", pledge, "satisfied", how_many=4)
    (few,) = (await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]
    assert (few["satisfied"], few["dissatisfied"]) == (None, None)
    assert "不满 5 份" in few["says_zh"]
    await opinions(village, "pledge", pledge, "dissatisfied", how_many=1)
    (five,) = (await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]
    assert (five["satisfied"], five["dissatisfied"]) == (4, 1)
    await opinions(village, "pledge", pledge, "no_opinion", how_many=4)
    (still,) = (await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]
    assert still == five, "the sixth to the ninth would be seen one by one"
    await opinions(village, "pledge", pledge, "fairly_satisfied", how_many=1)
    (ten,) = (await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]
    assert (ten["satisfied"], ten["fairly_satisfied"], ten["dissatisfied"], ten["no_opinion"]) == (4, 1, 1, 4)
    await opinions(village, "pledge", pledge, "satisfied", how_many=5, voice="member")
    members, villagers = (await seen_by_all(village, f"/pledges/public/{pledge}"))["opinions"]
    assert (members["voice_zh"], members["satisfied"], villagers) == ("党员", 5, ten)


async def test_no_row_joins_a_person_with_what_they_said(village: Village) -> None:
    pledge = await published(village)
    await opinions(village, "pledge", pledge, "dissatisfied", how_many=3)
    async with village.stand.mounted.sessions() as session:
        given, tallies = await session.all(select(OpinionGiven)), await session.all(select(OpinionTally))
    assert len(given) == 3
    assert set(OpinionGiven.model_fields) == {"id", "township_code", "voice"}
    assert [one.dissatisfied for one in tallies] == [3]


@given(st.lists(st.sampled_from(Opinion), max_size=40), st.integers(1, 7))
async def test_what_is_shown_never_tells_one_voice(said: list[Opinion], least: int) -> None:
    tally = OpinionTally(
        id=uuid4(),
        township_code=TOWNSHIP,
        about=OpinionAbout.PLEDGE,
        about_id=uuid4(),
        period_on=None,
        voice=Voice.VILLAGER,
        **{name: 0 for name in OpinionTally.model_fields if "satisfied" in name or "no_opinion" in name},
    )  # type: ignore[arg-type]
    steps = [0]
    for one in said:
        tally.add(one, least=least)
        shown = (tally.shown_satisfied, tally.shown_fairly_satisfied, tally.shown_dissatisfied, tally.shown_no_opinion)
        assert sum(shown) % least == 0
        assert tally.given - sum(shown) < least
        steps.append(sum(shown))
    assert {later - earlier for earlier, later in itertools.pairwise(steps)} <= {0, least}
    assert tally.given == len(said)
