"""The rows of a desk's lists: what is found there, and by whom."""

from tests.gateway.authorisation.columns import Row, signed_in

AT_WORK = "agent stand_in guide secretary cadre supervisor operator auditor"
TAKE_IN = "agent stand_in grid_worker cadre"

ROWS: list[Row] = [
    signed_in(
        "GET /cases",
        "those that wait for one, that one signed for, or that one's posts reach",
        shows=("request_id", AT_WORK),
    ),
    signed_in(
        "GET /cases",
        "and of these those in which a word was said",
        query={"text": "路灯"},
        shows=("request_id", AT_WORK),
    ),
    signed_in("GET /cases/counts", "how many of them there are, up to a thousand"),
    Row(
        "GET /persons/{person_id}/cases",
        "posts that take requests in, of the cases in their own area",
        404,
        {200: " ".join([*TAKE_IN.split(), *(f"{one}/other" for one in TAKE_IN.split()), "operator"])},
        about={"person_id": "citizen"},
        shows=("request_id", f"{TAKE_IN} operator"),
    ),
]
