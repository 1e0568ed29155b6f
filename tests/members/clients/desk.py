"""The operator of a county at work, and a township's system that asks by itself; it signs as the documentation says."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from chassis.clock import real_now
from services.members.imports.rows import PostRow
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.village import DISTRICT, VILLAGE, Office, member, organization, roster

DOCUMENT = Path(__file__).parents[3] / "docs" / "subsystems" / "signed-api.md"
PATH = "/api/tasks/requests"

Signs = Callable[..., dict[str, str]]


def snippet(language: str) -> str:
    """The one block of code in this language in the documentation."""
    [block] = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return str(block)


def _documented() -> Signs:
    space: dict[str, Signs] = {}
    exec(compile(snippet("python"), str(DOCUMENT), "exec"), space)  # the proof that what is documented works
    return space["sign"]


sign = _documented()


@dataclass(frozen=True)
class Key:
    """A key as its client holds it."""

    id: str
    secret: str

    def signed(self, kind: str = "hmac-sha256", **changed: object) -> dict[str, object]:
        """What the gateway sends to `members` of a request that this key signed, with some of it changed after that."""
        timestamp, nonce = changed.pop("timestamp", int(time.time())), changed.pop("nonce", uuid4().hex)
        algorithm = kind.removeprefix("hmac-")
        headers = sign(
            "POST",
            PATH,
            "a=1",
            b"{}",
            key_id=self.id,
            secret=self.secret,
            algorithm=algorithm,
            timestamp=timestamp,
            nonce=nonce,
        )
        return {
            "kind": kind,
            "key_id": headers["Lianxin-Key"],
            "signature": headers["Lianxin-Signature"].partition("=")[2],
            "timestamp": timestamp,
            "nonce": nonce,
            "method": "POST",
            "path": PATH,
            "query": "a=1",
            "digest": headers["Content-Digest"],
        } | changed

    def shown(self, kind: str = "api-key") -> dict[str, object]:
        """The same of a key in clear."""
        return {"kind": kind, "key": f"{self.id}.{self.secret}"}


@dataclass
class Desk:
    """The operator, and the organisation whose system is registered."""

    office: Office
    operator: UUID
    organization_id: UUID

    async def register(self, **changed: object) -> str:
        """A client's id."""
        answer = await self.office.stand.post("/clients", by=self.operator, **self.form(**changed))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def form(self, **changed: object) -> dict[str, object]:
        """What is sent to register a client."""
        return {
            "name": "镇政务系统",
            "organization_id": str(self.organization_id),
            "scopes": ["requests.send", "requests.read"],
            "kinds": ["hmac-sha256", "hmac-sm3", "api-key", "open311", "oauth"],
            "requests_per_minute": 120,
            "expires_at": (real_now() + timedelta(days=30)).isoformat(),
        } | changed

    async def key(self, client_id: str, kind: str = "hmac-sha256", **changed: object) -> Key:
        """A new key."""
        answer = await self.do(f"/clients/{client_id}/keys", kind=kind, **changed)
        assert answer.status_code == 201, answer.text
        return Key(answer.json()["key_id"], answer.json()["secret"])

    async def do(self, path: str, **body: object) -> httpx.Response:
        """Something that the operator does."""
        return await self.office.stand.post(path, by=self.operator, **body)

    async def ask(self, asked: dict[str, object]) -> httpx.Response:
        """As the gateway asks."""
        body = json.dumps(asked)
        headers = {"content-type": "application/json"}
        return await self.office.client.post("/internal/actor-tokens", content=body, headers=headers)

    async def code(self, asked: dict[str, object]) -> str:
        """The code of a refusal; empty if there is a token."""
        answer = await self.ask(asked)
        return "" if answer.status_code == 200 else str(answer.json()["code"])


async def open_desk(office: Office) -> Desk:
    """An operator in office, a member without a post, and a branch in a village."""
    operator = PostRow(
        number(1), "王样〇一", PostKind.COUNTY_OPERATOR, None, DISTRICT, date(2024, 1, 1), None, generated=True
    )
    await office.take_in(
        roster(
            organizations=[organization("A2", "A1", division=VILLAGE), organization("A1")],
            members=[member(1, "A1"), member(2, "A2")],
            posts=[operator],
        )
    )
    await office.told()
    posts, organizations = await office.rows("post"), await office.rows("organization")
    person = list(Post.model_fields).index("person_id")
    code = list(Organization.model_fields).index("code")
    [branch] = [row[0] for row in organizations if row[code] == "A2"]
    return Desk(office, UUID(str(posts[0][person])), UUID(str(branch)))
