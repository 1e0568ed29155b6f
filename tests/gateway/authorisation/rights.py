"""The rows of what citizens may do with a case, and of those who ask, tell and decide for them."""

from tests.gateway.authorisation.columns import Row, everybody

ROWS: list[Row] = [
    everybody("POST /tracking", "who knows a tracking code; it shows the progress and carries no other right", 422),
    Row(
        "POST /requests/{request_id}/reply",
        "who handled it, and posts that take requests in for the area, as far as they see it",
        404,
        {200: "agent cadre operator", 403: "citizen guide secretary supervisor auditor"},
        about={"request_id": "handled"},
        body={"how": "in_person"},
    ),
]
