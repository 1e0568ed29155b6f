"""The rows of what was sent down without its resources."""

from tests.gateway.authorisation.columns import Row, signed_in

ROWS: list[Row] = [
    signed_in("GET /resource-flags", "what came to the organisations that one's posts reach"),
    signed_in("GET /resource-flags/senders", "counts of the same, by who sent it"),
    Row(
        "POST /checklist-items/{item_id}/resources",
        "who keeps the list",
        404,
        {200: "secretary cadre supervisor operator", 403: "agent auditor"},
        body={},
    ),
]
