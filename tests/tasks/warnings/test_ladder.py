"""The ladder: a missed limit climbs the tree of the day, past vacancies and to whoever acts, and nowhere twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from chassis.problems import StoreAway
from chassis.session import Session
from chassis.timers import Timers
from contracts.members import AbsenceDeclared, OrganizationRecorded, PostHeld
from services.tasks.notices.model import Notice
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Organization, Post
from services.tasks.warnings.model import Climb, Warned
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village
from tests.tasks.warnings.telling import at, climbs, move, pass_through, told

pytestmark = pytest.mark.asyncio

CADRE, SUPERVISOR = "生成township_cadre", "生成supervisor"


async def organizations(village: Village) -> dict[str, Organization]:
    """The organisations by name, as `tasks` knows them."""
    async with village.stand.mounted.sessions() as session:
        return {one.name: one for one in await session.all(select(Organization))}


async def post_of(village: Village, person: UUID) -> Post:
    """The post that somebody holds."""
    async with village.stand.mounted.sessions() as session:
        return next(one for one in await session.all(select(Post)) if one.person_id == person)


async def ends(village: Village, person: UUID, at: datetime) -> None:
    """Somebody's post ended."""
    post = await post_of(village, person)
    said = {name: value for name, value in vars(post).items() if name not in {"id", "ended_at"}}
    await village.stand.hear(PostHeld(post_id=post.id, ended_at=at, **said))


async def holds(village: Village, kind: str, where: str, code: str, *, since: date = date(2020, 1, 1)) -> UUID:
    """A new person holds a post."""
    person = uuid4()
    await village.stand.hear(
        PostHeld(
            post_id=uuid4(),
            person_id=person,
            name=f"新任{kind}",
            kind=kind,
            organization_id=(await organizations(village))[where].id,
            division_code=code,
            from_on=since,
            to_on=None,
        )
    )
    return person


async def lies_under(village: Village, name: str, superior: UUID | None) -> None:
    """An organisation has another superior from now on."""
    known = (await organizations(village))[name]
    await village.stand.hear(
        OrganizationRecorded(
            organization_id=known.id,
            code=known.code,
            name=known.name,
            tier=known.tier,
            superior_id=superior,
            division_code=known.division_code,
        )
    )


async def missed(village: Village, **body: object) -> str:
    """A case that nobody signed for in time; it is the first minute after its limit."""
    case = str((await village.submit(**body))["id"])
    await move(village, timedelta(hours=2, minutes=1))
    return case


async def test_it_climbs_level_by_level_each_with_its_own_time_and_ends_at_the_top(village: Village) -> None:
    case = await missed(village)
    assert await climbs(village, case) == [(1, "镇党委", CADRE)]
    await pass_through(village, at("2026-11-17 23:59"), step=timedelta(hours=6))
    assert len(await climbs(village, case)) == 1  # the first level has a whole working day after that of the miss
    await move(village, at("2026-11-18 00:00"))
    assert await climbs(village, case) == [(1, "镇党委", CADRE), (2, "区委", SUPERVISOR)]
    await pass_through(village, at("2026-12-04 12:00"), step=timedelta(days=1))
    assert len(await climbs(village, case)) == 2  # there is nobody above the district
    levels = [fact["level"] for fact in village.told("tasks.limit.missed.v1") if fact["clock"] == "accept"]
    assert levels == [1, 2]


async def test_those_who_are_told_find_it_in_their_digest_once(village: Village) -> None:
    case = await missed(village)
    await pass_through(village, at("2026-11-18 12:00"), step=timedelta(hours=3))
    for person in (village.people.agent, village.people.cadre, village.people.supervisor):
        assert (await told(village, person, case)).count("missed") == 1


async def test_a_vacant_post_is_passed_over_and_its_later_holder_is_told(village: Village) -> None:
    await ends(village, village.people.cadre, village.clock.now())
    case = await missed(village)
    assert await climbs(village, case) == [(1, "镇党委", None), (1, "区委", SUPERVISOR)]
    person = await holds(village, "secretary", "镇党委", TOWNSHIP)
    await move(village, timedelta(minutes=1))
    assert await climbs(village, case) == [(1, "镇党委", "新任secretary"), (1, "区委", SUPERVISOR)]
    await move(village, timedelta(minutes=15))
    assert await told(village, person, case) == ["missed"]
    await holds(village, "township_cadre", "镇党委", TOWNSHIP)
    await move(village, timedelta(minutes=15))
    assert (await climbs(village, case))[0] == (1, "镇党委", "新任secretary")  # told once, whoever comes after


async def test_a_post_that_is_filled_from_a_later_day_is_told_on_that_day(village: Village) -> None:
    await ends(village, village.people.cadre, village.clock.now())
    case = await missed(village)
    person = await holds(village, "secretary", "镇党委", TOWNSHIP, since=date(2026, 11, 17))
    await move(village, timedelta(hours=1))
    assert (await climbs(village, case))[0] == (1, "镇党委", None)
    await pass_through(village, at("2026-11-17 08:45"), step=timedelta(hours=4))
    assert (await climbs(village, case))[0] == (1, "镇党委", "新任secretary")
    assert await told(village, person, case) == ["missed"]


async def test_a_later_holder_hears_nothing_of_what_was_done_meanwhile(village: Village) -> None:
    await ends(village, village.people.cadre, village.clock.now())
    case = await missed(village)
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    person = await holds(village, "secretary", "镇党委", TOWNSHIP)
    await move(village, timedelta(minutes=30))
    assert await told(village, person, case) == []
    assert (await climbs(village, case))[0] == (1, "镇党委", None)


async def test_whoever_acts_for_a_colleague_on_leave_is_told(village: Village) -> None:
    stand_in = await holds(village, "supervisor", "镇党委", TOWNSHIP)
    away, there = await post_of(village, village.people.cadre), await post_of(village, stand_in)
    agent, deputy = await post_of(village, village.people.agent), await holds(village, "stand_in", "村支部", VILLAGE)
    for of, by in ((away, there), (agent, await post_of(village, deputy))):
        await village.stand.hear(
            AbsenceDeclared(
                absence_id=uuid4(),
                post_id=of.id,
                person_id=of.person_id,
                organization_id=of.organization_id,
                stand_in_post_id=by.id,
                stand_in_person_id=by.person_id,
                from_on=date(2026, 11, 17),
                to_on=date(2026, 11, 20),
                ended_at=None,
            )
        )
    # the supervisor of the township stands before the cadre: let the post be vacant, so that the cadre answers
    await ends(village, village.people.supervisor, village.clock.now())
    village.clock.at = at("2026-11-16 23:00")  # given to the agent, who is away from the next morning on
    case = await missed(village)
    await pass_through(village, at("2026-11-17 09:00"), step=timedelta(hours=1))
    assert (await climbs(village, case))[0][1:] == ("镇党委", "新任supervisor")
    assert "missed" in await told(village, deputy, case)
    assert "missed" not in await told(village, village.people.agent, case)


async def test_it_climbs_the_tree_of_the_day_on_which_it_climbs(village: Village) -> None:
    case = await missed(village)
    known = await organizations(village)
    street = uuid4()
    await village.stand.hear(
        OrganizationRecorded(
            organization_id=street,
            code="街道",
            name="街道党委",
            tier="committee",
            superior_id=known["区委"].id,
            division_code=TOWNSHIP,
        )
    )
    await holds(village, "secretary", "街道党委", TOWNSHIP)
    await lies_under(village, "村支部", street)  # the village was given to another superior
    await pass_through(village, at("2026-11-23 12:00"), step=timedelta(days=1))
    assert [one[:2] for one in await climbs(village, case)] == [(1, "镇党委"), (2, "街道党委"), (3, "区委")]


async def test_a_level_that_was_taken_away_is_not_climbed(village: Village) -> None:
    case = str((await village.submit())["id"])
    await lies_under(village, "村支部", (await organizations(village))["区委"].id)
    await move(village, timedelta(hours=3))
    assert await climbs(village, case) == [(1, "区委", SUPERVISOR)]


async def test_the_cases_of_an_organisation_that_is_not_there_climb_by_their_area(village: Village) -> None:
    case = str((await village.submit())["id"])
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        request.organization_id = request.working_organization_id = uuid4()  # of which no fact speaks any more
    await move(village, timedelta(hours=3))
    assert await climbs(village, case) == [(1, "镇党委", CADRE)]


async def test_what_nobody_has_warns_the_dispatchers_and_climbs_from_the_township(village: Village) -> None:
    await ends(village, village.people.cadre, village.clock.now())
    dispatcher = await holds(village, "township_cadre", "镇党委", TOWNSHIP)
    head = await holds(village, "secretary", "镇党委", TOWNSHIP)
    case = str((await village.submit(kind="enquiry", division_code="430702100203"))["id"])  # nobody serves this village
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        request.working_person_id = request.working_organization_id = None  # and no chair decides
    await pass_through(village, at("2026-11-18 09:00"), step=timedelta(hours=6))
    assert await climbs(village, case, clock="finish") == [(1, "镇党委", "新任secretary")]
    assert "warning" in await told(village, dispatcher, case)
    assert (await told(village, head, case)).count("missed") == 1


async def test_what_lies_before_the_chair_warns_the_chair_and_climbs_above_them(village: Village) -> None:
    chair = await holds(village, "secretary", "镇党委", TOWNSHIP)
    case = str((await village.submit(kind="enquiry", division_code="430702100203"))["id"])
    await pass_through(village, at("2026-11-18 09:00"), step=timedelta(hours=6))
    assert await climbs(village, case, clock="finish") == [(1, "区委", SUPERVISOR)]
    assert "warning" in await told(village, chair, case)


async def test_whoever_is_complained_of_is_never_told(village: Village) -> None:
    people = village.people
    cadre = await post_of(village, people.cadre)
    await holds(village, "secretary", "区委", DISTRICT)
    case = await missed(village, kind="complaint", about_post_id=str(cadre.id))
    await holds(village, "supervisor", "镇党委", TOWNSHIP)
    await village.stand.hear(  # the cadre comes to answer for the district as well
        PostHeld(
            post_id=uuid4(),
            person_id=people.cadre,
            name="生成township_cadre",
            kind="secretary",
            organization_id=(await organizations(village))["区委"].id,
            division_code=DISTRICT,
            from_on=date(2020, 1, 1),
            to_on=None,
        )
    )
    await pass_through(village, at("2026-12-04 12:00"), step=timedelta(days=1))
    async with village.stand.mounted.sessions() as session:
        assert people.cadre not in {one.person_id for one in await session.all(select(Climb))}
        told_of_cases = [one for one in await session.all(select(Notice)) if one.request_id is not None]
        assert people.cadre not in {one.person_id for one in told_of_cases}, "of the duties of the post alone"
    assert await told(village, people.cadre, case) == []


class Killed(StoreAway):
    """The process died."""


async def test_whatever_dies_before_or_after_a_commit_nothing_is_warned_of_or_climbs_twice(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies between threshold and commit has done nothing; one that dies after it has done it once."""
    mounted, chance = village.stand.mounted, Random(5)
    alive = mounted.sessions
    deaths = []

    async def nothing() -> int:
        return 0

    monkeypatch.setattr(mounted.timers, "fire_due", nothing)  # the one below fires in its place

    @asynccontextmanager
    async def mortal(traceparent: str | None = None) -> AsyncIterator[Session]:
        fate = chance.random()
        async with alive(traceparent) as session:
            yield session
            if fate < 0.3:
                deaths.append("before")
                raise Killed
        if fate > 0.7:
            deaths.append("after")
            raise Killed

    async def fire() -> None:
        while (await mounted.backlog()).overdue:
            try:
                await Timers(mounted.service.keeps_time, mortal, village.clock).fire_due()
            except Killed:
                continue

    cases = [str((await village.submit(wording=f"第{n}件"))["id"]) for n in range(4)]
    while village.clock.at < at("2026-11-25 12:00"):
        village.clock.at += timedelta(hours=chance.randint(1, 30))
        await fire()
        await village.stand.settle()
    assert {"before", "after"} <= set(deaths)
    assert len(deaths) > 20

    async with mounted.sessions() as session:
        noted = [(one.clock_id, one.colour, one.due_at) for one in await session.all(select(Warned))]
        climbed = [(one.clock_id, one.organization_id) for one in await session.all(select(Climb))]
        lines = [line for line in await session.all(select(Notice)) if line.gathered]
    assert len(noted) == len(set(noted)) == 4 * 6  # two clocks of each case, three colours of each clock
    assert len(climbed) == len(set(climbed)) == 4 * 4  # two organisations for each clock
    facts: list[Any] = [(one["clock_id"], one["level"]) for one in village.told("tasks.limit.missed.v1")]
    assert len(facts) == len(set(facts)) == 4 * 4
    assert all(line.digest_id is not None for line in lines)
    for person in (village.people.cadre, village.people.supervisor):
        assert [(await told(village, person, case)).count("missed") for case in cases] == [2] * 4
