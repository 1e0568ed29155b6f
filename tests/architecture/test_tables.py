"""Each service has tables of its own and the chassis's, and none reaches another's, though one process loads all."""

import pytest
from sqlmodel import SQLModel

from chassis.tables import CHASSIS
from tests.architecture.services import ROOT, SERVICES, base_of, models_of


def test_these_are_all_the_services() -> None:
    assert {path.parent.name for path in (ROOT / "services").glob("*/app.py")} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_tables_of_its_models_and_the_chassis_and_no_others(service: str) -> None:
    for other in SERVICES:
        base_of(other)
    models = models_of(service)
    assert {model.__module__.split(".")[1] for model in models} == {service}
    own = {str(model.__tablename__) for model in models}
    assert len(own) == len(models)
    assert set(base_of(service).metadata.tables) == own | set(CHASSIS.tables)


def test_no_table_lies_in_the_metadata_that_all_would_share() -> None:
    for service in SERVICES:
        base_of(service)
    assert list(SQLModel.metadata.tables) == []
