"""The client's half of RFC 9474, and what a client checks before it believes a key: as a phone does it."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256, sha384
from itertools import count
from math import gcd

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key

SALT, PREFIX, HASH = 48, 32, 48  # bytes


class NotBelieved(Exception):
    """The issuer shows a key that is not in the list which everybody sees."""


@dataclass(frozen=True)
class Blinded:
    """A message that was made unreadable, and what makes it readable again."""

    message: bytes  # with its random prefix
    blinded: bytes
    inverse: int


def text_of(content: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """What stands in base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_of(public_key: str) -> RSAPublicKey:
    """The key of its text. Raises `NotBelieved` for one that is weaker than agreed."""
    key = load_der_public_key(bytes_of(public_key))
    assert isinstance(key, RSAPublicKey)
    if key.key_size != 2048 or key.public_numbers().e != 65537:
        raise NotBelieved("not a key of the kind that was agreed")
    return key


def listed_key(answer: dict[str, str], web_keys: list[dict[str, str]], *, cell_id: str, shown: str, on: date) -> str:
    """The key of a cell by the day's list, if it is the one that was shown. Raises `NotBelieved`.

    The list is signed, and its digest is compared with somebody else's: `answer["digest"]` is what two people read
    out to each other.
    """
    kid = jwt.get_unverified_header(answer["signed"])["kid"]
    [signs] = [jwt.PyJWK(one) for one in web_keys if one["kid"] == kid]
    said = jwt.decode(answer["signed"], signs, algorithms=["ES256"], audience="ballot-keys", issuer="members")
    if sha256(answer["signed"].encode()).hexdigest() != answer["digest"] or said["day"] != on.isoformat():
        raise NotBelieved("the list is not the one of today")
    listed = {one["cell_id"]: one["public_key"] for one in json.loads(json.dumps(said["keys"]))}
    if listed.get(cell_id) != shown:
        raise NotBelieved("a key that is shown to this person and not to everybody")
    return listed[cell_id]


def prepare(message: bytes) -> bytes:
    """PrepareRandomize (4.1)."""
    return secrets.token_bytes(PREFIX) + message


def blind(key: RSAPublicKey, message: bytes, *, salt: bytes | None = None, inverse: int | None = None) -> Blinded:
    """Blind (4.2); the salt and the inverse are random but where a test gives those of the RFC."""
    numbers = key.public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    encoded = int.from_bytes(_encode(message, numbers.n.bit_length() - 1, salt or secrets.token_bytes(SALT)))
    assert gcd(encoded, numbers.n) == 1
    own = pow(inverse, -1, numbers.n) if inverse else secrets.randbelow(numbers.n - 1) + 1
    blinded = encoded * pow(own, numbers.e, numbers.n) % numbers.n
    return Blinded(message, blinded.to_bytes(size), pow(own, -1, numbers.n))


def finalize(key: RSAPublicKey, made: Blinded, blind_signature: bytes) -> bytes:
    """Finalize (4.4): the signature of the message. Raises `InvalidSignature` if it was signed by another key."""
    numbers = key.public_numbers()
    signature = int.from_bytes(blind_signature) * made.inverse % numbers.n
    content = signature.to_bytes(len(blind_signature))
    verify(key, made.message, content)
    return content


def verify(key: RSAPublicKey, message: bytes, signature: bytes) -> None:
    """See that a credential is signed: ordinary RSA-PSS. Raises `InvalidSignature`."""
    key.verify(signature, message, PSS(MGF1(SHA384()), SALT), SHA384())


def _encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017, 9.1.1) with SHA-384."""
    size = (bits + 7) // 8
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(size - SALT - HASH - 2) + b"\x01" + salt
    mask = b"".join(sha384(digest + turn.to_bytes(4)).digest() for turn, _ in zip(count(), range(0, size, HASH)))
    masked = bytearray(one ^ other for one, other in zip(block, mask, strict=False))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"
