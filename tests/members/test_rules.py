"""The rules of pairing and aid: every figure with its source, read by line, refused with what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from chassis.dated import Confidence, NoRuleThen
from chassis.operator_files import BadFile
from services.members.rules.pack import WULING, MemberRules, RuleId

DAY = date(2026, 11, 16)


def test_the_shipped_file_holds_every_rule_with_its_source() -> None:
    rules = MemberRules.load()
    assert {one.id for one in rules.rules} == set(RuleId)
    for one in rules.rules:
        assert (one.jurisdiction == "自定") == (one.confidence is Confidence.G)
    values = rules.values(on=DAY)
    assert (values[RuleId.HOUSEHOLDS_LEAST], values[RuleId.HOUSEHOLDS_MOST]) == (2, 3)
    assert (values[RuleId.DEPARTMENTS_LEAST], values[RuleId.DEPARTMENTS_MOST]) == (4, 5)


def test_a_changed_figure_holds_from_its_day_on(tmp_path: Path) -> None:
    text = WULING.read_text(encoding="utf-8")
    first = text.index("  - id: pairing.households.most")
    one = text[first : text.index("\n\n", first)]
    ended = one.replace("valid_from: 2020-01-01", "valid_from: 2020-01-01\n    valid_to: 2026-12-31")
    later = one.replace("value: 3", "value: 5").replace("valid_from: 2020-01-01", "valid_from: 2027-01-01")
    file = tmp_path / "rules.yaml"
    file.write_text(text.replace(one, f"{ended}\n\n{later}"), encoding="utf-8")
    rules = MemberRules.load(file)
    assert rules.rule(RuleId.HOUSEHOLDS_MOST, on=DAY).value == 3
    assert rules.rule(RuleId.HOUSEHOLDS_MOST, on=date(2027, 1, 1)).value == 5
    with pytest.raises(NoRuleThen):
        rules.rule(RuleId.HOUSEHOLDS_MOST, on=date(2019, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [("value: 3", "value: 三"), ("unit: times", "unit: d"), ("  - id: aid.notice\n", "  - id: aid.noticed\n")],
)
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, wrong: str, instead: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(WULING.read_text(encoding="utf-8").replace(wrong, instead, 1), encoding="utf-8")
    with pytest.raises(BadFile, match="第"):
        MemberRules.load(file)
