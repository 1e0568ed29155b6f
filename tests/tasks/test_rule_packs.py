"""The packs that come with the program, side by side: the same facts under each, and the limits written out."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI
from chassis.dated import Confidence
from services.tasks.clocks.limits import Unit, latest_promise, limit
from services.tasks.rules.pack import BY_URGENCY, PACKS, QINGLONG, RuleId, RulePack, pack_file, shipped_packs

CALENDAR = load_calendar()
LOADED = {name: RulePack.load(file) for name, file in shipped_packs().items()}
NAMES = ("beijing", "qinglong", "shandong", "sichuan")

THURSDAY = datetime(2026, 9, 24, 15, 0, tzinfo=SHANGHAI)
"""Before the Mid-Autumn Friday (25 September), the National Day week (1 to 7 October) and the Saturday of 10 October,
which is worked."""

# What happens on Thursday at 15:00, and when it is too late, local time.
LIMITS: dict[RuleId, tuple[str, str, str, str]] = {
    #                             Beijing        Qinglong       Shandong       Sichuan
    RuleId.ACCEPT: ("09-24 17:00", "09-24 17:00", "09-24 17:00", "09-29 00:00"),
    RuleId.CONTACT: ("09-29 00:00", "09-29 00:00", "09-29 00:00", "09-29 00:00"),
    RuleId.FINISH_APPOINTMENT: ("09-26 00:00", "09-26 00:00", "09-29 00:00", "10-01 00:00"),
    RuleId.FINISH_ENQUIRY: ("10-02 00:00", "09-26 00:00", "10-10 00:00", "10-01 00:00"),
    RuleId.FINISH_HELP: ("10-02 00:00", "09-30 00:00", "10-10 00:00", "10-13 00:00"),
    RuleId.FINISH_SUGGESTION: ("10-02 00:00", "09-30 00:00", "10-10 00:00", "10-13 00:00"),
    RuleId.FINISH_COMPLAINT: ("10-10 00:00", "10-05 00:00", "10-10 00:00", "10-23 00:00"),
    RuleId.FINISH_REPORT: ("10-10 00:00", "10-05 00:00", "10-10 00:00", "10-23 00:00"),
    RuleId.PAUSE: ("10-30 00:00", "10-30 00:00", "10-30 00:00", "10-30 00:00"),
    RuleId.RECTIFY: ("10-10 00:00", "10-10 00:00", "10-10 00:00", "10-23 00:00"),
    RuleId.CALL_BACK: ("09-28 00:00", "09-26 00:00", "09-26 00:00", "09-26 00:00"),
    RuleId.APPEAL: ("10-25 00:00", "10-25 00:00", "10-25 00:00", "10-25 00:00"),
    RuleId.RETURN: ("09-29 00:00", "09-30 00:00", "09-30 00:00", "09-30 00:00"),
}


def test_the_packs_that_are_shipped_are_these_and_all_can_be_loaded() -> None:
    assert tuple(LOADED) == NAMES


@pytest.mark.parametrize("rule_id", LIMITS)
def test_the_same_facts_under_each_pack(rule_id: RuleId) -> None:
    rules = [LOADED[name].rule(rule_id, on=THURSDAY.date()) for name in NAMES]
    found = [limit(rule.amount, THURSDAY, CALENDAR).due_at.astimezone(SHANGHAI) for rule in rules]
    assert [f"{due:%m-%d %H:%M}" for due in found] == list(LIMITS[rule_id])


@pytest.mark.parametrize(
    ("name", "last_day"),
    [
        ("beijing", date(2026, 10, 24)),  # fifteen natural days after 9 October
        ("qinglong", date(2026, 10, 20)),  # ten working days after Sunday, 4 October: 8, 9, 10, 12 to 16, 19 and 20
        ("shandong", date(2026, 10, 22)),  # ten working days after Friday, 9 October, the worked Saturday among them
        ("sichuan", date(2026, 11, 12)),  # fifteen working days after Thursday, 22 October
    ],
)
def test_the_longest_extension_of_a_complaint(name: str, last_day: date) -> None:
    pack = LOADED[name]
    finish = limit(pack.rule(RuleId.FINISH_COMPLAINT, on=THURSDAY.date()).amount, THURSDAY, CALENDAR)
    longest = pack.rule(RuleId.EXTENSION, on=THURSDAY.date()).amount
    extended = limit(longest, finish.due_at - timedelta(microseconds=1), CALENDAR)
    assert latest_promise(extended.due_at) == last_day


@pytest.mark.parametrize("name", NAMES)
def test_each_pack_holds_every_rule_with_a_source_and_says_which_values_are_our_own(name: str) -> None:
    pack = LOADED[name]
    optional = {RuleId.VISIT_VOICE, *BY_URGENCY.values(), *(one for one in RuleId if one.startswith("ladder."))}
    assert {rule.id for rule in pack.rules} >= {*RuleId} - optional
    for rule in pack.rules:
        assert (rule.jurisdiction == "自定") == (rule.confidence is Confidence.G)
        founded = re.search(r"[CR]-?\d|种子文本 \d{3}", rule.source)  # which source of the figures
        assert rule.confidence is Confidence.G or founded, rule.id


PUBLISHED = {
    "beijing": {("accept", 2, Unit.HOURS), ("finish.enquiry", 7, Unit.DAYS), ("finish.help", 7, Unit.DAYS)},
    "sichuan": {
        ("finish.enquiry", 3, Unit.WORKING_DAYS),
        ("finish.help", 7, Unit.WORKING_DAYS),
        ("finish.suggestion", 7, Unit.WORKING_DAYS),
        ("finish.complaint", 15, Unit.WORKING_DAYS),
        ("finish.report", 15, Unit.WORKING_DAYS),
    },
    "shandong": {
        ("finish.help", 5, Unit.WORKING_DAYS),
        ("extension", 10, Unit.WORKING_DAYS),
        ("return", 2, Unit.WORKING_DAYS),
    },
    "qinglong": {("accept", 2, Unit.HOURS), ("finish.help", 5, Unit.DAYS), ("finish.report", 10, Unit.DAYS)},
}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_published_stands_in_the_pack_as_published(name: str) -> None:
    founded = {(rule.id.value, rule.value, rule.unit) for rule in LOADED[name].rules if rule.confidence == "B"}
    assert founded >= PUBLISHED[name]


@pytest.mark.parametrize(
    ("given", "file"),
    [
        (None, QINGLONG),
        (Path("sichuan"), PACKS / "sichuan.yaml"),
        (Path("/etc/lianxin/sichuan"), Path("/etc/lianxin/sichuan")),  # a file of the operator's own
        (Path("county.yaml"), Path("county.yaml")),
        (Path("no-such-pack"), Path("no-such-pack")),
    ],
)
def test_a_shipped_pack_may_be_named_and_any_other_is_a_file(given: Path | None, file: Path) -> None:
    assert pack_file(given) == file
