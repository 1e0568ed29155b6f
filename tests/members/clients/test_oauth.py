"""OAuth 2 client credentials, by the RFC's rules and by a client that somebody else wrote."""

import asyncio
from base64 import b64encode
from urllib.parse import quote_plus

import jwt
import pytest
from authlib.integrations.requests_client import OAuth2Session

from tests.gateway.stand import gateway_before
from tests.members.clients.desk import Desk, Key

pytestmark = pytest.mark.asyncio

FORM = "application/x-www-form-urlencoded"


def basic(key: Key, secret: str | None = None) -> dict[str, str]:
    """HTTP Basic as RFC 6749, section 2.3.1, wants it."""
    pair = f"{quote_plus(key.id)}:{quote_plus(secret or key.secret)}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_foreign_client_gets_a_token_and_uses_it(desk: Desk, method: str) -> None:
    client_id = await desk.register(scopes=["requests.read", "requests.send"])
    key = await desk.key(client_id, "oauth")
    async with gateway_before({"members": desk.office.stand.mounted.app}) as (_, port):
        address = f"http://127.0.0.1:{port}/api/members"

        def ask() -> tuple[dict[str, object], int, str]:
            with OAuth2Session(key.id, key.secret, token_endpoint_auth_method=method, scope="requests.read") as foreign:
                foreign.trust_env = False
                token = foreign.fetch_token(f"{address}/oauth/token", grant_type="client_credentials")
                answer = foreign.get(f"{address}/me")
                return token, answer.status_code, answer.json()["code"]

        token, code, refusal = await asyncio.to_thread(ask)
    assert (token["token_type"], token["scope"], token["expires_in"]) == ("Bearer", "requests.read", 900)
    claims = jwt.decode(str(token["access_token"]), options={"verify_signature": False})
    assert (claims["sub"], claims["kind"], claims["scope"]) == (client_id, "client", "requests.read")
    assert (code, refusal) == (403, "scope-missing")  # its token is taken, and it is no person


async def test_without_a_scope_all_of_the_clients_are_given(desk: Desk) -> None:
    key = await desk.key(await desk.register(), "oauth")
    answer = await desk.office.client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(key)
    )
    assert answer.status_code == 200
    assert answer.json()["scope"] == "requests.read requests.send"
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "everything"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "requests.read everything"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "client_secret": "both ways"}, "invalid_request"),
    ],
)
async def test_a_refusal_is_the_rfcs(desk: Desk, said: dict[str, str], error: str) -> None:
    key = await desk.key(await desk.register(), "oauth")
    answer = await desk.office.client.post("/oauth/token", data=said, headers=basic(key) | {"content-type": FORM})
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["cache-control"] == "no-store"


async def test_whoever_proves_no_secret_of_a_live_oauth_key_is_refused_alike(desk: Desk) -> None:
    client_id = await desk.register()
    key, signing = await desk.key(client_id, "oauth"), await desk.key(client_id, "api-key")
    tried = [
        basic(key, "wrong"),
        basic(Key("0" * 32, key.secret)),
        basic(Key("somebody", key.secret)),
        basic(signing),
        {"authorization": "Basic ====="},
        {"authorization": f"Basic {b64encode(bytes([0xFF, 0xFE])).decode()}"},
        {"authorization": "Bearer x"},
        {},
    ]
    answers = [
        await desk.office.client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
        for headers in tried
    ]
    assert {(one.status_code, one.text) for one in answers} == {(401, answers[0].text)}
    assert answers[0].json()["error"] == "invalid_client"
    assert answers[0].headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"grant_type":"client_credentials"}'),
        (FORM, b"grant_type=client_credentials&grant_type=client_credentials"),
        (FORM, b"grant_type=client_credentials&x=" + b"y" * 5000),
        (FORM, "grant_type=村".encode()),
        (FORM, b"grant_type=client_credentials&scope=%ff"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(100))),
        (FORM, b"\x00"),
    ],
)
async def test_a_body_that_is_no_form_is_refused(desk: Desk, content_type: str, body: bytes) -> None:
    key = await desk.key(await desk.register(), "oauth")
    headers = basic(key) | {"content-type": content_type}
    answer = await desk.office.client.post("/oauth/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_an_ended_key_gets_no_token(desk: Desk) -> None:
    client_id = await desk.register()
    key = await desk.key(client_id, "oauth")
    await desk.do(f"/clients/{client_id}/keys/{key.id}/end")
    answer = await desk.office.client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(key)
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
