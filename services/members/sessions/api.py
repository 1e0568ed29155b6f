"""One's own sessions over HTTP: going on, looking at them, signing out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from chassis.clock import real_now
from chassis.http import KEY_HEADER, Route, SignedIn, Transaction, public, render
from chassis.idempotency import key_in
from chassis.problems import Invalid
from chassis.words import Input, Output
from services.members.sessions import actions
from services.members.sessions.actions import RefreshTokenUsedBefore, Tokens
from services.members.sessions.model import DeviceSession, Method
from services.members.sessions.refresh_tokens import TEXT
from services.members.sessions.views import open_sessions

router = APIRouter(tags=["登录"], route_class=Route)

KEY_SHORTEST = 16  # characters: the key is what a thief of the token does not know


class KeyGuessable(Invalid):
    """The idempotency key of a refresh is a secret of the client: at least 16 characters, drawn at random."""

    title_zh = "提交编号过短，请更新应用后重试。"


class Refresh(Input):
    """The newest refresh token of a session."""

    refresh_token: Annotated[str, Field(pattern=TEXT)]


class SessionView(Output):
    """One of one's own sessions."""

    id: UUID
    method: Method
    method_zh: str
    device: str
    opened_at: datetime
    used_at: datetime
    expires_at: datetime
    this_one: bool  # whether it is the one that asks


class SessionList(Output):
    """One's sessions, the one used last first; there are never more than twenty."""

    items: list[SessionView]


class SignedOut(Output):
    """A session has ended; its access token is refused everywhere within seconds."""

    signed_out: bool


@router.post("/sessions/refresh", response_model=Tokens, openapi_extra={"parameters": [KEY_HEADER]})
@public
async def refresh_tokens(body: Refresh, session: Transaction, request: Request) -> Tokens | Response:
    """Get new tokens for the newest refresh token, which is good once.

    An answer that was lost is given again to whoever repeats the request with the same Idempotency-Key. With another
    key an old token ends the session (`refresh-token-used-before`), since somebody else may hold it. Raises
    `SessionOver`, `SecondFactorMissing`, `KeyMissing`, `KeyMalformed` or `KeyGuessable`.
    """
    key = key_in(request.headers.get("idempotency-key"))
    if len(key) < KEY_SHORTEST:
        raise KeyGuessable()
    outcome = await actions.refresh(session, body.refresh_token, key=key)
    # Rendered and not raised: the end of the session has to be committed.
    return render(request, outcome) if isinstance(outcome, RefreshTokenUsedBefore) else outcome


@router.get("/sessions")
async def show_sessions(session: Transaction, actor: SignedIn) -> SessionList:
    """Where you are signed in: how, on which device, since when, and when it was last used."""
    found = await open_sessions(session, actor.person_id, now=real_now())
    return SessionList(items=[_view(one, of=actor.session_id) for one in found])


@router.post("/sessions/{session_id}/end")
async def end_session(session_id: UUID, session: Transaction, actor: SignedIn) -> SignedOut:
    """Sign out on one of your devices. Raises `NotFound`."""
    await actions.end(session, session_id, by=actor)
    return SignedOut(signed_out=True)


@router.post("/sign-out")
async def sign_out(session: Transaction, actor: SignedIn) -> SignedOut:
    """Sign out here. Raises `NotFound` for a token of no session."""
    await actions.end(session, actor.session_id, by=actor)
    return SignedOut(signed_out=True)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(session: Transaction, actor: SignedIn) -> SignedOut:
    """Sign out on all of your devices, this one included."""
    await actions.end_all(session, by=actor)
    return SignedOut(signed_out=True)


def _view(found: DeviceSession, *, of: UUID | None) -> SessionView:
    return SessionView(
        id=found.id,
        method=found.method,
        method_zh=found.method.zh,
        device=found.device,
        opened_at=found.opened_at,
        used_at=found.used_at,
        expires_at=found.expires_at,
        this_one=found.id == of,
    )
