"""A township's own system, in either profile: registered at the server, it signs its requests and follows them."""

import json
import re
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx

from tests.journeys.village import Village
from tests.members.clients.desk import PATH, sign
from tests.town import Town

PATIENCE = 60.0  # seconds on a busy machine; what is waited for takes about one


@dataclass(frozen=True)
class System:
    """A township's system with its keys."""

    town: Town
    id: str
    key_id: str
    secret: str
    api_key: str

    def send(self, body: bytes, *, signed: dict[str, str], key: str | None = None) -> httpx.Response:
        """A signed request."""
        headers = signed | {"content-type": "application/json", "idempotency-key": key or uuid4().hex}
        return self.town.client.post(f"{self.town.address}{PATH}", content=body, headers=headers)

    def sign(self, method: str, query: str, body: bytes, *, algorithm: str = "sm3") -> dict[str, str]:
        """The headers of a request, as documented."""
        return sign(method, PATH, query, body, key_id=self.key_id, secret=self.secret, algorithm=algorithm)

    def list(self) -> httpx.Response:
        """What it sent, asked for with the key in clear."""
        return self.town.client.get(f"{self.town.address}{PATH}", headers={"lianxin-api-key": self.api_key})


def register(town: Town, organization: str) -> System:
    """As the operator does at the server."""
    done = town.operate(
        "clients", "create", "镇政务系统", "--organization", organization, "--kind", "hmac-sm3", "--kind", "api-key"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [client_id] = re.findall(r"对接系统编号：(\S+)", done.stdout)
    signing, clear = re.findall(r"密钥编号：([0-9a-f]{32})", done.stdout)
    secret, shown = re.findall(r"：([A-Za-z0-9_-]{43})$", done.stdout, re.MULTILINE)
    town.settle()
    return System(town, client_id, signing, secret, f"{clear}.{shown}")


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal."""
    return str(answer.json()["code"])


def await_code(ask: "System", code: str) -> None:
    """Ask with the key in clear until it is refused like this."""
    end = time.monotonic() + PATIENCE
    while (answer := ask.list()).status_code != 401 or code_of(answer) != code:
        assert time.monotonic() < end, answer.text
        time.sleep(0.05)


def test_a_townships_system_sends_a_request_follows_it_and_is_shut_out(village: Village, words: str) -> None:
    town = village.town
    system = register(town, f"T{village.code[:9]}000")
    body = json.dumps({"division_code": village.code, "kind": "help", "wording": words}).encode()
    signed = system.sign("POST", "", body)

    changed = system.send(body.replace(b"help", b"report"), signed=signed)
    assert (changed.status_code, code_of(changed)) == (400, "digest-wrong")
    again = system.send(body, signed=signed)
    assert (again.status_code, code_of(again)) == (401, "nonce-used")  # the first try used it up

    submission = uuid4().hex
    done = system.send(body, signed=system.sign("POST", "", body), key=submission)
    assert done.status_code == 201, done.text
    repeated = system.send(body, signed=system.sign("POST", "", body), key=submission)
    assert (repeated.json()["id"], repeated.headers["idempotency-replayed"]) == (done.json()["id"], "true")

    assert [one["id"] for one in system.list().json()["items"]] == [done.json()["id"]]
    waiting = village.agent.get("/tasks/requests", whose="working")["items"]
    assert done.json()["id"] in [one["id"] for one in waiting]

    suspended = town.operate("clients", "suspend", system.id)
    assert suspended.returncode == 0, suspended.stderr
    await_code(system, "credential-refused")
    refused = system.send(body, signed=system.sign("POST", "", body))
    assert (refused.status_code, code_of(refused)) == (401, "credential-refused")
    kept = "\n".join([town.kept(), town.logs(), *town.facts()])
    assert system.secret not in kept
    assert system.api_key.partition(".")[2] not in kept
