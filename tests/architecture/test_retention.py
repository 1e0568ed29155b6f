"""Every table with something about persons has a rule that says how long it is kept, and the rules are kept to."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.retention import Retention
from chassis.tables import Instant, Sealed
from profiles.services import NAMES
from services.tasks.readings.model import CaseReading
from tests.architecture.services import ROOT, base_of
from tests.three_services import alive

PERSON_COLUMNS = {"person_id", "requester_id", "citizen_id", "owner_id", "subject_id"}
NOT_ABOUT_PERSONS = {"client_key", "api_client"}


def rules_of(service: str) -> Retention:
    """The rules as the service loads them."""
    return Retention.load(ROOT / "services" / service / "retention.yaml", base_of(service).metadata)


@pytest.mark.parametrize("service", NAMES)
def test_every_table_about_persons_has_a_rule(service: str) -> None:
    about_persons = {
        table.name
        for table in base_of(service).metadata.sorted_tables
        if PERSON_COLUMNS & set(table.columns.keys()) or any(isinstance(one.type, Sealed) for one in table.columns)
    }
    assert about_persons - rules_of(service).rules.keys() - NOT_ABOUT_PERSONS == set()


@pytest.mark.asyncio
async def test_what_is_older_than_its_rule_is_swept_and_nothing_else(tmp_path: Path) -> None:
    async with alive("tasks", tmp_path) as lived:
        stand = lived.stand
        now = stand.mounted.clock.now()

        def reading(days: int) -> CaseReading:
            at = now - timedelta(days=days)
            return CaseReading(
                id=uuid4(),
                township_code="430702102000",
                request_id=uuid4(),
                reader_id=uuid4(),
                reader_name=None,
                post_kind=None,
                organization_id=None,
                read_on=at.date(),
                read_at=at,
            )

        old, young = reading(1096), reading(1094)
        async with stand.mounted.sessions() as session:
            session.add(old, young)
        rules = rules_of("tasks")
        async with stand.mounted.sessions() as session:
            await rules.sweep(session)  # unless the running service has done it by itself just now
        async with stand.mounted.sessions() as session:
            assert await session.get(CaseReading, old.id) is None
            assert await session.get(CaseReading, young.id) is not None
            assert await rules.sweep(session) == 0


def test_a_rule_for_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(
        "rules: [{table: ghost, what: x, since: at, days: 1, source: x, confidence: own}]", encoding="utf-8"
    )
    with pytest.raises(KeyError):
        Retention.load(file, base_of("tasks").metadata)


def test_instants_of_the_rules_are_instants() -> None:
    for service in NAMES:
        tables = base_of(service).metadata.tables
        for rule in rules_of(service).rules.values():
            assert rule.table in tables
            if rule.since is not None:
                assert isinstance(tables[rule.table].c[rule.since].type, Instant)
