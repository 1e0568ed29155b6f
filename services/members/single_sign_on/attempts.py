"""One sign-in at the provider, from the way there to the way back; sealed, it is kept by the browser that began it."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.inbox import Sessions
from chassis.plans import table_of
from chassis.secrecy import Vault
from chassis.session import AlreadyThere
from services.members.single_sign_on.model import SpentSignOn
from services.members.single_sign_on.refusals import SignOnOver

LIFE = timedelta(minutes=15)
"""How long somebody may take at the provider (real time)."""
PLACE = "single_sign_on.attempt"
OVER = (
    select(SpentSignOn.digest)
    .where(col(SpentSignOn.until) < bindparam("now"))
    .order_by(col(SpentSignOn.until))
    .limit(20)
)


class Attempt(BaseModel):
    """What ties the way back to the way there: by `state` the browser, by `nonce` the ID token, by `verifier` the code.

    Only the browser that began holds it, so that nobody can be signed in by another's way back.
    """

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    until: datetime  # real time

    @classmethod
    def new(cls) -> "Attempt":
        """One that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, until=real_now() + LIFE)

    @classmethod
    def read(cls, vault: Vault, text: str, *, state: str) -> "Attempt":
        """The attempt that the browser kept, if the way back belongs to it. Raises `SignOnOver`."""
        try:
            attempt = cls.model_validate_json(vault.open_bytes(urlsafe_b64decode(text), place=PLACE))
        except (ValueError, InvalidTag) as wrong:
            raise SignOnOver() from wrong
        if not hmac.compare_digest(attempt.state.encode(), state.encode()) or attempt.until <= real_now():
            raise SignOnOver()
        return attempt

    def sealed(self, vault: Vault) -> str:
        """As the browser keeps it."""
        return urlsafe_b64encode(vault.seal(self.model_dump_json(), place=PLACE)).decode()


async def spend(sessions: Sessions, attempt: Attempt) -> None:
    """Use an attempt up, in a transaction of its own: what comes of it, it is not used again. Raises `SignOnOver`."""
    try:
        async with sessions(None) as session:
            session.erase(table_of(SpentSignOn), *await session.all(OVER, now=real_now()))
            session.add(SpentSignOn(digest=sha256(attempt.state.encode()).digest(), until=attempt.until))
    except AlreadyThere as used:
        raise SignOnOver() from used


def s256(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
