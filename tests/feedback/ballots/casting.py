"""A client that casts ballots: a credential signed for a cell, a task that was done, and a body of the one size."""

import json
import os
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.members import CellKeyPublished
from services.feedback.ballots.api import BODY_BYTES
from services.feedback.ballots.credentials import PADDING
from tests.feedback.cells.polling import CASTING, county_at_work, ids, on, opened
from tests.feedback.facts import TOWNSHIP
from tests.feedback.office import Office


@cache
def key(name: str) -> RSAPrivateKey:
    """The private key of a cell; made once for each name, since it costs."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def text(plain: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def key_of(cell_id: UUID, *, name: str = "cell") -> CellKeyPublished:
    """The fact by which a cell's key is known."""
    public = key(name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return CellKeyPublished(
        cell_id=cell_id, township_code=TOWNSHIP, public_key=text(public), draws_until=CASTING.replace(day=5)
    )


@dataclass(frozen=True)
class Credential:
    """One right to one ballot: what a client holds after it unblinded the signature."""

    signed_by: str = "cell"
    message: bytes = field(default_factory=lambda: os.urandom(64))

    @property
    def signature(self) -> bytes:
        """An ordinary RSASSA-PSS signature over the prepared message."""
        return key(self.signed_by).sign(self.message, PADDING, SHA384())


def solved(task: dict[str, Any]) -> str:
    """The task, done by trying."""
    for number in range(task["maxnumber"] + 1):
        if sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]:
            done = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
            return b64encode(json.dumps(done).encode()).decode()
    raise AssertionError("the task has no answer")


class Voters:
    """Ways to the box, without a token, from nobody in particular."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def task(self) -> dict[str, Any]:
        """A task to be solved."""
        return dict((await self._call("GET", "/ballots/challenge")).json())

    async def cast(
        self,
        cell_id: UUID,
        grade: int,
        *,
        by: Credential | None = None,
        reasons: tuple[str, ...] = (),
        headers: dict[str, str] | None = None,
        weighs: int = BODY_BYTES,
        **otherwise: object,
    ) -> httpx.Response:
        """Cast one ballot; what is given otherwise stands in the body instead."""
        by = by or Credential()
        body: dict[str, object] = {
            "cell_id": str(cell_id),
            "message": text(by.message),
            "signature": text(by.signature),
            "grade": grade,
            "reasons": list(reasons),
        } | otherwise
        body.setdefault("altcha", solved(await self.task()))
        content = json.dumps(body).ljust(weighs).encode()
        return await self._call("POST", "/ballots", content=content, headers=headers or {})

    async def all_cast(self, cell_id: UUID, grades: str) -> None:
        """Cast one ballot for each digit."""
        for grade in grades:
            answer = await self.cast(cell_id, int(grade))
            assert answer.status_code == 200, answer.text

    async def _call(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.office.mounted.app)
        headers = {"Content-Type": "application/json"} | how.pop("headers", {})
        async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
            return await client.request(method, path, headers=headers, **how)


async def casting(office: Office, many: dict[str, int] | None = None) -> tuple[Voters, dict[str, UUID]]:
    """A term whose cells take ballots today, by their units; all have the key «cell»."""
    await county_at_work(office, many)
    cells = ids(await opened(office))
    await office.hear(*(key_of(cell_id) for cell_id in cells.values()))
    on(office, CASTING)
    return Voters(office), cells
