"""Rows as they are read, made like others, and turned into what a driver takes."""

import pytest
from sqlalchemy.dialects.sqlite import dialect
from sqlmodel import col, select

from chassis.plans import table_of
from chassis.tables import like
from chassis.writes import AT_A_TIME, bound_rows
from tests.chassis.test_session import full
from tests.chassis.toys import Toy


def test_a_value_of_a_row_is_found_without_asking_sqlalchemy_which_still_makes_statements_of_the_class() -> None:
    assert not hasattr(type(vars(Toy)["name"]), "__set__")  # else Python would ask it before it looks at the row
    row = full("kite")
    assert row.name == "kite"
    row.name = "ball"
    assert row.name == "ball"
    del row.__dict__["name"]
    with pytest.raises(AttributeError, match="Toy"):
        _ = row.name
    assert "toy.name = :name_1" in str(select(Toy).where(col(Toy.name) == "ball"))


def test_a_row_like_another_differs_in_what_is_said_alone_and_has_no_column_more() -> None:
    first = full("first")
    second = like(first, name="second")
    assert vars(second) == vars(first) | {"name": "second"}
    assert first.name == "first"
    with pytest.raises(TypeError, match="colour"):
        like(first, colour="red")


def test_each_of_many_rows_is_turned_by_its_own_values_whatever_the_one_before_was() -> None:
    words = [["a"], ["a"], ["b"], None, ["b"]] * AT_A_TIME
    rows = ((n, of) for n, of in enumerate(words))
    table, how = table_of(Toy), dialect()  # type: ignore[no-untyped-call]
    turned = bound_rows(table, ("short", "words"), rows, how)
    assert next(turned) == [0, '["a"]']
    assert next(rows)[0] == AT_A_TIME  # no more of them were made than go together
    assert [text for _, text in turned][:4] == ['["a"]', '["b"]', None, '["b"]']
