"""`lianxin demo`: a small month in one township, whose sums add up."""

import asyncio
import io
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from rich.console import Console
from typer.testing import CliRunner

from chassis.clock import SetClock
from chassis.settings import Refused
from profiles import embedded
from profiles.cli import app
from profiles.demo.play import MARK, Played, Settings, make_room, played, print_all
from profiles.demo.proportions import CHANNELS, TYPES, deal
from profiles.demo.script import Month, deal_parts
from profiles.demo.show import DISTRICT
from profiles.demo.stage import Stage
from tests.polling import rules_for_few

MAY = Month(date(2023, 5, 1))
CASES = 40
VILLAGES = ["430702001004", "430702204216"]


@dataclass(repr=False)  # asyncio writes out a fixture's result now and then, and here that is a whole district
class Ended:
    """A month that was played, while its server still runs, and what was printed."""

    done: Played
    printed: str
    parked: int
    home: Path

    async def page(self, path: str) -> str:
        """A public page, as anybody's browser has it."""
        async with httpx.AsyncClient(base_url=self.done.address, trust_env=False) as browser:
            answer = await browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def figures(self) -> dict[str, tuple[int, int]]:
        """The district's numerators and denominators."""
        [supervisor, *_] = self.done.cast.supervisors(VILLAGES[0], of_district=True)
        card = await self.done.caller.get(
            "/api/feedback/scorecards", by=supervisor, unit="division", code=DISTRICT, month="2023-05"
        )
        return {one["indicator"]: (one["numerator"], one["denominator"]) for one in card["unit"]["figures"]}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ended]:
    """One small month for all tests of this module; the cases come from a few villages, the district is whole.

    Anonymous ballots go by rules that ask for few, since few are served.
    """
    home = tmp_path_factory.mktemp("demo") / "var"
    rules = home.with_name("rules.yaml")
    rules.write_text(rules_for_few(), encoding="utf-8")
    settings = Settings(home, CASES, seed=7, month=MAY, port=0, villages=9)
    make_room(home, again=False)
    await asyncio.to_thread(embedded.migrate, home)
    screen = Console(file=io.StringIO(), width=200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIANXIN_FEEDBACK_RULES", str(rules))
        async with played(settings, console=screen) as done:
            await print_all(done, month=MAY, console=screen)
            parked = sum([(await mounted.backlog()).parked for mounted in done.everything.services.values()])
            assert isinstance(screen.file, io.StringIO)
            yield Ended(done, screen.file.getvalue(), parked, home)


pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(420)]  # a district is built, and a month played


@pytest.mark.asyncio(loop_scope="module")
async def test_every_case_that_was_played_is_on_the_districts_scorecard(ended: Ended) -> None:
    figures = await ended.figures()
    assert figures["accepted"][1] == CASES
    judged = [story for story in ended.done.stories if story.judged]
    assert figures["solved"][1] == len(judged) > CASES / 2
    assert figures["solved"][0] == sum(story.judged[-1][2] == "yes" for story in judged)
    assert figures["on_time"][0] < figures["accepted"][1]
    assert ended.parked == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_the_channels_came_in_as_they_were_dealt(ended: Ended) -> None:
    [supervisor, *_] = ended.done.cast.supervisors(VILLAGES[0], of_district=True)
    behind = await ended.done.caller.get(
        "/api/feedback/scorecards/cases",
        by=supervisor,
        unit="division",
        code=DISTRICT,
        month="2023-05",
        indicator="accepted",
        part="denominator",
        limit="100",
    )
    shares = deal(CASES, [weight for _, weight in CHANNELS])
    dealt = {channel.value: share for (channel, _), share in zip(CHANNELS, shares, strict=True) if share}
    assert Counter(case["channel"] for case in behind["items"]) == dealt


@pytest.mark.asyncio(loop_scope="module")
async def test_the_printed_history_goes_from_not_solved_to_a_better_grade(ended: Ended) -> None:
    history = ended.printed.split("一件事的全部经过")[1]
    steps = (
        "群众提出诉求",
        "第 1 次派给",
        "签收，承诺",
        "报告办结",
        "群众回答：未解决（第 1 轮）",
        "第 1 轮整改开始",
        "第 1 轮评价：不满意",
        "整改方案已定",
        "整改报告完成",
        "另一人复核通过",
        "群众回答：已解决（第 2 轮）",
        "第 2 轮评价：满意",
    )
    places = [history.index(step) for step in steps]
    assert places == sorted(places)
    shown = ended.done.stories[0]
    assert shown.verifier is not None
    assert shown.verifier != shown.agent


@pytest.mark.asyncio(loop_scope="module")
async def test_a_streets_plan_went_down_to_every_village_and_what_nobody_did_is_late(ended: Ended) -> None:
    plan, caller = ended.done.plan, ended.done.caller
    by = ended.done.cast.cadres(plan.village)[0]
    told = (await caller.get(f"/api/tasks/checklists/{plan.checklist_id}", by=by))["progress"]
    villages = sum(village[:9] == plan.village[:9] for village in ended.done.cast.villagers)
    assert told["leaves"] == 3 * villages
    assert 0 < told["late"] == told["leaves"] - told["done"] < told["done"] == told["closed"]
    assert f"{told['share']}%" in ended.printed.split("汛前民生实事清单")[1]
    letter = plan.letter["letter"]
    digest = plan.letter["versions"][0]["text_digest"]
    checked = await caller.get(f"/api/tasks/letters/checks/{letter['number']}/{digest}")
    assert [one["role"] for one in checked["signatures"]] == ["responsible", "superior"]


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_printed_can_be_looked_at_by_anybody_and_shows_what_was_played(ended: Ended) -> None:
    public = ended.done.public
    shown = {path: await ended.page(path) for _, _, path in public.pages()}
    assert all(f"{ended.done.address}{path}" in ended.printed.replace("\n", "") for path in shown)
    village, judged, here = public.village, public.judged, public.village.place
    wanted = {
        f"/public/surveys/{judged.survey_id}": "低于达标线 85%，已转上一级限期整改",
        f"/public/surveys/{judged.again_id}": "，达标。",
        "/public/honours": "武街通〔2023〕5号",
        f"/public/disclosures?code={here.code}": "三组道路硬化",
        f"/public/disclosures/{village.missing_id}": "已过公开期限还没有公开",
        f"/public/decisions/{village.matter_id}": "用水泥 30 吨",
        f"/public/hearings/{village.hearing_id}": "外出打工的人家怎么算？",
        f"/public/consultations/{village.consultation_id}": "预算不够，先装公共路口。",
    }
    assert {path: words in shown[path] for path, words in wanted.items()} == dict.fromkeys(wanted, True)
    missing = await ended.page(f"/public/missing?code={here.code}")
    assert "村部屋顶维修" in missing
    assert "三组道路硬化" not in missing
    resolved = await ended.done.caller.get(f"/api/feedback/village-decisions/{village.matter_id}")
    assert resolved["matter"]["stage"] == "finished"
    names = [player.name for player in here.villagers[:4]]
    assert not any(name in page for name in names for page in shown.values())  # who asked is said to nobody


@pytest.mark.asyncio(loop_scope="module")
async def test_below_the_line_ends_with_the_next_survey_and_the_months_report_is_frozen(ended: Ended) -> None:
    public, caller = ended.done.public, ended.done.caller
    owner = public.judged.place.township_secretary
    [fell] = (await caller.get("/api/feedback/shortfalls", by=owner))["items"]
    assert (fell["survey"]["id"], fell["next_survey_id"]) == (public.judged.survey_id, public.judged.again_id)
    assert fell["above_line"] is True
    item = await public.scene.item("满意度测评", of=owner)
    assert item["stage"] == "closed_out"
    spoken = (await caller.get("/api/feedback/accountability", by=owner))["items"]
    told = {one["organization_id"]: (one["measure"], one["stage"]) for one in spoken}
    assert told[public.judged.place.organization_id] == ("talk", "decided")
    assert told[public.praised.place.organization_id] == ("commendation", "decided")
    operator = ended.done.cast.operators(DISTRICT)[0]
    report = await caller.get(f"/api/feedback/reports/{public.report_id}", by=operator)
    accepted = next(one["share"] for one in report["indicators"] if one["id"] == "accepted")
    assert (report["report"]["period"], accepted["denominator"]) == ("2023-05", CASES)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_ballot_of_the_term_lies_in_one_cell_and_each_cell_is_published_or_too_few(ended: Ended) -> None:
    term = ended.done.public.term
    told = (await ended.done.caller.get("/api/feedback/cells", term_id=term.term_id))["items"]
    assert {one["outcome"] for one in told} <= {"published", "too_few", "went_up"}
    counted = sum(one["responses"] or 0 for one in told if one["outcome"] != "went_up")
    assert counted == term.ballots.total() >= 5
    assert "匿名测评" in await ended.page("/public/ballots")


@pytest.mark.asyncio(loop_scope="module")
async def test_the_clock_stays_where_the_month_ended_and_the_directory_says_whose_it_is(ended: Ended) -> None:
    assert SetClock(ended.home / "clock").now() == datetime(2023, 5, 31, 16, tzinfo=UTC)
    assert json.loads((ended.home / MARK).read_text("utf-8"))["made_by"] == "lianxin demo"


def test_the_same_seed_deals_the_same_and_another_seed_does_not() -> None:
    def dealt(seed: int) -> list[tuple[object, ...]]:
        parts = deal_parts(200, seed=seed, month=MAY, villages=VILLAGES)
        return [(part.channel, part.type_name, part.village, part.submitted_at, part.random.random()) for part in parts]

    assert dealt(1) == dealt(1) != dealt(2)


def test_types_are_dealt_in_the_bulletins_proportions() -> None:
    parts = deal_parts(1500, seed=1, month=MAY, villages=VILLAGES)
    counts = Counter(part.type_name for part in parts)
    assert [counts[name] for name, _ in TYPES] == deal(1500, [weight for _, weight in TYPES])
    assert all(MAY.begins_at <= part.submitted_at < MAY.ends_at for part in parts)


@pytest.mark.asyncio
async def test_the_clock_moves_only_when_every_story_waits_and_nothing_moves(tmp_path: Path) -> None:
    clock = SetClock(tmp_path / "clock")
    start = datetime(2023, 5, 1, tzinfo=UTC)
    stage = Stage(clock, begins_at=start, ends_at=start + timedelta(hours=9))
    seen: list[tuple[str, datetime]] = []

    async def story(name: str, *hours: int) -> None:
        for hour in hours:
            await stage.until(start + timedelta(hours=hour))
            await asyncio.sleep(0.01)
            seen.append((name, clock.now()))

    async def settle() -> None:
        seen.append(("settled", clock.now()))

    await stage.perform([story("a", 1, 3), story("b", 2, 3, 20)], settle=settle)
    told = [(name, (at - start) / timedelta(hours=1)) for name, at in seen if name != "settled"]
    assert told == [("a", 1), ("b", 2), ("a", 3), ("b", 3)]
    assert clock.now() == start + timedelta(hours=9)
    moves = [at for name, at in seen if name == "settled"]
    assert moves == sorted(moves)


@pytest.mark.asyncio
async def test_a_story_that_fails_ends_the_play(tmp_path: Path) -> None:
    start = datetime(2023, 5, 1, tzinfo=UTC)
    stage = Stage(SetClock(tmp_path / "clock"), begins_at=start, ends_at=start + timedelta(days=1))

    async def fail() -> None:
        await stage.until(start + timedelta(hours=1))
        raise LookupError

    async def settle() -> None:
        return

    with pytest.raises(ExceptionGroup) as failure:
        await stage.perform([fail(), stage.tick(timedelta(hours=2))], settle=settle)
    assert failure.group_contains(LookupError)


def test_only_a_demonstrations_own_directory_is_wiped_and_only_when_asked(tmp_path: Path) -> None:
    strange, own = tmp_path / "strange", tmp_path / "own"
    strange.mkdir()
    (strange / "letter.txt").write_text("dear")
    for again in (False, True):
        with pytest.raises(Refused):
            make_room(strange, again=again)
    assert (strange / "letter.txt").read_text() == "dear"
    make_room(own, again=False)
    (own / "old.db").touch()
    with pytest.raises(Refused):
        make_room(own, again=False)
    make_room(own, again=True)
    assert [file.name for file in own.iterdir()] == [MARK]


def test_without_development_mode_it_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LIANXIN_DEVELOPMENT", raising=False)
    refused = CliRunner().invoke(app, ["demo", "--home", str(tmp_path / "var")])
    assert isinstance(refused.exception, Refused)
    assert "LIANXIN_DEVELOPMENT=1" in str(refused.exception)
    assert not (tmp_path / "var").exists()
