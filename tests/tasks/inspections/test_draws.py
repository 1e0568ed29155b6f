"""Drawing units: commit, publish, reveal; who lets a round lapse gains nothing and draws no more."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from profiles.inspection_commands import app
from services.tasks.samples.drawing import draw as worked_out
from tests.tasks.inspections.conftest import BRANCHES, Inspected, secret
from tests.tasks.warnings.telling import at, move

pytestmark = pytest.mark.asyncio


async def test_two_officers_draw_and_anybody_works_it_out_again(inspected: Inspected, tmp_path: Path) -> None:
    plan, record = await inspected.drawn()
    assert (record["stage"], len(record["units"]), len(record["drawn"])) == ("drawn", BRANCHES + 2, 16)
    values = [one["value"] for one in record["revealed"]]
    assert values == [secret("word 1"), secret("word 2")]
    again = worked_out([unit["code"] for unit in record["units"]], share=80, values=values)
    assert (list(again.drawn), again.result_sha256) == (record["drawn"], record["result_sha256"])
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    checked = CliRunner().invoke(app, ["verify", str(file)])
    assert checked.exit_code == 0, checked.output
    assert "复算一致" in checked.output
    for name, value in (("drawn", record["drawn"][::-1]), ("share", 90), ("units", record["units"][1:])):
        file.write_text(json.dumps(record | {name: value}, ensure_ascii=False), encoding="utf-8")
        assert CliRunner().invoke(app, ["verify", str(file)]).exit_code == 1, name
    counted = await inspected.got(f"/inspection-plans/{plan}/coverage", inspected.village.people.supervisor)
    assert (counted["units"], counted["least"], counted["drawn"], counted["visited"]) == (20, 16, 16, 0)
    assert "还差 16 个" in counted["says_zh"]


async def test_nothing_is_shown_before_both_revealed(inspected: Inspected) -> None:
    _, draw = await inspected.frozen()
    people = inspected.village.people
    await inspected.commit(draw, 1, people.supervisor, "one")
    record = await inspected.public(f"/inspection-draws/{draw}")
    assert (record["commitments"], record["published"]) == ([], None)  # the second learns nothing of the first
    await inspected.commit(draw, 2, people.cadre, "two")
    record = await inspected.public(f"/inspection-draws/{draw}")
    assert (len(record["commitments"]), record["stage"]) == (2, "revealing")
    assert record["published"] is not None
    await inspected.reveal(draw, people.supervisor, "one")
    for text in (
        json.dumps(await inspected.public(f"/inspection-draws/{draw}")),
        json.dumps(await inspected.got("/inspection-draws/mine", people.cadre)),
    ):
        assert secret("one") not in text
        assert secret("salt of one") not in text
    record = await inspected.public(f"/inspection-draws/{draw}")
    assert (record["revealed"], record["seed"], record["drawn"]) == ([], None, [])
    assert [one["revealed_at"] for one in record["officers"]] == [None, None]


async def test_a_value_is_what_was_committed_to_and_given_once(inspected: Inspected) -> None:
    _, draw = await inspected.frozen()
    people = inspected.village.people
    early = await inspected.reveal(draw, people.supervisor, "one", expected=409)
    assert early["code"] == "not-allowed-now"
    await inspected.commit(draw, 1, people.supervisor, "one")
    assert (await inspected.commit(draw, 1, people.supervisor, "other", 409))["code"] == "committed-already"
    # whoever copies the first commitment could not show what it stands for, since the place is in it
    await inspected.commit(draw, 1, people.cadre, "one")
    assert (await inspected.reveal(draw, people.cadre, "one", 422))["code"] == "not-what-was-committed"
    assert (await inspected.reveal(draw, people.supervisor, "two", 422))["code"] == "not-what-was-committed"
    await inspected.reveal(draw, people.supervisor, "one")
    assert (await inspected.reveal(draw, people.supervisor, "one", 409))["code"] == "committed-already"
    assert (await inspected.reveal(draw, inspected.auditor, "one", 404))["code"] == "not-found"


async def test_who_does_not_reveal_is_shown_and_draws_no_more(inspected: Inspected) -> None:
    plan, draw = await inspected.frozen()
    people = inspected.village.people
    await inspected.commit(draw, 1, people.supervisor, "one")
    await inspected.commit(draw, 2, people.cadre, "two")
    await inspected.reveal(draw, people.supervisor, "one")
    body = {"officer_ids": [str(people.supervisor), str(inspected.auditor)]}
    refused = await inspected.done(f"/inspection-plans/{plan}/draws", people.supervisor, 409, **body)
    assert refused["code"] == "nothing-to-draw-again"
    await move(inspected.village, at("2026-11-19 00:00"))  # two working days after the day of publication
    assert (await inspected.reveal(draw, people.cadre, "two", 409))["code"] in {"draw-is-over", "not-allowed-now"}
    record = await inspected.public(f"/inspection-draws/{draw}")
    assert (record["stage"], record["drawn"], record["seed"]) == ("lapsed", [], None)
    assert [one["failed"] for one in record["officers"]] == [False, True]
    assert [one["value"] for one in record["revealed"]] == [secret("one")]
    assert await inspected.notices(people.supervisor, "draw_lapsed")
    again = {"officer_ids": [str(people.supervisor), str(people.cadre)]}
    refused = await inspected.done(f"/inspection-plans/{plan}/draws", people.supervisor, 422, **again)
    assert refused["code"] == "out-of-the-draw"
    second = await inspected.done(f"/inspection-plans/{plan}/draws", people.supervisor, **body)
    assert second["round"] == 2
    for place, person in ((1, people.supervisor), (2, inspected.auditor)):
        await inspected.commit(second["draw_id"], place, person, f"second {place}")
    for place, person in ((1, people.supervisor), (2, inspected.auditor)):
        await inspected.reveal(second["draw_id"], person, f"second {place}")
    after = await inspected.public(f"/inspection-draws/{second['draw_id']}")
    assert (after["stage"], after["units_sha256"]) == ("drawn", record["units_sha256"])
    assert (await inspected.public(f"/inspection-draws/{draw}"))["drawn"] == []  # the lapsed round says nothing of it
    assert [one["stage"] for one in (await inspected.public("/inspection-draws"))["items"]] == ["drawn", "lapsed"]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (("supervisor", "supervisor"), "not-an-officer"),
        (("supervisor", "operator"), "not-an-officer"),  # runs the machine
        (("supervisor", "secretary"), "not-an-officer"),  # of a listed unit
        (("supervisor", "villager"), "not-an-officer"),
    ],
)
async def test_who_may_not_draw(inspected: Inspected, who: tuple[str, str], code: str) -> None:
    plan = (await inspected.plan())["id"]
    officers = [str(getattr(inspected.village.people, one)) for one in who]
    path, supervisor = f"/inspection-plans/{plan}/freezing", inspected.village.people.supervisor
    refused = await inspected.done(path, supervisor, 422, officer_ids=officers)
    assert refused["code"] == code


async def test_one_period_is_drawn_once(inspected: Inspected) -> None:
    """A second plan for the same units would let somebody choose between two samples."""
    await inspected.frozen()
    people = inspected.village.people
    second = (await inspected.plan(from_on="2026-12-31", to_on="2027-01-31"))["id"]
    officers = [str(people.supervisor), str(people.cadre)]
    refused = await inspected.done(f"/inspection-plans/{second}/freezing", people.supervisor, 409, officer_ids=officers)
    assert refused["code"] == "period-taken"
    later = (await inspected.plan(from_on="2027-01-01", to_on="2027-01-31"))["id"]
    await inspected.done(f"/inspection-plans/{later}/freezing", people.supervisor, officer_ids=officers)


async def test_a_share_is_never_below_the_rule(inspected: Inspected) -> None:
    people, body = inspected.village.people, {"organization_id": str(inspected.township), "tiers": ["branch"]}
    body |= {"title": "抽查", "from_on": "2026-11-16", "to_on": "2026-12-31"}
    refused = await inspected.done("/inspection-plans", people.supervisor, 422, **body, share=79)
    assert (refused["code"], refused["least"]) == ("share-too-low", 80)
    assert (await inspected.plan(share=90))["share"] == 90
    refused = await inspected.done("/inspection-plans", people.cadre, 403, **body)
    assert refused["code"] == "may-not-plan"
    await inspected.done("/inspection-plans", people.agent, 404, **body)
    _, record = await inspected.drawn(share=91)
    assert len(record["drawn"]) == 19  # 18.2 rounded up


async def test_what_was_not_visited_is_told_before_the_end_and_at_it(inspected: Inspected) -> None:
    plan, _ = await inspected.drawn()
    supervisor = inspected.village.people.supervisor
    await move(inspected.village, at("2026-12-16 23:00"))
    assert await inspected.notices(supervisor, "coverage_warning") == []
    await move(inspected.village, at("2026-12-17 08:30"))
    [told] = await inspected.notices(supervisor, "coverage_warning")
    assert told["about_id"] == plan
    await move(inspected.village, at("2027-01-01 00:00"))
    assert (await inspected.got(f"/inspection-plans/{plan}", supervisor))["stage"] == "ended"
    assert len(await inspected.notices(supervisor, "coverage_short")) == 1
    assert UUID(plan)
