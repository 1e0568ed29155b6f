"""The rows of `feedback`. The cases lie in the village of the left columns; the agent handled them."""

from tests.feedback import facts
from tests.gateway.authorisation.columns import Row, everybody, signed_in

OF_THE_VILLAGE = {"unit": "division", "code": facts.VILLAGE, "month": "2023-05"}
REACHED = "guide secretary cadre supervisor operator auditor"
IN_CHARGE = "secretary cadre supervisor operator"

TERM_DAYS = {
    "served_from": "2026-11-17",
    "served_to": "2026-12-06",
    "draws_until": "2026-12-10",
    "closes_on": "2026-12-20",
}

ROWS: list[Row] = [
    signed_in("GET /invitations", "one's own", shows=("invitation_id", "citizen")),
    signed_in("GET /invitations/choices", "the words of the grades"),
    Row(
        "GET /invitations/counts",
        "whose posts oversee the units from above",
        403,
        {200: "cadre supervisor operator auditor"},
        query={"unit": "division", "code": facts.TOWNSHIP, "month": "2023-05"},
    ),
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
        "POST /ballot-terms",
        "the county's operator",
        403,
        {200: "operator"},
        body={"district_code": facts.DISTRICT, "groups": [{"code": "all", "item_codes": []}], **TERM_DAYS},
    ),
    Row("GET /ballot-terms", "the county's operator", 403, {200: "operator"}, query={"district_code": facts.DISTRICT}),
    Row("GET /ballot-terms/{term_id}", "the operator of its county", 404, {200: "operator"}),
    Row("POST /ballot-terms/{term_id}/opening", "the operator of its county", 404, {200: "operator"}),
    Row("POST /ballot-terms/{term_id}/dropping", "the operator of its county", 404, {200: "operator"}),
    everybody("GET /cells", "who wants to know how units are judged", 200),
    everybody("GET /cells/{cell_id}", "as the list", 200),
    everybody("GET /cells/sums/{term_id}", "as the list, once a term is closed", 200, about={"term_id": "closed_term"}),
    everybody("GET /ballots/challenge", "who casts a ballot, of whom nothing is known", 200),
    everybody(
        "POST /ballots",
        "whoever has a credential; without one, or of another size, refused",
        422,
        body={
            "cell_id": "00000000-0000-4000-8000-000000000000",
            "message": "A" * 86,
            "signature": "A" * 342,
            "grade": 1,
            "reasons": [],
            "altcha": "AAAA",
        },
    ),
    Row(
        "GET /scorecards/cases",
        "whose posts reach the unit; an agent, their own cases, and so none of another village's",
        403,
        {200: "agent agent/other stand_in stand_in/other guide secretary cadre supervisor operator auditor"},
        query=OF_THE_VILLAGE | {"indicator": "on_time", "part": "numerator"},
        shows=("case", "agent guide secretary cadre supervisor operator auditor"),
    ),
    Row(
        "POST /reports",
        "who is in charge of the unit by a post there or above",
        403,
        {201: IN_CHARGE},
        body={"unit": "division", "code": facts.VILLAGE, "period": "{free_period}"},
    ),
    Row(
        "GET /reports",
        "whose posts reach the unit",
        403,
        {200: REACHED},
        query={"unit": "division", "code": facts.VILLAGE},
        shows=("report_id", REACHED),
    ),
    Row("GET /reports/{report_id}", "as the list", 404, {200: REACHED}),
    Row("GET /reports/{report_id}/document", "as the list", 404, {200: REACHED}, query={"form": "html"}),
    Row("GET /reports/{report_id}/sheet", "as the list", 404, {200: REACHED}),
    Row(
        "POST /reports/{report_id}/editions",
        "who is in charge of the unit asks; a second person decides",
        404,
        {201: IN_CHARGE, 403: "guide auditor"},
        body={"reason": "late_facts"},
    ),
    signed_in("GET /proposals", "what waits for one's confirmation", shows=("proposal_id", "supervisor operator")),
    Row(
        "POST /proposals/{proposal_id}/confirmation",
        "a second person of the area, never who proposed",
        404,
        {200: "supervisor operator", 403: "secretary"},
    ),
    Row(
        "POST /proposals/{proposal_id}/refusal",
        "as the confirmation, and who proposed",
        404,
        {200: "secretary supervisor operator"},
    ),
]
