"""Cadres with accounts, and the steps by which they sign in, for the tests of passwords and of single sign-on."""

from base64 import b32decode
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlmodel import col, select

from chassis.log.memory import MemoryLog
from chassis.service import Service
from chassis.settings import PasswordSettings
from services.members.app import build, prepare
from services.members.divisions.actions import list_divisions
from services.members.imports.actions import import_roster
from services.members.passwords.actions import GivenPassword, give_account, give_password
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.village import DIVISIONS, NOW, member, organization, post, roster
from tests.mounting import HandClock, Stand, standing

QUICK = PasswordSettings(memory_kib=64, passes=1, lanes=1, at_once=2, in_line=100, given_for=timedelta(days=7))
NAMES = {"agent": "王样一", "supervisor": "李样二", "operator": "赵样三", "other": "钱样四", "nobody": "孙样五"}
POSTS = {
    "agent": PostKind.PROXY_AGENT,
    "supervisor": PostKind.SUPERVISOR,
    "operator": PostKind.COUNTY_OPERATOR,
    "other": PostKind.GRID_WORKER,
}
PHONES = {
    "agent": "15400012301",
    "supervisor": "15400012302",
    "operator": "15400012301",  # of one household with the agent
    "other": "15400012304",
    "nobody": "15400012305",
}
OWN = "晚风吹过 河洑 大桥"
"""A password that somebody would choose."""


MODULES = ("actions", "challenges", "second_factor", "sign_in", "tries")


def hold_time(patch: pytest.MonkeyPatch) -> HandClock:
    """Have the real time of passwords and codes in the test's hand, so that no step of 30 seconds ends unasked."""
    clock = HandClock(NOW)
    for module in MODULES:
        patch.setattr(f"services.members.passwords.{module}.real_now", clock.now)
    return clock


class Authenticator:
    """An authenticator: the secret that it was given, and what it shows."""

    def __init__(self, otpauth: str, clock: HandClock) -> None:
        self._clock = clock
        self.said = {name: values[0] for name, values in parse_qs(urlsplit(otpauth).query).items()}
        self._codes = TOTP(b32decode(self.said["secret"]), 6, SHA1(), 30)

    def shows(self, *, drift: int = 0) -> str:
        """The code of now, or of some steps of 30 seconds earlier or later."""
        return self._codes.generate(int(self._clock.now().timestamp()) + 30 * drift).decode()


@dataclass
class Desk:
    """The service with a few cadres, some of whom have accounts."""

    stand: Stand
    time: HandClock  # real time, as passwords and codes see it
    persons: dict[str, UUID]
    given: dict[str, GivenPassword] = field(default_factory=dict)
    phones: dict[str, Authenticator] = field(default_factory=dict)

    async def account(self, who: str) -> GivenPassword:
        """Give somebody an account, as the command at the server does."""
        async with self.stand.mounted.sessions() as session:
            self.given[who] = await give_account(session, self.persons[who], sign_in_name=who)
        return self.given[who]

    async def sign_in(
        self, who: str, password: str = OWN, *, device: str | None = None, address: str = "192.0.2.7"
    ) -> httpx.Response:
        """The first step."""
        body = {"sign_in_name": who, "password": password} | ({"device_token": device} if device else {})
        return await self.send("password", body, address=address)

    async def send(self, step: str, body: dict[str, Any], *, address: str = "192.0.2.7") -> httpx.Response:
        """A step of a sign-in."""
        headers = {"x-forwarded-for": address, "user-agent": "Desk"}
        return await self.stand.client.post(f"/sign-in/{step}", json=body, headers=headers)

    async def give_code(self, so_far: dict[str, Any], code: str, *, address: str = "192.0.2.7") -> httpx.Response:
        """The last step."""
        return await self.send("second-factor", {"challenge": so_far["challenge"], "code": code}, address=address)

    async def settled(self, who: str, password: str = OWN) -> dict[str, Any]:
        """Give somebody an account and go through the whole first sign-in; returns its last answer."""
        given = await self.account(who)
        begun = await ok(self.sign_in(who, given.password))
        answer = await ok(self.send("new-password", {"challenge": begun["challenge"], "password": password}))
        if answer["next"] == "enrolment":
            enrolment = await ok(self.send("enrolment", {"challenge": answer["challenge"]}))
            phone = self.phones[who] = Authenticator(enrolment["otpauth"], self.time)
            answer = await ok(self.give_code(enrolment, phone.shows()))
            self.time.at += timedelta(seconds=30)
        return answer

    async def reset(self, who: str, *, without_second_factor: bool = False) -> GivenPassword:
        """Give somebody a new first password, as the command at the server does."""
        async with self.stand.mounted.sessions() as session:
            return await give_password(session, self.persons[who], without_second_factor=without_second_factor)

    async def refresh(self, signed_in: dict[str, Any]) -> httpx.Response:
        """Go on with a session."""
        body = {"refresh_token": signed_in["tokens"]["refresh_token"]}
        return await self.stand.client.post("/sessions/refresh", json=body, headers={"idempotency-key": uuid4().hex})

    async def as_operator(self, path: str, *, by: str = "operator", **body: object) -> httpx.Response:
        """Change something as somebody who is signed in."""
        return await self.stand.post(f"/password-accounts{path}", by=self.persons[by], **body)

    async def me(self, access_token: str) -> httpx.Response:
        """Who a token speaks for."""
        return await self.stand.client.get("/me", headers={"authorization": f"Bearer {access_token}"})

    async def change_password(self, access_token: str, old: str, new: str) -> httpx.Response:
        """Change one's own password."""
        headers = {"authorization": f"Bearer {access_token}", "idempotency-key": uuid4().hex}
        body = {"password": old, "new_password": new}
        return await self.stand.client.post("/me/password", json=body, headers=headers)


async def ok(answer: Awaitable[httpx.Response]) -> dict[str, Any]:
    """What a step that has to succeed answers."""
    got = await answer
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


def refused(answer: httpx.Response) -> tuple[int, str]:
    """How a step was refused."""
    return answer.status_code, answer.json()["code"]


@asynccontextmanager
async def open_desk(
    place: Path | str, patch: pytest.MonkeyPatch, *, service: Service | None = None
) -> AsyncIterator[Desk]:
    """The service with its cadres, and no account yet."""
    service = service or build(development=True, passwords=QUICK)
    async with standing(service, place, log=MemoryLog(), clock=HandClock(NOW)) as stand:
        await prepare(stand.mounted)
        async with stand.mounted.sessions() as session:
            await list_divisions(session, DIVISIONS)
        people = roster(
            organizations=[organization("A1")],
            members=[
                replace(member(serial, name=name), phone=PHONES[who])
                for serial, (who, name) in enumerate(NAMES.items(), 1)
            ],
            posts=[post(list(NAMES).index(who) + 1, kind=kind) for who, kind in POSTS.items()],
        )
        async with stand.mounted.sessions() as session:
            await import_roster(session, people, leave_out_faulty=False)
        async with stand.mounted.sessions() as session:
            ids = await session.all(select(Member.name, Member.id).where(col(Member.name).in_(NAMES.values())))
        by_name = dict(ids)
        yield Desk(stand, hold_time(patch), {who: by_name[name] for who, name in NAMES.items()})
