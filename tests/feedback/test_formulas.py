"""What a formula means, where a wrong one is wrong, and that nothing an operator writes can do harm."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, not_, select
from sqlmodel import col

from chassis.operator_files import BadFile
from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards.fields import COLUMNS, FIELDS, Sort
from services.feedback.scorecards.formulas import AS_OF, WrongFormula, read
from services.feedback.scorecards.model import FILE, Indicators
from services.feedback.scorecards.model import read as read_file
from services.feedback.tables import Table
from tests.feedback.facts import NOON, Case
from tests.feedback.office import Office

ENGINE = create_engine("sqlite://")
CASES = Table.metadata.tables["case_record"]
RECORD = CaseRecord.begin(Case().submitted()).model_dump() | {
    "turn": 2,
    "accepted_at": NOON + timedelta(hours=2),
    "accept_due_at": NOON + timedelta(hours=2),
    "rated_bad": False,
}


def holds(formula: str) -> tuple[bool, bool]:
    """Whether it holds for the case two days later, and whether its contrary does."""
    condition = read(formula).at()
    with ENGINE.connect() as connection:
        CASES.create(connection, checkfirst=True)
        connection.execute(insert(CASES).values(**RECORD))
        stated, denied = (
            connection.execute(select(CASES.c.turn).where(one), {"now": NOON + timedelta(days=2)}).all()
            for one in (condition, not_(condition))
        )
    return len(stated) == 1, len(denied) == 1


MEANT = [
    ("all", True),
    ("accepted_at <= accept_due_at", True),
    ("accepted_at < accept_due_at", False),
    ("finish_due_at > now", True),
    ("handled_at <= finish_due_at", False),  # empty: no comparison with it holds
    ("handled_at != finish_due_at", False),
    ("not handled_at <= finish_due_at", True),
    ("handled_at is empty and accepted_at is not empty", True),
    ("not rated_bad", True),
    ("accepted_in_time", False),
    ("not accepted_in_time", True),
    ('kind in ("help", "report")', True),
    ('kind not in ["help"]', False),
    ('solved not in ("no",)', False),
    ("turn in (1, 2) and round == 0", True),
    ("turn > 2 or\n  round == 0", True),
    ('submitted_at >= "2023-05-10" and submitted_at < "2023-05-11"', True),
    ('"2023-05-11" <= submitted_at', False),
    ("now >= submitted_at", True),
]


@pytest.mark.parametrize(("formula", "expected"), MEANT)
def test_a_formula_means_what_it_says_and_not_its_contrary(formula: str, expected: bool) -> None:
    assert holds(formula) == (expected, not expected)


@pytest.mark.asyncio
async def test_it_means_the_same_on_postgres(office_on_postgres: Office) -> None:
    now = NOON + timedelta(days=2)
    async with office_on_postgres.mounted.sessions() as session:
        session.add(CaseRecord(**RECORD))
        await session.flush()
        for formula, expected in MEANT:
            condition = read(formula).at()
            for one, found in ((condition, expected), (not_(condition), not expected)):
                rows = await session.all(select(col(CaseRecord.turn), AS_OF).where(one), now=now)
                assert (len(rows) == 1) is found, formula


@pytest.mark.parametrize(
    ("formula", "line", "column", "says"),
    [
        ("handled <= now", 1, 1, "没有名为 handled 的字段"),
        ("turn > 0 and\n  (handled <= now)", 2, 4, "没有名为 handled 的字段"),
        ('solved == "yse"', 1, 11, "可用：no、partly、yes"),
        ('solved in ("no", "有")', 1, 18, "可用"),
        ('item_code == "证" and handled_at == 3', 1, 36, "数字不能和时间比较"),
        ("handled_at == turn", 1, 1, "时间不能和数字比较"),
        ('handled_at < "昨天"', 1, 14, "日期写成"),
        ("turn", 1, 1, "要和什么比较"),
        ("1 == 1", 1, 1, "至少有一边应为字段"),
        ("0 < turn < 2", 1, 1, "用 and 连接"),
        ('channel < "web"', 1, 1, "不能这样比较"),
        ("turn == 99999999999", 1, 9, "不太大的整数"),
        ("turn > 0 # 说明", 1, 10, "不能写 #"),
        ("turn > 0 and （round == 0）", 1, 14, "中文标点"),
        ("turn >", 1, None, "读不懂"),
        ("", 1, 1, "读不懂"),
        ("turn is 0", 1, 9, "empty"),
        ("now is empty", 1, 1, "应为字段"),
        ("turn in ()", 1, 9, "至少写一个值"),
        ("turn in (round, 1)", 1, 10, "不能写字段"),
        ("__import__('os').system('true')", 1, 1, "不能这样写"),
        ("requester_id is empty", 1, 1, "没有名为 requester_id"),  # of no person
        ("not " * 30 + "all", 1, 85, "套得太深"),
        ("(" * 300 + "all" + ")" * 300, 1, None, "读不懂"),
        ("all or " * 200 + "all", 1, 1001, "最长"),
    ],
)
def test_a_wrong_formula_says_where_and_what(formula: str, line: int, column: int | None, says: str) -> None:
    with pytest.raises(WrongFormula) as found:
        read(formula)
    wrong = found.value
    assert says in str(wrong)
    assert (wrong.line, wrong.column) == (line, column or wrong.column)
    assert str(wrong).startswith(f"公式第 {wrong.line} 行第 {wrong.column} 列：")


WORDS = [
    *FIELDS,
    "now",
    "all",
    "empty",
    "and",
    "or",
    "not",
    "in",
    "is",
    "==",
    "<=",
    "(",
    ")",
    ",",
    '"help"',
    "1",
    "x",
    "\n",
]


@settings(max_examples=300, deadline=None, database=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.text(max_size=40)))
def test_whatever_is_written_is_a_condition_or_is_refused_with_its_place(text: str) -> None:
    wrong = refused(text)
    if wrong is None:
        assert str(read(text).at().compile(ENGINE))
    else:
        assert 1 <= wrong.line <= text.count("\n") + 1
        assert 1 <= wrong.column <= len(text) + 1


def refused(text: str) -> WrongFormula | None:
    """Why a formula is refused, if it is."""
    try:
        read(text)
    except WrongFormula as wrong:
        return wrong
    return None


def test_every_declared_field_is_a_column_of_its_sort_and_none_is_a_persons() -> None:
    kinds = {"VARCHAR": Sort.WORD, "INTEGER": Sort.NUMBER, "DATETIME": Sort.INSTANT, "BOOLEAN": Sort.TRUTH}
    assert {name: kinds[str(COLUMNS[name].type).partition("(")[0]] for name in FIELDS} == {
        name: declared.sort for name, declared in FIELDS.items()
    }
    assert not {name for name in FIELDS if name.endswith("_id") or name in {"discipline", "exclusion"}}


def test_a_file_with_a_wrong_formula_is_refused_with_line_and_column(tmp_path: Path) -> None:
    wrong = tmp_path / "indicators.yaml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("round > 1", "rounds > 1"), encoding="utf-8")
    line = 1 + FILE.read_text(encoding="utf-8").split("round > 1")[0].count("\n")
    with pytest.raises(BadFile, match=rf"第 {line} 行.*公式第 1 行第 1 列：没有名为 rounds 的字段"):
        read_file(wrong)


def test_two_indicators_of_one_id_are_refused(tmp_path: Path) -> None:
    twice = tmp_path / "indicators.yaml"
    twice.write_text(FILE.read_text(encoding="utf-8").replace("id: redone", "id: rectified"), encoding="utf-8")
    with pytest.raises(BadFile, match="id 相同"):
        read_file(twice)
    assert Indicators.model_fields.keys() == {"indicators"}
