"""Bodies that have to amount to a digest: handed on as they come, but never whole before the digest is right."""

import re
from base64 import b64decode
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash, HashAlgorithm
from starlette.types import Message, Receive

from chassis.problems import Malformed

# RFC 9530, with one digest and no parameters; `sm3` is not in IANA's register, its form is the same.
_CONTENT_DIGEST = re.compile(rb"(sha-256|sm3)=:([A-Za-z0-9+/]{43}=):")
_ALGORITHMS: dict[bytes, HashAlgorithm] = {b"sha-256": SHA256(), b"sm3": SM3()}


class DigestWrong(Malformed):
    """The body is not the one whose digest was signed."""

    title_zh = "正文与签名时的摘要不一致，可能在传输中被改动，请重新签名后再提交。"


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a body, as its caller signed it."""

    header: str
    algorithm: HashAlgorithm
    expected: bytes


def read_digest(header: bytes) -> Digest | None:
    """What a Content-Digest header says; none if it is not one SHA-256 or SM3 digest."""
    match = _CONTENT_DIGEST.fullmatch(header)
    if match is None:
        return None
    return Digest(header.decode("ascii"), _ALGORITHMS[match[1]], b64decode(match[2]))


class ProvenBody:
    """Reads a body on for a service, one piece behind what has come.

    The last piece is handed on with the end of the body, and only if the whole has the right digest: a service, or the
    connection to it, that counts bytes cannot take a wrong body for whole either.
    """

    def __init__(self, receive: Receive, digest: Digest) -> None:
        self._receive = receive
        self._expected = digest.expected
        self._hash = Hash(digest.algorithm)
        self._held = b""
        self._over = False

    async def __call__(self) -> Message:
        """The next piece. Raises `DigestWrong` at the end of a body that is another."""
        while True:
            message = await self._receive()
            if self._over or message["type"] != "http.request":
                return message
            piece = message.get("body", b"")
            self._hash.update(piece)
            if not message.get("more_body", False):
                self._over = True
                if self._hash.finalize() != self._expected:
                    raise DigestWrong()
                return {"type": "http.request", "body": self._held + piece, "more_body": False}
            if piece:
                ready, self._held = self._held, piece
                if ready:
                    return {"type": "http.request", "body": ready, "more_body": True}
