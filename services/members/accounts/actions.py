"""Signing in with a code, for generated people in a development set-up."""

import hmac
from uuid import UUID

from chassis.problems import Forbidden, Unauthenticated
from chassis.secrecy import Vault
from chassis.session import Session
from services.members.accounts.views import Identity, identity_of
from services.members.sessions.actions import Tokens, open_session
from services.members.sessions.model import Method

CODE_DIGITS = 8


class WrongCode(Unauthenticated):
    """This person and this code do not belong together."""

    title_zh = "人员编号与登录码不符，请核对后重新登录。"


class RealPersonRefused(Forbidden):
    """Only generated people may sign in with a development code."""

    title_zh = "开发登录只供生成的人员使用，请换一名生成的人员。"


def code_for(vault: Vault, person_id: UUID) -> str:
    """The code that signs this person in: eight digits that only this installation can work out."""
    digest = vault.digest(person_id.bytes, place="sign-in.development")
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


async def sign_in(
    session: Session, person_id: UUID, *, code: str, device: str, mark: bytes | None = None
) -> tuple[Identity, Tokens]:
    """Who signed in, and their tokens. Raises `WrongCode`, `RealPersonRefused` and what `open_session` raises."""
    identity = await identity_of(session, person_id)
    if not hmac.compare_digest(code, code_for(session.use(Vault), person_id)) or identity is None:
        raise WrongCode()
    if not identity.generated:
        raise RealPersonRefused()
    return identity, await open_session(session, person_id, method=Method.DEVELOPMENT, device=device, mark=mark)
