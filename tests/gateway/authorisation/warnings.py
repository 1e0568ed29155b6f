"""The rows of notices: what one is told is one's own, and nobody else's."""

from tests.gateway.authorisation.columns import Row, signed_in

ROWS: list[Row] = [
    signed_in("GET /notices", "one's own", shows=("notice_id", "agent")),
    signed_in("GET /notices/digests", "one's own", shows=("digest_id", "agent")),
    signed_in("GET /notices/unread", "how many of one's own"),
    signed_in("POST /notices/read", "all of one's own"),
    Row("GET /notices/{notice_id}/lines", "whose digest it is", 404, {200: "agent"}, about={"notice_id": "digest_id"}),
    Row("POST /notices/{notice_id}/read", "whose notice it is", 404, {200: "agent"}),
]
