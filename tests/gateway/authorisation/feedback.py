"""The rows of `feedback`. The cases lie in the village of the left columns; the agent handled them."""

from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in

OF_THE_VILLAGE = {"unit": "division", "code": facts.VILLAGE, "month": "2023-05"}

ROWS: list[Row] = [
    signed_in("GET /invitations", "one's own", shows=("invitation_id", "citizen")),
    signed_in("GET /invitations/choices", "the words of the grades"),
    Row(
        "POST /invitations/{invitation_id}/rating",
        "the person served, unless they handled it",
        404,
        {200: "citizen"},
        body={"rating": "satisfied", "reasons": []},
    ),
    signed_in("GET /me/export", "what is held about oneself"),
    signed_in("GET /me/export/page", "as the data"),
    signed_in(
        "GET /intake",
        "how many came in is public; what is about somebody in office counts for those above them",
        query={"code": facts.VILLAGE, "month": "2023-05"},
    ),
    signed_in("GET /scorecards", "promise-keeping is public", query=OF_THE_VILLAGE),
    signed_in("GET /scorecards/list", "as one of them", query={"level": "village", "month": "2023-05"}),
    everybody("GET /public-figures", "who wants to know how promises are kept", 200, query={"month": "2023-05"}),
    Row(
        "GET /scorecards/cases",
        "whose posts reach the unit; an agent, their own cases, and so none of another village's",
        403,
        {200: "agent agent/other stand_in stand_in/other guide secretary cadre supervisor operator auditor"},
        query=OF_THE_VILLAGE | {"indicator": "on_time", "part": "numerator"},
        shows=("case", "agent guide secretary cadre supervisor operator auditor"),
    ),
]
