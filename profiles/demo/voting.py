"""A term of anonymous ballots: credentials that nobody can tie to a ballot are drawn, and cast days later."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha384
from itertools import count
from random import Random
from secrets import randbelow, token_bytes

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from profiles.demo.cast import Answer, Player, Unexpected
from profiles.demo.judging import solved
from profiles.demo.scene import Scene
from profiles.demo.show import DISTRICT
from profiles.demo.story import Story
from services.feedback.ballots.api import BODY_BYTES

PLANNED, SERVED_TO, DRAWS_UNTIL, CLOSES = 11, 20, 21, 28  # days of the month
MOST_IN_A_CELL = 7  # who play; each of them tries some fifty thousand numbers, as a phone does
MOST_ASKED = 200
GRADES, WEIGHTS = (1, 2, 3, 4, 5), (5, 6, 4, 2, 1)
REASONS = {4: ["efficiency"], 5: ["attitude"]}
SALT, PREFIX, HASH = 48, 32, 48  # bytes, of RFC 9474's RSABSSA-SHA384-PSS-Randomized


@dataclass(frozen=True, slots=True)
class Credential:
    """One right to one ballot."""

    cell_id: str
    message: bytes
    signature: bytes


@dataclass
class Term:
    """The month's term; it is not opened where too few people are expected in it."""

    scene: Scene
    stories: Sequence[Story]
    random: Random
    term_id: str = ""
    ballots: Counter[str] = field(default_factory=Counter)  # by cell

    async def play(self) -> None:
        """Planned and opened, drawn by whoever was served, cast, and published by itself."""
        scene, operator = self.scene, self.scene.cast.operators(DISTRICT)[0]
        await scene.on(PLANNED)
        try:
            made = await scene.caller.post(
                "/api/feedback/ballot-terms",
                by=operator,
                district_code=DISTRICT,
                served_from=scene.day(PLANNED),
                served_to=scene.day(SERVED_TO),
                draws_until=scene.day(DRAWS_UNTIL),
                closes_on=scene.day(CLOSES),
                groups=[{"code": "all", "item_codes": []}],
            )
        except Unexpected as refused:
            if refused.code != "too-few-expected":
                raise
            return
        self.term_id = made["term"]["id"]
        await scene.caller.post(f"/api/feedback/ballot-terms/{self.term_id}/opening", by=operator)
        await scene.on(DRAWS_UNTIL, at=10)
        drawn = await self._drawn()
        self.random.shuffle(drawn)
        await scene.on(DRAWS_UNTIL + 3, at=20)
        await asyncio.gather(*map(self._cast, drawn))

    async def _drawn(self) -> list[Credential]:
        """What those who were served lately draw, so many in each cell."""
        begins, ends = self.scene.when(PLANNED - 2), self.scene.when(SERVED_TO)
        served = {
            story.requester.person_id: story.requester
            for story in self.stories
            if story.requester and story.rounds and begins <= story.part.submitted_at < ends
        }
        found: list[Credential] = []
        listed = await self._listed()
        held: Counter[str] = Counter()
        for player in list(served.values())[:MOST_ASKED]:
            shown = await self.scene.caller.get("/api/members/credentials", by=player)
            for cell in shown["items"]:
                if held[cell["cell_id"]] < MOST_IN_A_CELL:
                    found.append(await self._draw(cell, listed, by=player))
                    held[cell["cell_id"]] += 1
        return found

    async def _listed(self) -> dict[str, str]:
        """The keys of the day's public list. Its signature is checked by phones, and by the tests; not here."""
        told = await self.scene.caller.get("/api/members/ballot-keys")
        said = json.loads(_bytes(told["signed"].split(".")[1]))
        return {one["cell_id"]: one["public_key"] for one in said["keys"]}

    async def _draw(self, cell: Answer, listed: dict[str, str], *, by: Player) -> Credential:
        """Raises `Unexpected` for a key that is not in the list which everybody sees."""
        if listed.get(cell["cell_id"]) != cell["public_key"]:
            raise Unexpected("a key that is shown to one person and not to everybody")
        key = load_der_public_key(_bytes(cell["public_key"]))
        if not isinstance(key, RSAPublicKey):
            raise Unexpected("not an RSA key")
        numbers, message = key.public_numbers(), token_bytes(PREFIX) + token_bytes(32)
        size = (numbers.n.bit_length() + 7) // 8
        own = randbelow(numbers.n - 1) + 1
        encoded = int.from_bytes(encode(message, numbers.n.bit_length() - 1))
        blinded = (encoded * pow(own, numbers.e, numbers.n) % numbers.n).to_bytes(size)
        path = f"/api/members/credentials/{cell['cell_id']}"
        told = await self.scene.caller.post(path, by=by, blinded=_text(blinded))
        signature = int.from_bytes(_bytes(told["blind_signature"])) * pow(own, -1, numbers.n) % numbers.n
        return Credential(cell["cell_id"], message, signature.to_bytes(size))

    async def _cast(self, one: Credential) -> None:
        grade = self.random.choices(GRADES, WEIGHTS)[0]
        task = await self.scene.caller.get("/api/feedback/ballots/challenge")
        altcha = await asyncio.to_thread(solved, task)
        said = {
            "cell_id": one.cell_id,
            "message": _text(one.message),
            "signature": _text(one.signature),
            "grade": grade,
            "reasons": REASONS.get(grade, []),
            "altcha": altcha,
        }
        await self.scene.caller.give("/api/feedback/ballots", json.dumps(said).ljust(BODY_BYTES).encode())
        self.ballots[one.cell_id] += 1


def encode(message: bytes, bits: int) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017, 9.1.1) with SHA-384 and a random salt."""
    size, salt = (bits + 7) // 8, token_bytes(SALT)
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(size - SALT - HASH - 2) + b"\x01" + salt
    mask = b"".join(sha384(digest + turn.to_bytes(4)).digest() for turn, _ in zip(count(), range(0, size, HASH)))
    masked = bytearray(one ^ other for one, other in zip(block, mask, strict=False))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
