"""No column holds bytes of which nobody says whether they are sealed, or digests from which nothing can be read."""

import pytest
from sqlalchemy import LargeBinary

from chassis.resealing import sealed_tables
from chassis.tables import Digest, Sealed
from tests.architecture.services import SERVICES, base_of


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_of_bytes_is_sealed_or_a_digest(service: str) -> None:
    metadata = base_of(service).metadata
    unexplained = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]
    assert unexplained == []
    assert any(isinstance(column.type, Digest) for table in metadata.sorted_tables for column in table.columns)


@pytest.mark.parametrize("service", SERVICES)
def test_every_sealed_column_can_be_sealed_anew(service: str) -> None:
    metadata = base_of(service).metadata
    declared = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    found = {(sealed.table.name, column.name) for sealed in sealed_tables(metadata) for column in sealed.columns}
    assert found == declared
    assert ("idempotency", "answer") in found
