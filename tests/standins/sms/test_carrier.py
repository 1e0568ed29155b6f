"""The stand-in keeps to the protocol as docs/subsystems/messages.md writes it, for clients that we did not write."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from chassis.settings import Refused, TextSettings
from profiles.standins import sms
from services.members.texts.client import AGAIN, NEVER
from tests.standins.running import served

NUMBER = "13900001234"


@pytest.fixture
def carrier() -> sms.Carrier:
    """One with nothing sent yet."""
    return sms.Carrier()


@pytest.fixture
def client(carrier: sms.Carrier) -> Iterator[httpx.Client]:
    """Calls it."""
    with served(sms.create_app(carrier)) as address, httpx.Client(base_url=address) as calling:
        yield calling


def send(client: httpx.Client, *, at: float | None = None, secret: str = "6" * 32, **other: object) -> httpx.Response:
    """One text, signed as the document says."""
    said = {"id": "m-1", "to": NUMBER, "template": "consent-code", "values": {"code": "123456", "call_back": "12345"}}
    body = json.dumps(said | other).encode()
    moment = str(int(at or time.time()))
    signature = hmac.new(secret.encode(), moment.encode() + b"\n" + body, hashlib.sha256).hexdigest()
    headers = {"x-texts-key": "standin", "x-texts-time": moment, "x-texts-signature": signature}
    return client.post("/messages", content=body, headers=headers)


def test_what_was_sent_can_be_read(client: httpx.Client) -> None:
    assert send(client).json() == {"taken": "m-1"}
    (sent,) = client.get("/standin/messages", params={"to": NUMBER}).json()["items"]
    assert (sent["to"], sent["values"]["code"]) == (NUMBER, "123456")
    assert client.get("/standin/messages", params={"to": "13911111111"}).json()["items"] == []


def test_the_same_id_is_sent_once_and_never_with_other_words(client: httpx.Client, carrier: sms.Carrier) -> None:
    assert [send(client).status_code for _ in range(3)] == [200, 200, 200]
    other = send(client, values={"code": "654321", "call_back": "12345"})
    assert (other.status_code, other.json()) == (422, {"refusal": "values-refused"})
    assert len(carrier.sent) == 1


def test_a_call_that_is_not_signed_so_is_refused(client: httpx.Client, carrier: sms.Carrier) -> None:
    assert send(client, secret="7" * 32).json() == {"refusal": "bad-signature"}
    assert send(client, at=time.time() - 600).json() == {"refusal": "clock-wrong"}
    assert client.post("/messages", content=b"{}").status_code == 401
    assert carrier.sent == []


def test_every_refusal_of_the_carrier_is_one_of_which_we_know_whether_to_try_again(
    client: httpx.Client, carrier: sms.Carrier
) -> None:
    found = {
        str(send(client, **wrong).json()["refusal"])
        for wrong in ({"template": "other"}, {"values": {}}, {"to": "12"}, {"further": 1})
    }
    carrier.blocked.add(NUMBER)
    found.add(str(send(client).json()["refusal"]))
    carrier.blocked.clear()
    carrier.balance = 0
    found.add(str(send(client).json()["refusal"]))
    carrier.balance = 100
    found |= {str(send(client, id=f"n-{n}").json().get("refusal")) for n in range(11)} - {"None"}
    assert found == {
        "unknown-template",
        "values-refused",
        "number-unknown",
        "number-blocked",
        "balance-empty",
        "too-often",
    }
    assert found <= NEVER | AGAIN.keys()
    assert not NEVER & AGAIN.keys()


def test_half_a_carrier_or_one_without_tls_stops_the_start() -> None:
    whole = {"key": "k", "secret": SecretStr("s"), "template_consent_code": "t"}
    TextSettings(address=None).check(development=False)
    TextSettings(address="https://texts.example", **whole).check(development=False)
    TextSettings(address="http://127.0.0.1:1", **whole).check(development=True)
    with pytest.raises(Refused, match="https"):
        TextSettings(address="http://127.0.0.1:1", **whole).check(development=False)
    with pytest.raises(Refused, match="half a carrier"):
        TextSettings(address="https://texts.example").check(development=False)
    with pytest.raises(ValidationError):
        TextSettings(call_back="请点开链接")
