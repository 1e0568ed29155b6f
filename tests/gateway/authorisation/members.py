"""The rows of `members`. The things are those of the left columns' village, or of the citizen themselves."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.tasks.conftest import VILLAGE

NEW_PASSWORD = "白鹭洲头 稻花香里 说丰年"  # a made-up sentence, and nobody's

ROWS: list[Row] = [
    Row("GET /me", "oneself", 200),
    everybody("GET /jwks", "systems outside that check tokens", 200),
    everybody("POST /sign-in/development", "who has no token yet; in development only", 422),
    everybody("GET /sign-in/development/people", "who looks for somebody to try; in development only", 422),
    everybody("POST /sessions/refresh", "who holds the newest refresh token of a session", 422),
    signed_in("GET /sessions", "one's own", shows=("session_id", "citizen")),
    Row("POST /sessions/{session_id}/end", "whose session it is", 404, {200: "citizen"}),
    Row("POST /sign-out", "oneself, in the session of the token", 404),
    signed_in("POST /sign-out/everywhere", "one's own"),
    Row(
        "POST /persons/{person_id}/access/withdrawal",
        "the operator of the person's county, never for themselves",
        403,
        {200: "operator"},
        about={"person_id": "newcomer"},
        body={"reason": "device_lost"},
    ),
    Row(
        "POST /persons/{person_id}/access/restoration",
        "as the withdrawal",
        403,
        {200: "operator"},
        about={"person_id": "newcomer"},
        body={"reason": "by_mistake"},
    ),
    everybody("POST /sign-in/wechat", "who has no token yet; a code of `wx.login()`", 422),
    Row("GET /wechat/account", "whose account it is; nobody here signed in by WeChat", 404),
    Row(
        "POST /wechat/phone",
        "whose account it is; with the person's leave",
        404,
        body={"code": "never-given-by-wechat", "leave": True},
    ),
    Row(
        "POST /wechat/citizen-number",
        "whose account it is; with the person's leave",
        404,
        body={"last_four": "0000", "leave": True},
    ),
    Row("POST /wechat/unbind", "whose account it is", 404),
    Row("POST /wechat/session-check", "whose account it is", 404),
    everybody("POST /sign-in/password", "who has no token yet; a name and its password", 422),
    everybody("POST /sign-in/new-password", "whose sign-in has come so far; the challenge says so", 422),
    everybody("POST /sign-in/enrolment", "whose sign-in has come so far; the challenge says so", 422),
    everybody("POST /sign-in/second-factor", "whose sign-in has come so far; the challenge says so", 422),
    Row(
        "POST /me/password",
        "oneself, by the present password; nobody here has one",
        404,
        body={"password": "?", "new_password": NEW_PASSWORD},
    ),
    Row("GET /password-accounts", "the county operator", 403, {200: "operator"}),
    Row(
        "POST /password-accounts",
        "the county operator, for none of those who watch over others",
        403,
        {200: "operator"},
        body={"person_id": "{officer}", "sign_in_name": "somebody"},
    ),
    Row(
        "POST /password-accounts/{person_id}/reset",
        "as giving one",
        403,
        {404: "operator"},
        about={"person_id": "newcomer"},
        body={"second_factor": False},
    ),
    Row(
        "POST /password-accounts/{person_id}/suspension",
        "the county operator",
        403,
        {404: "operator"},
        about={"person_id": "newcomer"},
    ),
    Row(
        "POST /password-accounts/{person_id}/resumption",
        "as giving one",
        403,
        {404: "operator"},
        about={"person_id": "newcomer"},
    ),
    signed_in("GET /organizations", "the tree of organisations is public within the county"),
    signed_in("GET /organizations/{organization_id}", "as the tree"),
    signed_in("GET /divisions", "official names and codes"),
    signed_in(
        "GET /posts", "office-holders by name: a named person is promised", query={"division_code": VILLAGE}
    ),
    Row(
        "POST /posts",
        "the county's operator, and secretaries of organisations above",
        403,
        {201: "operator"},
        body={"person_id": "{newcomer}", "kind": "proxy_agent", "organization_id": "{branch}"},
    ),
    Row(
        "POST /posts/{post_id}/end",
        "those who may fill it; to others it is not there to be ended",
        404,
        {200: "operator"},
        body={"to_on": "2026-11-16"},
    ),
    signed_in(
        "GET /absences",
        "one's own, and those in which one acts for somebody",
        shows=("absence_id", "agent stand_in"),
    ),
    Row(
        "POST /absences",
        "oneself, and those who may fill the post",
        404,
        {201: "agent operator"},
        body={
            "post_id": "{agency}",
            "stand_in_post_id": "{standby}",
            "from_on": "{day}",
            "to_on": "{day}",
            "reason": "leave",
        },
    ),
    Row("POST /absences/{absence_id}/end", "whose absence it is, and those above", 404, {200: "agent operator"}),
]
