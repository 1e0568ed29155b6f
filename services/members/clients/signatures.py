"""Signatures of requests: HMAC (RFC 2104) with SHA-256, or with SM3 (GB/T 32905) where a county requires it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC

HASHES: dict[str, HashAlgorithm] = {"hmac-sha256": SHA256(), "hmac-sm3": SM3()}


def sign(secret: str, text: bytes, *, kind: str) -> str:
    """The signature in 64 hexadecimal digits; the secret's characters are the key."""
    return _keyed(secret, text, kind=kind).finalize().hex()


def is_right(secret: str, text: bytes, *, kind: str, signature: str) -> bool:
    """Whether a signature is this text's, found out in constant time."""
    try:
        _keyed(secret, text, kind=kind).verify(bytes.fromhex(signature))
    except InvalidSignature:
        return False
    return True


def _keyed(secret: str, text: bytes, *, kind: str) -> HMAC:
    made = HMAC(secret.encode(), HASHES[kind])
    made.update(text)
    return made
