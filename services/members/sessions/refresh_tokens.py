"""Refresh tokens: opaque to their holder, of which this service keeps a digest only."""

import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from uuid import UUID

from chassis.secrecy import Vault

SECRET = 32  # bytes
PROOF_PLACE = "device_session.refresh_token.proof"
SUCCESSOR_PLACE = "device_session.refresh_token.successor"
TEXT = r"^[0-9A-Za-z_-]{112}$"  # session, turn, secret and proof: 16, 4, 32 and 32 bytes


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One refresh token: its session, its turn in it, a secret of 256 bits, and the proof that we gave it out.

    By the proof an old token is told from a guess without keeping every old one: reuse of the first ends the session,
    the second ends nothing.
    """

    session_id: UUID
    turn: int
    secret: bytes
    proof: bytes

    @classmethod
    def first(cls, vault: Vault, session_id: UUID) -> Self:
        """The first of a new session."""
        return cls._made(vault, session_id, 0, os.urandom(SECRET))

    @classmethod
    def read(cls, vault: Vault, text: str) -> Self | None:
        """The token that a text is, if we ever gave it out."""
        if not re.fullmatch(TEXT, text):
            return None
        held = urlsafe_b64decode(text)
        session_id, turn, secret = UUID(bytes=held[:16]), int.from_bytes(held[16:20]), held[20 : 20 + SECRET]
        token = cls._made(vault, session_id, turn, secret)
        return token if hmac.compare_digest(token.proof, held[20 + SECRET :]) else None

    def successor(self, vault: Vault, *, key: str) -> Self:
        """The token that follows it under this idempotency key: always the same one, and nobody else can work it out.

        So whoever did not get the answer gets it again with the same key; a thief of the token does not know the key.
        """
        secret = vault.digest(self._held + key.encode(), place=SUCCESSOR_PLACE)
        return self._made(vault, self.session_id, self.turn + 1, secret)

    @property
    def text(self) -> str:
        """As its holder gets it (112 characters)."""
        return urlsafe_b64encode(self._held + self.proof).decode()

    @property
    def digest(self) -> bytes:
        """What is kept of it."""
        return sha256(self._held).digest()

    @property
    def _held(self) -> bytes:
        return self.session_id.bytes + self.turn.to_bytes(4) + self.secret

    @classmethod
    def _made(cls, vault: Vault, session_id: UUID, turn: int, secret: bytes) -> Self:
        said = session_id.bytes + turn.to_bytes(4) + secret
        return cls(session_id, turn, secret, vault.digest(said, place=PROOF_PLACE))
