"""A missed limit: warned of before, recorded at the minute, climbing once, whatever dies in between."""

from datetime import date, datetime, timedelta

from chinese_calendar import is_workday

from tests.journeys.village import Case, Village
from tests.town import Json, Person


def accept_limit(case: Case) -> Json:
    """The clock of signing for it."""
    return next(limit for limit in case.seen_by(case.citizen)["limits"] if limit["clock"] == "accept")


def notices(person: Person, case: Case) -> list[str]:
    """What a person was told about a case, singly or as a line of a digest, the newest first."""
    told = person.get("/tasks/notices", limit=100)["items"]
    for digest in [one for one in told if one["kind"] == "digest"]:
        told += person.get(f"/tasks/notices/{digest['id']}/lines", limit=100)["items"]
    newest_first = sorted(told, key=lambda one: (one["at"], one["id"]), reverse=True)
    return [one["kind"] for one in newest_first if one["request_id"] == case.id]


def workdays_after(day: date, count: int) -> date:
    """The local date that many working days later, by the library that knows China's holidays."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def test_a_limit_is_warned_of_recorded_at_the_minute_and_climbs_once_across_a_crash(village: Village) -> None:
    town, case = village.town, village.asks(words="井盖丢了")
    asked_at = town.now()
    town.move(asked_at + timedelta(minutes=89))
    assert notices(village.agent, case) == ["dispatched"]
    town.move(asked_at + timedelta(minutes=91))  # three quarters of two hours are over
    assert notices(village.agent, case) == ["dispatched"]  # a warning is gathered first
    town.move(asked_at + timedelta(minutes=107))
    assert notices(village.agent, case) == ["warning", "dispatched"]
    assert accept_limit(case)["missed_at"] is None

    town.process("tasks").kill()
    town.clock.set(asked_at + timedelta(hours=2, minutes=7))  # the limit ends while nobody is there to see it
    town.process("tasks").start()
    town.await_ready()
    town.settle()
    assert datetime.fromisoformat(accept_limit(case)["missed_at"]) == asked_at + timedelta(hours=2)
    assert notices(village.township_secretary, case) == []
    town.move(town.now() + timedelta(minutes=16))
    assert notices(village.agent, case) == ["missed", "warning", "dispatched"]
    assert notices(village.township_secretary, case) == ["missed"]
    assert len(case.facts("limit.missed")) == 1

    town.process("tasks").kill()
    town.process("tasks").start()
    town.await_ready()
    town.move(town.now() + timedelta(minutes=5))
    assert len(case.facts("limit.missed")) == 1
    assert notices(village.township_secretary, case) == ["missed"]


def test_what_is_signed_for_in_time_is_neither_warned_of_nor_missed(village: Village) -> None:
    case = village.asks(words="树倒了")
    village.town.move(village.town.now() + timedelta(minutes=60))
    case.promised()
    village.town.move(village.town.now() + timedelta(hours=3))
    assert notices(village.agent, case) == ["dispatched"]
    assert accept_limit(case)["missed_at"] is None
    assert case.facts("limit.missed") == []


def test_a_late_completion_counts_against_the_village_and_a_rectification_starts_its_own_limit(
    village: Village,
) -> None:
    case = village.asks(words="路灯坏了")
    case.promised(days=5)
    village.town.move(village.town.now() + timedelta(days=6))
    case.reported()
    village.town.settle()
    assert village.scorecard(by=village.citizen)["on_time"] == (0, 1)
    finish = next(limit for limit in case.seen_by(case.citizen)["limits"] if limit["clock"] == "finish")
    case.judged("no")
    limits = {limit["clock"]: limit for limit in case.seen_by(case.citizen)["limits"]}
    assert limits["finish"] == finish
    assert limits["rectify"]["last_day"] == str(workdays_after(village.town.now().date(), 5))  # C21
