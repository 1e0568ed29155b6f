"""Who may call what: every route of the three services, and what it answers those who may not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from chassis.problems import NotFound
from chassis.settings import DevelopmentSettings
from gateway.routes import CLOSED, find
from profiles.services import NAMES
from tests.mounting import token
from tests.three_services import Lived, alive, routes_of, unopened

SOMEBODY = str(UUID(int=7))
MONTH = "2023-05"


@dataclass(frozen=True)
class May:
    """Who may call a route, and the code that somebody without post or case gets who sends this."""

    who: str
    stranger: int | None = None
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] = field(default_factory=dict)


def anybody(why: str) -> May:
    """A public route, and why it is one."""
    return May(who=f"anybody: {why}")


def signed_in(what: str, **sent: dict[str, str]) -> May:
    """A route that answers everybody who is signed in, and shows nobody what is not theirs."""
    return May(who=f"anybody signed in: {what}", stranger=200, **sent)


RUNNING = {
    ("GET", "/health/live"): anybody("the machine that watches; closed at the gateway"),
    ("GET", "/health/ready"): anybody("the machine that watches; closed at the gateway"),
    ("GET", "/metrics"): anybody("the machine that watches; closed at the gateway"),
    ("GET", "/openapi.json"): anybody("the gateway, which merges it; closed at the gateway"),
}
SEALED = {
    ("GET", "/audit/days"): anybody("whoever keeps a copy, so that no past is rewritten unnoticed"),
    ("GET", "/audit/days/{day}"): anybody("whoever checks a proof"),
}
AUDIT = SEALED | {
    ("GET", "/audit/rows"): signed_in("one's own doings, and what was done to things of one's own"),
    ("GET", "/audit/proofs/{audit_id}"): May("who did it, and whose affair it was done to", 404),
}

MATRIX: dict[str, dict[tuple[str, str], May]] = {
    "members": RUNNING
    | AUDIT
    | {
        ("GET", "/me"): May("oneself", 404),
        ("GET", "/jwks"): anybody("systems outside that check tokens"),
        ("POST", "/sign-in/development"): anybody("who has no token yet; in development only"),
        ("GET", "/sign-in/development/people"): anybody("who looks for somebody to try; in development only"),
        ("POST", "/sessions/refresh"): anybody("who holds the newest refresh token of a session"),
        ("GET", "/sessions"): signed_in("one's own"),
        ("POST", "/sessions/{session_id}/end"): May("whose session it is", 404),
        ("POST", "/sign-out"): May("oneself, in the session of the token", 404),
        ("POST", "/sign-out/everywhere"): signed_in("one's own"),
        ("POST", "/persons/{person_id}/access/withdrawal"): May(
            "the operator of the person's county, never for themselves", 403, body={"reason": "device_lost"}
        ),
        ("POST", "/persons/{person_id}/access/restoration"): May(
            "as the withdrawal", 403, body={"reason": "by_mistake"}
        ),
        ("POST", "/sign-in/wechat"): anybody("who has no token yet; a code of `wx.login()`"),
        ("GET", "/wechat/account"): May("oneself, signed in by WeChat", 404),
        ("POST", "/wechat/phone"): May(
            "oneself, signed in by WeChat", 404, body={"code": "never-given-by-wechat", "leave": True}
        ),
        ("POST", "/wechat/citizen-number"): May(
            "oneself, signed in by WeChat", 404, body={"last_four": "0000", "leave": True}
        ),
        ("POST", "/wechat/unbind"): May("oneself, signed in by WeChat", 404),
        ("POST", "/wechat/session-check"): May("oneself, signed in by WeChat", 404),
        ("POST", "/sign-in/password"): anybody("who has no token yet; a name and its password"),
        ("POST", "/sign-in/new-password"): anybody("whose sign-in has come so far; the challenge says so"),
        ("POST", "/sign-in/enrolment"): anybody("whose sign-in has come so far; the challenge says so"),
        ("POST", "/sign-in/second-factor"): anybody("whose sign-in has come so far; the challenge says so"),
        ("POST", "/sign-in/single-sign-on/start"): anybody("who has no token yet"),
        ("POST", "/sign-in/single-sign-on"): anybody("who comes back from the county's identity provider"),
        ("POST", "/sign-in/single-sign-on/leave"): anybody("whose sign-in has come so far; the challenge says so"),
        ("POST", "/single-sign-on-links"): May(
            "as giving a password", 403, body={"person_id": SOMEBODY, "subject": "1001"}
        ),
        ("POST", "/single-sign-on-links/{person_id}/removal"): May("the county operator", 403),
        ("POST", "/me/password"): May(
            "oneself, by the present password", 404, body={"password": "?", "new_password": "白鹭洲头 稻花香里 说丰年"}
        ),
        ("GET", "/password-accounts"): May("the county operator", 403),
        ("POST", "/password-accounts"): May(
            "the county operator, for none of those who watch over others",
            403,
            body={"person_id": SOMEBODY, "sign_in_name": "somebody"},
        ),
        ("POST", "/password-accounts/{person_id}/reset"): May("as giving one", 403, body={"second_factor": False}),
        ("POST", "/password-accounts/{person_id}/suspension"): May("the county operator", 403),
        ("POST", "/password-accounts/{person_id}/resumption"): May("as giving one", 403),
        ("GET", "/organizations"): signed_in("the tree of organisations is public within the county"),
        ("GET", "/organizations/{organization_id}"): signed_in("as the tree"),
        ("GET", "/divisions"): signed_in("official names and codes"),
        ("GET", "/posts"): signed_in(
            "office-holders by name: a named person is promised", query={"division_code": "430702100201"}
        ),
        ("POST", "/posts"): May(
            "the county's operator, and secretaries above",
            403,
            body={"person_id": SOMEBODY, "kind": "proxy_agent", "organization_id": SOMEBODY},
        ),
        ("POST", "/posts/{post_id}/end"): May("those who may fill it", 404, body={"to_on": "2026-11-20"}),
        ("GET", "/absences"): signed_in("one's own, and those of whom one stands in for"),
        ("POST", "/absences"): May(
            "oneself, and those above",
            404,
            body={
                "post_id": SOMEBODY,
                "stand_in_post_id": SOMEBODY,
                "from_on": "2026-11-20",
                "to_on": "2026-11-21",
                "reason": "leave",
            },
        ),
        ("POST", "/unmaskings"): May(
            "who handles cases where the person lives",
            404,
            body={
                "person_id": SOMEBODY,
                "request_id": SOMEBODY,
                "parts": ["phone"],
                "reason": "visit",
                "words": "上门前联系",
            },
        ),
        ("POST", "/unmaskings/{unmasking_id}/showing"): May("who asked for it", 404),
        ("GET", "/me/unmaskings"): signed_in("one's own"),
        ("GET", "/proposals"): signed_in("what waits for one's confirmation"),
        ("POST", "/proposals/{proposal_id}/confirmation"): May("a second person of the area, never who proposed", 404),
        ("POST", "/proposals/{proposal_id}/refusal"): May("as the confirmation, and who proposed", 404),
        ("POST", "/absences/{absence_id}/end"): May("whose absence it is, and those above", 404),
    },
    "tasks": RUNNING
    | AUDIT
    | {
        ("POST", "/requests"): May(
            "oneself for oneself; for others only posts that take requests in",
            403,
            body={"division_code": "430702100201", "kind": "help", "wording": "路灯坏了", "requester_id": SOMEBODY},
        ),
        ("GET", "/requests"): signed_in("one's own, those one works on, those below one's organisation"),
        ("GET", "/requests/{request_id}"): May("the requester, who works or worked on it, and those above", 404),
        ("GET", "/requests/{request_id}/readings"): May("the requester alone", 404),
        ("POST", "/requests/{request_id}/promise"): May(
            "whom it was dispatched to", 404, body={"promised_on": "2026-11-18"}
        ),
        ("POST", "/requests/{request_id}/answer"): May("whom it was dispatched to", 404, body={"words": "已办"}),
        ("POST", "/requests/{request_id}/return"): May("whom it was dispatched to", 404, body={"reason": "不归我管"}),
        ("POST", "/requests/{request_id}/dispatch"): May(
            "those above the organisation that had it", 404, body={"post_id": SOMEBODY}
        ),
        ("POST", "/requests/{request_id}/report"): May("who signed for it", 404, body={"note": "换了灯泡"}),
        ("POST", "/requests/{request_id}/judgement"): May(
            "the person served, never the handler", 404, body={"solved": "yes", "round": 1}
        ),
        ("POST", "/tracking"): anybody("who knows a tracking code; it shows the progress and carries no other right"),
        ("GET", "/rectifications"): signed_in("those that one answers for"),
        ("POST", "/rectifications/{rectification_id}/plan"): May("who answers for it", 404, body={"words": "明天去"}),
        ("POST", "/rectifications/{rectification_id}/report"): May("who answers for it", 404, body={"words": "修好了"}),
        ("POST", "/rectifications/{rectification_id}/verification"): May(
            "those above who did neither the work nor the rectification", 404, body={"put_right": True}
        ),
        ("GET", "/notices"): signed_in("one's own"),
        ("POST", "/notices/{notice_id}/read"): May("whose notice it is", 404),
        ("POST", "/attachments"): May("anybody signed in: a file that only its owner can name as evidence", 415),
        ("GET", "/attachments/{attachment_id}"): May("its owner, and those who may see its case", 404),
        ("GET", "/attachments/{attachment_id}/content"): May(
            "anybody: who was given its address, for five minutes",
            query={"until": "0", "signature": "0" * 64},
        ),
        ("GET", "/requests/{request_id}/attachments"): May("those who may see the case", 404),
        ("GET", "/live/moves"): signed_in("moves of the cases that one may see"),
        ("GET", "/catalogue"): anybody("who wants to know what can be asked for"),
    },
    "feedback": RUNNING
    | AUDIT
    | {
        ("GET", "/invitations"): signed_in("one's own"),
        ("GET", "/invitations/choices"): signed_in("the words of the grades"),
        ("POST", "/invitations/{invitation_id}/rating"): May(
            "the person served, unless they handled it", 404, body={"rating": "satisfied", "reasons": []}
        ),
        ("GET", "/scorecards"): signed_in(
            "promise-keeping is public", query={"unit": "division", "code": "430702001001", "month": MONTH}
        ),
        ("GET", "/scorecards/list"): signed_in("as one of them", query={"level": "village", "month": MONTH}),
        ("GET", "/scorecards/cases"): May(
            "overseers of the unit; an agent, their own cases",
            403,
            query={
                "unit": "division",
                "code": "430702001001",
                "month": MONTH,
                "indicator": "on_time",
                "part": "numerator",
            },
        ),
    },
}

ROWS = [(service, *route) for service, rows in MATRIX.items() for route in rows]
PUBLIC = {
    ("members", "GET", "/jwks"),
    ("members", "POST", "/sessions/refresh"),
    ("members", "POST", "/sign-in/development"),
    ("members", "POST", "/sign-in/wechat"),
    ("members", "POST", "/sign-in/password"),
    ("members", "POST", "/sign-in/new-password"),
    ("members", "POST", "/sign-in/enrolment"),
    ("members", "POST", "/sign-in/second-factor"),
    ("members", "POST", "/sign-in/single-sign-on/start"),
    ("members", "POST", "/sign-in/single-sign-on"),
    ("members", "POST", "/sign-in/single-sign-on/leave"),
    ("members", "GET", "/sign-in/development/people"),
    ("tasks", "POST", "/tracking"),
    ("tasks", "GET", "/attachments/{attachment_id}/content"),
    ("tasks", "GET", "/catalogue"),
} | {(service, *route) for service in NAMES for route in RUNNING | SEALED}
"""The public ones by name: a route that becomes public changes this list too."""


@pytest.mark.parametrize("service", NAMES)
def test_every_route_has_a_row_and_every_row_a_route(service: str) -> None:
    assert set(routes_of(unopened(service))) == MATRIX[service].keys()


def test_the_public_routes_are_these() -> None:
    assert {row for row in ROWS if MATRIX[row[0]][row[1:]].who.startswith("anybody:")} == PUBLIC


def test_without_development_nobody_signs_in_with_a_code() -> None:
    offered = set(routes_of(unopened("members", development=DevelopmentSettings(development=False))))
    assert MATRIX["members"].keys() - offered == {
        ("POST", "/sign-in/development"),
        ("GET", "/sign-in/development/people"),
    }


@pytest.mark.parametrize("service", NAMES)
@pytest.mark.parametrize("path", sorted(path for _, path in RUNNING))
def test_what_is_for_those_who_run_it_cannot_be_had_through_the_gateway(service: str, path: str) -> None:
    assert path[1:].partition("/")[0] in CLOSED
    address = f"/api/{service}{path}"
    with pytest.raises(NotFound):
        find({"type": "http", "path": address, "raw_path": address.encode()})


@pytest_asyncio.fixture(params=NAMES)
async def lived(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, Lived]]:
    """Each service in turn, with some life in it."""
    async with alive(request.param, tmp_path) as one:
        yield request.param, one


async def _call(lived: Lived, method: str, path: str, may: May, authorization: str | None) -> httpx.Response:
    """Call a route about a thing that is there."""
    there = path.format(**{name: ids[0] for name, ids in lived.things.items()})
    headers = {"idempotency-key": uuid4().hex} | ({"authorization": authorization} if authorization else {})
    sent = {"json": may.body} if method == "POST" else {}
    return await lived.stand.client.request(method, there, params=may.query, headers=headers, **sent)


@pytest.mark.asyncio
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer not-a-token", "Basic QTpC"])
async def test_without_a_token_only_the_public_routes_answer(
    lived: tuple[str, Lived], authorization: str | None
) -> None:
    service, one = lived
    for (method, path), may in MATRIX[service].items():
        answer = await _call(one, method, path, may, authorization)
        where = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        if (service, method, path) in PUBLIC:
            assert answer.json()["code"] == "wrong-code" if answer.status_code == 401 else True, where
        else:
            assert answer.status_code == 401, where
            assert answer.json()["code"] == "unauthenticated", where
            assert answer.headers["content-type"] == "application/problem+json", where


@pytest.mark.asyncio
async def test_a_stranger_gets_what_the_row_says(lived: tuple[str, Lived]) -> None:
    service, one = lived
    stranger = f"Bearer {token(uuid4())}"
    for (method, path), may in MATRIX[service].items():
        if (service, method, path) in PUBLIC:
            continue
        answer = await _call(one, method, path, may, stranger)
        where = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code == may.stranger, where
        if answer.status_code == 200:
            for found in {found for ids in one.things.values() for found in ids}:
                assert found not in answer.text or path.startswith("/organizations"), where


@pytest.mark.asyncio
async def test_a_post_elsewhere_opens_no_case_here(tmp_path: Path) -> None:
    async with alive("tasks", tmp_path) as one:
        elsewhere = f"Bearer {token(one.people['other_agent'])}"
        for (method, path), may in MATRIX["tasks"].items():
            if "{" in path:
                answer = await _call(one, method, path, may, elsewhere)
                assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text[:200]}"


@pytest.mark.asyncio
async def test_those_whom_a_row_names_are_let_in(tmp_path: Path) -> None:
    """So that a matrix of refusals cannot be kept by refusing everybody."""
    async with alive("tasks", tmp_path) as one:
        allowed = {
            ("GET", "/requests/{request_id}"): "villager",
            ("POST", "/requests/{request_id}/promise"): "agent",
            ("POST", "/rectifications/{rectification_id}/plan"): "secretary",
            ("POST", "/notices/{notice_id}/read"): "agent",
        }
        for (method, path), who in allowed.items():
            answer = await _call(one, method, path, MATRIX["tasks"][method, path], f"Bearer {token(one.people[who])}")
            assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
