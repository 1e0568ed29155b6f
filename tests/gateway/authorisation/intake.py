"""The rows of what is shown to somebody who takes a request in."""

from tests.gateway.authorisation.columns import Row
from tests.tasks.conftest import VILLAGE

ROWS: list[Row] = [
    Row(
        "POST /intake/suggestions",
        "who takes requests in for the village, or is on duty at a desk of it",
        403,
        {200: "agent stand_in grid_worker cadre operator"},
        body={"division_code": VILLAGE, "words": "低保", "requester_id": "{citizen}"},
    ),
    Row(
        "GET /requests/{request_id}/duplicates",
        "as the request; of others those alone that one reaches",
        404,
        {200: "citizen agent stand_in guide secretary cadre supervisor operator auditor"},
    ),
]
