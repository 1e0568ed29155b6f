"""The rows of `tasks`. The things lie in the village of the left columns; the agent has them, the citizen asked."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.tasks.conftest import VILLAGE

SEES = "citizen agent stand_in guide secretary cadre supervisor operator auditor"
SEES_HANDLED = "citizen agent guide secretary cadre supervisor operator auditor"  # nobody acts any more
FOR_ANOTHER = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "requester_id": "{citizen}"}
DONE_BY_THE_AGENT = {200: "agent stand_in", 403: "citizen guide secretary cadre supervisor operator auditor"}

ROWS: list[Row] = [
    Row(
        "POST /requests",
        "for others: posts that take requests in, for their own area; an agent without leave takes a note",
        403,
        {201: "citizen grid_worker cadre operator client", 202: "agent stand_in"},
        body=FOR_ANOTHER,
    ),
    Row(
        "POST /requests",
        "for themselves: everybody; a client in the area of its organisation",
        201,
        {201: "client"},
        body={"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"},
    ),
    Row(
        "POST /requests",
        "about somebody in office: everybody but those who would take in a complaint about themselves",
        201,
        {403: "agent", 201: "client"},
        body={"division_code": VILLAGE, "kind": "complaint", "wording": "态度不好", "about_post_id": "{agency}"},
    ),
    signed_in(
        "GET /requests",
        "those that one asked, or that a client sent in",
        given={200: "client"},
        shows=("request_id", "citizen"),
    ),
    signed_in(
        "GET /requests",
        "those whose next move is one's own, or an absent colleague's",
        given={200: "client"},
        query={"whose": "working"},
        shows=("request_id", "agent stand_in"),
    ),
    signed_in(
        "GET /requests",
        "those of one's organisation and below, or of the village guided",
        given={200: "client"},
        query={"whose": "below"},
        shows=("request_id", "guide secretary cadre supervisor operator auditor"),
    ),
    Row(
        "GET /requests/{request_id}",
        "who asked, who works on it, whose posts reach it",
        404,
        {200: SEES, 404: "client"},
    ),
    Row(
        "GET /requests/{request_id}",
        "and the client that sent it in",
        404,
        {200: f"{SEES} client"},
        about={"request_id": "sent_in"},
    ),
    Row(
        "POST /requests/{request_id}/promise",
        "whom it was dispatched to, or who acts for them",
        404,
        DONE_BY_THE_AGENT,
        body={"promised_on": "2026-11-18"},
    ),
    Row(
        "POST /requests/{request_id}/answer",
        "whom it was dispatched to, or who acts for them",
        404,
        DONE_BY_THE_AGENT,
        body={"words": "已办"},
    ),
    Row(
        "POST /requests/{request_id}/return",
        "whom it was dispatched to, or who acts for them",
        404,
        DONE_BY_THE_AGENT,
        body={"reason": "不归我管"},
    ),
    Row(
        "POST /requests/{request_id}/dispatch",
        "those above the organisation that had it",
        404,
        {200: "cadre supervisor operator", 403: "citizen guide secretary auditor"},
        about={"request_id": "returned"},
        body={"post_id": "{post_id}"},
    ),
    Row(
        "POST /requests/{request_id}/report",
        "who signed for it, or who acts for them",
        404,
        DONE_BY_THE_AGENT,
        about={"request_id": "handling"},
        body={"note": "换了灯泡"},
    ),
    Row(
        "POST /requests/{request_id}/judgement",
        "the person served alone; that it can be judged is not there for others",
        404,
        {200: "citizen"},
        about={"request_id": "handled"},
        body={"solved": "yes", "round": 1},
    ),
    Row("GET /requests/{request_id}/readings", "the requester, and the auditor", 404, {200: "citizen auditor"}),
    Row("GET /requests/{request_id}/attachments", "as the request", 404, {200: SEES}),
    Row(
        "GET /attachments/{attachment_id}",
        "its owner, and whoever sees its case",
        404,
        {200: SEES_HANDLED},
    ),
    everybody(
        "GET /attachments/{attachment_id}/content",
        "who was given its address, for five minutes",
        404,
        query={"until": "0", "signature": "0" * 64},
    ),
    signed_in("GET /live", "moves of the cases that one sees; a stream", streams=True),
    signed_in("GET /live/moves", "moves of the cases that one sees"),
    Row("POST /attachments", "every person: a file that only its owner can name as evidence", 415),
    everybody("GET /catalogue", "who wants to know what can be asked for", 200),
    signed_in("GET /me/export", "what is held about oneself"),
    signed_in("GET /me/export/page", "as the data"),
]
