"""The rows of the burden meter: everybody in office, for their township and the county."""

from tests.gateway.authorisation.columns import PERSONS, Row
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import DISTRICT, TOWNSHIP

IN_OFFICE = " ".join(column for column in PERSONS if not column.startswith("citizen"))
HERE = " ".join(column for column in IN_OFFICE.split() if not column.endswith("/other"))

ROWS: list[Row] = [
    Row(
        "GET /burden", "everybody in office, for their county", 403, {200: IN_OFFICE}, query={"division_code": DISTRICT}
    ),
    Row("GET /burden", "and for their own township", 403, {200: HERE}, query={"division_code": TOWNSHIP}),
    Row("GET /burden/sheet", "as the meter", 403, {200: HERE}, query={"division_code": TOWNSHIP}),
    Row("GET /burden/document", "as the meter", 403, {200: HERE}, query={"division_code": TOWNSHIP}),
    Row("GET /burden/forms", "everybody in office", 403, {200: IN_OFFICE}),
]


def makers(_: County) -> dict[str, Maker]:
    """Nothing is made for it."""
    return {}
