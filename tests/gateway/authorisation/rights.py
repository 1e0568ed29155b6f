"""The rows of what citizens may do with a case, and of those who ask, tell and decide for them."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in

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
    Row(
        "POST /requests/{request_id}/call-back",
        "a desk of the township or county without a part in it; never an agent of the village",
        404,
        {200: "cadre supervisor operator", 403: "citizen agent guide secretary auditor"},
        about={"request_id": "handled"},
        body={"reached": "not_reached", "round": 1},
    ),
    signed_in("GET /call-backs", "cases within reach, not one's own, whose requesters wait to be asked"),
    Row(
        "POST /requests/{request_id}/slips",
        "as the call-back",
        404,
        {201: "cadre supervisor operator", 403: "citizen agent guide secretary auditor"},
        about={"request_id": "handled"},
    ),
    everybody("POST /slips", "who holds a slip: its code is good for one answer", 422),
]
