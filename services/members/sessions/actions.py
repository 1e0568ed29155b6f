"""Opening a session, going on with it, and ending it."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from chassis import audit
from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE, Actor
from chassis.problems import NotFound, Unauthenticated
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from chassis.words import Output
from contracts.members import SignInMisused
from services.members.access.actions import hold
from services.members.accounts.keys import Signer
from services.members.passwords.second_factor import is_demanded
from services.members.sessions import devices
from services.members.sessions.model import IDLE_LIFE, MOST_SESSIONS, DeviceSession, Method
from services.members.sessions.refresh_tokens import RefreshToken
from services.members.sessions.views import sessions_of

DEVICE_LONGEST = 80  # characters


class SessionOver(Unauthenticated):
    """This session has ended; sign in again."""

    title_zh = "登录已失效，请重新登录。"


class RefreshTokenUsedBefore(Unauthenticated):
    """This refresh token was used before; its session was ended, since somebody else may hold it."""

    title_zh = "登录凭证被重复使用，为保护您的账号已退出该设备，请重新登录。"


class SecondFactorMissing(Unauthenticated):
    """Your posts want a second factor since, and this session was opened without one; sign in again."""

    title_zh = "您的岗位现在须验证动态口令，请在工作台重新登录。"


class Tokens(Output):
    """What a sign-in gives: a token to ask with, and one to get the next with."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int  # seconds
    refresh_token: str
    refresh_expires_in: int  # seconds
    session_id: UUID
    person_id: UUID


async def open_session(
    session: Session,
    person_id: UUID,
    *,
    method: Method,
    device: str,
    mark: bytes | None = None,
    address: str | None = None,
    second_factor: bool = False,
) -> Tokens:
    """Sign a person in on a device: every way of signing in ends here, after it has made sure who it is.

    `device` is what the person is shown of it (80 characters are kept), `mark` tells it from others, `address` is the
    one they come from, `second_factor` says whether they showed one. Raises `AccessTakenBack` or `NoSigningKey`. Of
    one's first two sign-ins at the same instant, the second is refused at its commit with `AlreadyThere`.
    """
    await hold(session, person_id)
    now = real_now()
    await _make_room(session, person_id, now)
    token = RefreshToken.first(session.use(Vault), new_id())
    opened = DeviceSession(
        id=token.session_id,
        person_id=person_id,
        method=method,
        second_factor=second_factor,
        device="".join(filter(str.isprintable, device)).strip()[:DEVICE_LONGEST],
        opened_at=now,
        used_at=now,
        expires_at=now + IDLE_LIFE,
        ended_at=None,
        mark=mark,
        turn=token.turn,
        newest=token.digest,
    )
    session.add(opened)
    audit.record(session, actor_id=person_id, action="sign_in", about=opened.id, address=address, reason=method.value)
    return await _tokens(session, opened, token)


async def refresh(session: Session, text: str, *, key: str) -> Tokens | RefreshTokenUsedBefore:
    """New tokens for the newest refresh token of a session, which from now on is an old one.

    `key` is the idempotency key: whoever did not get the answer asks again with the same token and the same key and
    gets the same refresh token, as long as that was not used. An old token with any other key ends the session and
    tells the person; that has to be committed, so this refusal is returned and not raised. Raises `SessionOver`, and
    `SecondFactorMissing` where posts that came since want what the session was opened without.
    """
    vault, now = session.use(Vault), real_now()
    token = RefreshToken.read(vault, text)
    found = await session.get(DeviceSession, token.session_id, lock=True) if token else None
    if token is None or found is None or found.is_over(now) or token.turn > found.turn:
        raise SessionOver()
    if (
        not found.second_factor
        and found.method is not Method.DEVELOPMENT
        and await is_demanded(session, found.person_id)
    ):
        raise SecondFactorMissing()
    successor = token.successor(vault, key=key)
    if token.digest == found.newest:
        found.go_on(now, turn=successor.turn, newest=successor.digest)
    elif successor.digest != found.newest:
        session.publish(*found.end(now), SignInMisused(person_id=found.person_id, session_id=found.id))
        audit.record(session, actor_id=None, action="end_misused_session", about=found.id, reason="old_refresh_token")
        return RefreshTokenUsedBefore()
    return await _tokens(session, found, successor)


async def end(session: Session, session_id: UUID | None, *, by: Actor) -> None:
    """Sign out on one of one's own devices; a second time changes nothing. Raises `NotFound`."""
    found = await session.get(DeviceSession, session_id, lock=True)
    if found is None or found.person_id != by.person_id:
        raise NotFound()
    session.publish(*found.end(real_now()))


async def end_all(session: Session, *, by: Actor) -> None:
    """Sign out on every device, this one included."""
    await end_others(session, by.person_id, but=None)


async def end_others(session: Session, person_id: UUID, *, but: UUID | None) -> None:
    """End all of a person's sessions but one, since what they were opened with is no longer good."""
    now = real_now()
    for one in await sessions_of(session, person_id):
        if one.id != but:
            session.publish(*one.end(now))


async def _make_room(session: Session, person_id: UUID, now: datetime) -> None:
    """Forget this person's sessions that are over, and of more than they may have those used longest ago."""
    kept = 0
    for old in await sessions_of(session, person_id):
        if not old.is_over(now) and kept < MOST_SESSIONS - 1:
            kept += 1
            continue
        session.publish(*old.end(now))
        session.delete(old)


async def _tokens(session: Session, opened: DeviceSession, token: RefreshToken) -> Tokens:
    beside = await devices.note_use(session, opened)
    return Tokens(
        access_token=await session.use(Signer).token(session, opened.person_id, session_id=opened.id, beside=beside),
        token_type="Bearer",  # the name of the scheme
        expires_in=_seconds(TOKEN_LIFE),
        refresh_token=token.text,
        refresh_expires_in=_seconds(opened.expires_at - real_now()),
        session_id=opened.id,
        person_id=opened.person_id,
    )


def _seconds(life: timedelta) -> int:
    return int(life.total_seconds())
