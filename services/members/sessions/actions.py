"""Opening a session, going on with it, and ending it."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE
from chassis.problems import Forbidden
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import AUDIT, new_id
from chassis.words import Output
from services.members.accounts.keys import Signer
from services.members.sessions.model import IDLE_LIFE, MOST_SESSIONS, Access, DeviceSession, Method
from services.members.sessions.refresh_tokens import RefreshToken

OF_PERSON = (
    select(DeviceSession)
    .where(col(DeviceSession.person_id) == bindparam("person"))
    .order_by(col(DeviceSession.used_at).desc())
    .with_for_update()
)
DEVICE_LONGEST = 80


class AccessWithdrawnNow(Forbidden):
    """Your access has been withdrawn."""

    title_zh = "您的使用权限已被暂停，请联系县（区）平台管理员。"


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
    session: Session, person_id: UUID, *, method: Method, device: str, address: str | None = None
) -> Tokens:
    """Sign a person in on a device: every way of signing in ends here, after it has made sure who it is.

    `device` is what the person is shown of it (at most 80 characters, the rest is left out), `address` where they
    come from. Raises `AccessWithdrawnNow` or `NoSigningKey`. One's first two sign-ins at the same instant: the second
    is refused at its commit with `AlreadyThere`.
    """
    access = await session.get(Access, person_id, lock=True)
    if access is None:
        session.add(Access(person_id=person_id, withdrawn_at=None))
    elif access.withdrawn_at is not None:
        raise AccessWithdrawnNow()
    now = real_now()
    await _make_room(session, person_id)
    token = RefreshToken.first(session.use(Vault), new_id())
    opened = DeviceSession(
        id=token.session_id,
        person_id=person_id,
        method=method,
        device="".join(filter(str.isprintable, device)).strip()[:DEVICE_LONGEST],
        opened_at=now,
        used_at=now,
        expires_at=now + IDLE_LIFE,
        ended_at=None,
        turn=token.turn,
        newest=token.digest,
    )
    session.add(opened)
    session.insert(
        AUDIT,
        {
            "id": new_id(),
            "at": now,
            "actor_id": person_id,
            "action": "sign_in",
            "about": str(opened.id),
            "request_id": None,
            "fingerprint": None,
        },
    )
    return await _tokens(session, opened, token)


async def _make_room(session: Session, person_id: UUID) -> None:
    """Forget this person's sessions that are over, and of more than they may have those used longest ago."""
    now = real_now()
    kept = 0
    for old in await session.all(OF_PERSON, person=person_id):
        if old.is_over(now) or kept == MOST_SESSIONS - 1:
            session.delete(old)
        else:
            kept += 1


async def _tokens(session: Session, opened: DeviceSession, token: RefreshToken) -> Tokens:
    return Tokens(
        access_token=await session.use(Signer).token(session, opened.person_id, session_id=opened.id),
        token_type="Bearer",  # the name of the scheme
        expires_in=_seconds(TOKEN_LIFE),
        refresh_token=token.text,
        refresh_expires_in=_seconds(opened.expires_at - real_now()),
        session_id=opened.id,
        person_id=opened.person_id,
    )


def _seconds(life: timedelta) -> int:
    return int(life.total_seconds())
