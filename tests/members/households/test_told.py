"""Households that were there before anybody told of them are told of by the migration, on both databases."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.migrations import upgrade
from contracts.members import HouseholdListed
from tests.chassis.schemas import fetch
from tests.members.village import TOWNSHIP, VILLAGE


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_households_that_were_there_before_are_told_of(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    place = tmp_path / "members.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    upgrade("members", place, to="0004")
    made = uuid4()
    fetch(
        place,
        "INSERT INTO household (id, township_code, division_code, code, generated) "
        f"VALUES ('{made.hex}', '{TOWNSHIP}', '{VILLAGE}', 'H1', true) RETURNING code",
    )
    upgrade("members", place)
    [(told, key, payload, at)] = fetch(place, "SELECT type, aggregateid, payload, occurred_at FROM outbox")
    assert (told, key) == (HouseholdListed.type, str(made))
    assert HouseholdListed.read(str(payload)) == HouseholdListed(
        household_id=made, division_code=VILLAGE, ended_on=None
    )
    assert (at if isinstance(at, datetime) else datetime.fromisoformat(str(at))).tzinfo is not None
