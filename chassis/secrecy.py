"""Personal data at rest: sealed columns, and the blind indexes by which they are still found."""

import hmac
import os
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes, as GCM wants


class Vault:
    """Seals and opens values with one service's key.

    A sealed value is bound to its place (table, column, row), so that a value copied to another row does not open
    there. An index is a keyed digest: equal values give equal indexes within one place, and nobody without the key
    can try values out.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a vault key has 32 bytes")
        self._seal = AESGCM(_derived(key, b"lianxin seal"))
        self._index = _derived(key, b"lianxin index")

    def seal(self, text: str, *, place: str) -> bytes:
        """The text, encrypted (AES-256-GCM) and bound to its place."""
        return self.seal_bytes(text.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """The text again. Raises `cryptography.exceptions.InvalidTag` if it was changed or moved."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, plain: bytes, *, place: str) -> bytes:
        """The bytes, encrypted and bound to their place; 28 bytes longer."""
        nonce = os.urandom(NONCE)
        return nonce + self._seal.encrypt(nonce, plain, place.encode())

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """The bytes again. Raises `cryptography.exceptions.InvalidTag` if they were changed or moved."""
        return self._seal.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())

    def index(self, text: str, *, place: str) -> bytes:
        """32 bytes by which an equal value is found again in this place."""
        return self.digest(text.encode(), place=place)

    def digest(self, plain: bytes, *, place: str) -> bytes:
        """32 bytes that tell whether two contents are equal, to nobody without the key."""
        return hmac.digest(self._index, place.encode() + b"\0" + plain, sha256)


def key_for(key: bytes, service: str) -> bytes:
    """A service's own key, derived from the installation's: no service opens what another sealed."""
    return _derived(key, f"lianxin service {service}".encode())


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
