"""The rows of contacts and consents in `members`, and of mandates, notes and the caseload in `tasks`."""

from tests.gateway.authorisation.columns import Row
from tests.tasks.conftest import VILLAGE

TAKING_IN = "agent stand_in grid_worker cadre"
TAKING_IN_ANYWHERE = " ".join(f"{role} {role}/other" for role in TAKING_IN.split())
AT_THE_COUNTER = "cadre operator"

MEMBERS: list[Row] = [
    Row(
        "POST /contacts/find",
        "posts that take requests in; a client with the scope to send",
        403,
        {200: f"{TAKING_IN_ANYWHERE} operator"},
        body={"phone": "13900001234"},
    ),
    Row(
        "POST /contacts",
        "posts that take requests in, for their own area; a client with the scope to send",
        403,
        {201: f"{TAKING_IN} operator"},
        body={"division_code": VILLAGE, "phone": "13900001234"},
    ),
    Row(
        "GET /consents",
        "those who tell codes at a counter",
        403,
        {200: "cadre cadre/other operator"},
        shows=("consent_id", AT_THE_COUNTER),
    ),
    Row(
        "GET /consents/{consent_id}",
        "who asked, who is asked (nobody of these columns), and the counters",
        404,
        {200: f"agent {AT_THE_COUNTER}"},
    ),
    Row(
        "POST /consents/{consent_id}/codes",
        "who asked, who is asked (nobody of these columns), and the counters; here no text can be sent",
        404,
        {409: f"agent {AT_THE_COUNTER}"},
    ),
    Row(
        "POST /consents/{consent_id}/showing",
        "a counter of the area, never who asked",
        404,
        {200: AT_THE_COUNTER, 403: "agent"},
    ),
    Row(
        "POST /consents/{consent_id}/confirmation",
        "who asked, and who is asked (nobody of these columns), by the code",
        404,
        {409: "agent"},
        body={"code": "000000"},
    ),
]
