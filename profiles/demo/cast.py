"""The players: generated people with the codes to sign in as them, and their calls through the HTTP API."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import aiohttp
import orjson

Answer = dict[str, Any]  # a JSON object as the API gave it

MARGIN = 60  # seconds before its end from which on a token is not used any more
OFFICES = ("proxy_agent", "stand_in", "secretary", "township_cadre", "supervisor", "county_operator")
VILLAGERS_EACH = 100  # of each village; they are enough to deal from
PEOPLE = "/api/members/sign-in/development/people"


class Unexpected(Exception):  # the demonstration stops: the script and the product do not agree
    """The API gave another answer than the script expects; `code` is that of its problem, if it was one."""

    def __init__(self, what: str, *, code: str = "") -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays, and where."""

    person_id: str
    name: str
    division_code: str
    code: str


class Caller:
    """Calls the API as this or that player, signing them in when first needed."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._tokens: dict[str, tuple[str, float]] = {}
        self._signing_in: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.calls = 0

    async def get(self, path: str, *, by: Player | None = None, **query: str) -> Answer:
        """Read something. Raises `Unexpected`."""
        headers = {"authorization": await self._token(by)} if by else {}
        return await self._answer("GET", path, params=query, headers=headers)

    async def post(self, path: str, *, by: Player, **body: object) -> Answer:
        """Do something. Raises `Unexpected`."""
        return await self._change(path, orjson.dumps(body), by=by, media_type="application/json")

    async def give(self, path: str, body: bytes) -> Answer:
        """Send something in as nobody in particular. Raises `Unexpected`."""
        return await self._answer("POST", path, data=body, headers={"content-type": "application/json"})

    async def upload(self, content: bytes, *, by: Player, media_type: str) -> str:
        """Attach a file, and get its id. Raises `Unexpected`."""
        kept = await self._change("/api/tasks/attachments", content, by=by, media_type=media_type)
        return str(kept["id"])

    async def _change(self, path: str, body: bytes, *, by: Player, media_type: str) -> Answer:
        headers = {
            "authorization": await self._token(by),
            "content-type": media_type,
            "idempotency-key": uuid4().hex,
        }
        return await self._answer("POST", path, data=body, headers=headers)

    async def _token(self, player: Player) -> str:
        async with self._signing_in[player.person_id]:
            token, good_until = self._tokens.get(player.person_id, ("", 0.0))
            if time.monotonic() > good_until - MARGIN:
                body = orjson.dumps({"person_id": player.person_id, "code": player.code})
                headers = {"content-type": "application/json"}
                signed = await self._answer("POST", "/api/members/sign-in/development", data=body, headers=headers)
                token = f"Bearer {signed['access_token']}"
                self._tokens[player.person_id] = token, time.monotonic() + signed["expires_in"]
            return token

    async def _answer(self, method: str, path: str, **call: Any) -> Answer:
        self.calls += 1
        async with self._http.request(method, path, **call) as response:
            body = await response.read()
            if response.status >= 400:
                said = body.decode(errors="replace")
                raise Unexpected(f"{method} {path}: {response.status} {said[:500]}", code=_code(response, body))
            answer: Answer = orjson.loads(body)
            return answer


def _code(response: aiohttp.ClientResponse, body: bytes) -> str:
    """The code of a problem; empty for any other refusal."""
    return str(orjson.loads(body)["code"]) if response.content_type == "application/problem+json" else ""


@dataclass(repr=False)  # sixty thousand players
class Cast:
    """Everybody who can play, by office and by area."""

    villagers: dict[str, list[Player]] = field(default_factory=dict)  # by village
    officials: dict[str, dict[str, list[Player]]] = field(default_factory=dict)  # by office, then by area
    by_id: dict[str, Player] = field(default_factory=dict)

    @classmethod
    async def gather(cls, caller: Caller) -> Self:
        """Ask the development sign-in for generated people."""
        cast = cls()
        for office in OFFICES:
            areas = cast.officials.setdefault(office, {})
            async for player in _people(caller, office):
                cast.by_id[player.person_id] = player
                areas.setdefault(player.division_code, []).append(player)
        for village in sorted(cast.officials["proxy_agent"]):
            page = await caller.get(PEOPLE, role="citizen", division_code=village, limit=str(VILLAGERS_EACH))
            living = [Player(**one) for one in page["items"]]
            cast.villagers[village] = [one for one in living if one.person_id not in cast.by_id]
        return cast

    def agents(self, village: str) -> list[Player]:
        """A village's agents and their stand-ins."""
        return self._in_office("proxy_agent", village) + self._in_office("stand_in", village)

    def cadres(self, village: str) -> list[Player]:
        """Those who dispatch in a village's township."""
        return self._in_office("township_cadre", f"{village[:9]}000")

    def supervisors(self, village: str, *, of_district: bool) -> list[Player]:
        """Those who may verify what a village put right, or its township."""
        return self._in_office("supervisor", f"{village[:6]}000000" if of_district else f"{village[:9]}000")

    def operators(self, village: str) -> list[Player]:
        """Those who take calls in for the whole district."""
        return self._in_office("county_operator", f"{village[:6]}000000")

    def _in_office(self, office: str, area: str) -> list[Player]:
        return self.officials[office].get(area, [])


async def _people(caller: Caller, role: str) -> AsyncIterator[Player]:
    place: dict[str, str] = {}
    while True:
        page = await caller.get(PEOPLE, by=None, role=role, limit="100", **place)
        for one in page["items"]:
            yield Player(**one)
        if page["next"] is None:
            return
        place = {"cursor": page["next"]}
