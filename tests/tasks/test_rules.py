"""Rule packs: Qinglong's figures, the rule of a date, and files that are refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.dated import Confidence, NoRuleThen
from chassis.operator_files import BadFile
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.rules.pack import QINGLONG, MatterKind, Measure, RuleId, RulePack

PACK = RulePack.load()
TODAY = date(2026, 11, 22)
TEXT = QINGLONG.read_text(encoding="utf-8")
ACCEPT = TEXT[TEXT.index("  - id: accept\n") : TEXT.index("  - id: contact\n")]

Edit = Callable[[str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Store a text as a pack's file."""

    def store(text: str) -> Path:
        path = tmp_path / "county.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return store


@pytest.mark.parametrize(
    ("asked", "value", "unit", "confidence"),
    [
        (RuleId.ACCEPT, 2, Unit.HOURS, "B"),
        (MatterKind.ENQUIRY, 1, Unit.DAYS, "B"),
        (MatterKind.HELP, 5, Unit.DAYS, "B"),
        (MatterKind.SUGGESTION, 5, Unit.DAYS, "B"),
        (MatterKind.COMPLAINT, 10, Unit.DAYS, "B"),
        (MatterKind.REPORT, 10, Unit.DAYS, "B"),
        (RuleId.RECTIFY, 5, Unit.WORKING_DAYS, "B"),
        (RuleId.RETURN, 2, Unit.WORKING_DAYS, "B"),
    ],
)
def test_the_pack_holds_the_published_limits(
    asked: RuleId | MatterKind, value: int, unit: Unit, confidence: str
) -> None:
    rule = PACK.rule(asked, on=TODAY)
    assert (rule.amount, rule.confidence) == (Amount(value=value, unit=unit), Confidence(confidence))


def test_every_own_value_says_that_it_is_one() -> None:
    own = {rule.id for rule in PACK.rules if rule.confidence is Confidence.G}
    assert {RuleId.RECTIFY_ROUNDS, RuleId.INTERIM, RuleId.LADDER_1, RuleId.FINISH_APPOINTMENT} <= own
    assert own.isdisjoint({RuleId.ACCEPT, RuleId.FINISH_ENQUIRY, RuleId.FINISH_HELP, RuleId.RECTIFY, RuleId.RETURN})
    assert all((rule.jurisdiction == "自定") == (rule.id in own) for rule in PACK.rules)


def test_counts_are_not_time_limits() -> None:
    assert PACK.rule(RuleId.REMINDERS, on=TODAY).unit is Measure.TIMES
    with pytest.raises(TypeError, match="times"):
        _ = PACK.rule(RuleId.REMINDERS, on=TODAY).amount


def test_the_ladder_has_a_time_for_each_level_and_ends_at_its_top() -> None:
    rungs = [PACK.ladder(level, on=TODAY) for level in (1, 2, 3, 4)]
    assert [rung and rung.id for rung in rungs] == [RuleId.LADDER_1, RuleId.LADDER_2, RuleId.LADDER_3, None]


@pytest.mark.parametrize("level", [0, -1])
def test_there_is_no_rung_below_the_first(level: int) -> None:
    with pytest.raises(ValueError, match="level"):
        PACK.ladder(level, on=TODAY)


def test_a_date_before_the_pack_has_no_rule() -> None:
    with pytest.raises(NoRuleThen) as refused:
        PACK.rule(RuleId.ACCEPT, on=date(2022, 12, 31))
    assert refused.value.details == {"rule": "accept", "on": "2022-12-31"}


def test_a_changed_rule_holds_from_its_date_and_not_before(edited: Edit) -> None:
    old = ACCEPT.replace("valid_from: 2023-01-01", "valid_from: 2023-01-01\n    valid_to: 2026-06-30")
    new = ACCEPT.replace("2023-01-01", "2026-07-01").replace("value: 2", "value: 1")
    pack = RulePack.load(edited(TEXT.replace(ACCEPT, new + old)))  # the order of the file does not matter
    days = [date(2026, 6, 30), date(2026, 7, 1)]
    assert [pack.rule(RuleId.ACCEPT, on=day).value for day in days] == [2, 1]


def test_the_version_names_the_stated_one_and_changes_with_the_content(edited: Edit) -> None:
    other = RulePack.load(edited(TEXT.replace("passed: 75", "passed: 80")))
    assert PACK.version.startswith("2023.1+")
    assert other.version.startswith("2023.1+")
    assert other.version != PACK.version
    assert RulePack.load(QINGLONG).version == PACK.version


def test_a_pack_and_its_rules_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        PACK.rule(RuleId.ACCEPT, on=TODAY).value = 1
    with pytest.raises(ValidationError, match="frozen"):
        PACK.name = "x"


def line_of(text: str, words: str) -> int:
    """The line on which these words first stand, counted from 1."""
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("value: 2\n", "value: two\n", "value: two", "应为整数"),
        ("value: 2\n", "value: 0\n", "value: 0", "应大于 0"),
        ("value: 2\n", "vaule: 2\n", "vaule", "没有这个字段"),
        ("unit: h\n", "unit: week\n", "unit: week", "unit"),
        ("unit: h\n", "unit: times\n", "- id: accept", "accept 是时限"),
        (
            "value: 1\n    unit: times",
            "value: 1\n    unit: h",
            "- id: extensions",
            "extensions 的 unit 应为 times",
        ),
        ("passed: 75\n", "passed: 100\n", "passed: 100", "99"),
        ("passed: 75\n", "passed: 75\n    overdue: true\n", "- code: blue", "三者之一"),
        ("code: yellow", "code: 黄", "code: 黄", "应"),
        ("answer_within: {value: 3, unit: wd}", "answer_within: {value: 3, unit: week}", "unit: week", "unit"),
        ('begins: "08:30"', 'begins: "8:30"', 'begins: "8:30"', "应写成 08:30"),
        ('ends: "17:30"', 'ends: "08:00"', 'begins: "08:30"', "应晚于"),
        ("confidence: B", "confidence: Z", "confidence: Z", "只能填"),
        ("jurisdiction: 贵州省晴隆县", "jurisdiction: ''", "jurisdiction: ''", "不能为空"),
        ("valid_from: 2023-01-01\n    source", "valid_from: 2023-02-30\n    source", "2023-02-30", "日期应写成"),
        ("valid_from: 2023-01-01\n    source", "valid_from: 20230101\n    source", "20230101", "日期应写成"),
        ("name: 受理时限", "name: 2", "name: 2", "应为文字"),
        ("- id: accept", "- id: acept", "- id: acept", "只能填"),
        ("    value: 2\n", "    value: 2\n    value: 3\n", "value: 3", "value 写了两次"),
        ("    name: 受理时限\n", "", "- id: accept", "缺少这一项"),
        ("name: 受理时限", "name: [受理时限", "value: 2", "不是正确的 YAML"),
        ("name: 受理时限", "name: \x07", "", "不是正确的 YAML"),
    ],
)
def test_a_faulty_line_is_named(edited: Edit, old: str, new: str, at: str, what: str) -> None:
    text = TEXT.replace(old, new, 1)
    with pytest.raises(BadFile, match=what) as refused:
        RulePack.load(edited(text))
    assert line_of(text, at) in [fault.line for fault in refused.value.faults if what in fault.what]
    assert f"county.yaml 第 {line_of(text, at)} 行：" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: text.replace(ACCEPT, ""), "规则包缺少 accept"),
        (lambda text: text.replace(ACCEPT, ACCEPT + ACCEPT), "accept 有两行同时有效"),
        (
            lambda text: text.replace(
                ACCEPT,
                ACCEPT.replace("2023-01-01", "2023-01-01\n    valid_to: 2026-07-01", 1)
                + ACCEPT.replace("2023-01-01", "2026-07-01", 1),
            ),
            "accept 有两行同时有效",
        ),
        (
            lambda text: text.replace(
                ACCEPT,
                ACCEPT.replace("2023-01-01", "2023-01-01\n    valid_to: 2026-06-29", 1)
                + ACCEPT.replace("2023-01-01", "2026-07-01", 1),
            ),
            "accept 在 2026-06-29 与 2026-07-01 之间没有规则",
        ),
        (lambda text: text.replace(ACCEPT, ACCEPT.replace("2023-01-01", "2023-01-02", 1)), "自 2023-01-02 起才有"),
        (
            lambda text: text.replace(ACCEPT, ACCEPT.replace("2023-01-01", "2023-01-01\n    valid_to: 2026-06-29", 1)),
            "accept 在 2026-06-29 之后没有规则",
        ),
        (
            lambda text: text.replace(ACCEPT, ACCEPT.replace("2023-01-01", "2023-01-01\n    valid_to: 2022-01-01", 1)),
            "早于 valid_from",
        ),
        (lambda text: text.replace("rank: 2", "rank: 1"), "预警颜色 第 1 级 有两行同时有效"),
        (lambda text: text.replace("id: ladder.2", "id: ladder.4"), "有 ladder.3 而缺少 ladder.2"),
        (lambda text: text[: text.index("telling:")], "缺少这一项"),
        (lambda _: "", "文件是空的"),
        (lambda _: "# 只有说明\n", "文件是空的"),
        (lambda text: text + "colour: red\n", "colour：没有这个字段"),
    ],
)
def test_a_pack_that_does_not_cover_every_day_once_is_refused(
    edited: Edit, change: Callable[[str], str], what: str
) -> None:
    with pytest.raises(BadFile, match=what):
        RulePack.load(edited(change(TEXT)))


def test_every_faulty_line_is_reported_at_once(edited: Edit) -> None:
    with pytest.raises(BadFile) as refused:
        RulePack.load(edited(TEXT.replace("confidence: B", "confidence: Z")))
    assert len(refused.value.faults) == TEXT.count("\n    confidence: B\n")
