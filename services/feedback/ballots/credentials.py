"""Whether a credential is one that was signed for this cell: RFC 9474, RSABSSA-SHA384-PSS-Randomized.

What a client has unblinded is an ordinary RSASSA-PSS signature over the prepared message.
"""

from base64 import urlsafe_b64decode
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key

from chassis.problems import Invalid

SALT_BYTES = 48
PADDING = PSS(mgf=MGF1(SHA384()), salt_length=SALT_BYTES)


class CredentialNotOfThisCell(Invalid):
    """The credential is forged, or was signed for another cell."""

    title_zh = "凭证无效，或不是这个测评单元的，没有收下。请用最新版手机应用重新领取凭证。"


def check_credential(public_key: str, *, message: bytes, signature: bytes) -> None:
    """Raises `CredentialNotOfThisCell`."""
    if not is_signed(public_key, message=message, signature=signature):
        raise CredentialNotOfThisCell()


def is_signed(public_key: str, *, message: bytes, signature: bytes) -> bool:
    """Whether a message is one that was signed by a key."""
    try:
        _key(public_key).verify(signature, message, PADDING, SHA384())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=1024)
def _key(public_key: str) -> RSAPublicKey:
    key = load_der_public_key(urlsafe_b64decode(public_key + "=="))
    if not isinstance(key, RSAPublicKey):
        raise TypeError("the key of a cell is an RSA key")
    return key
