"""Blind signatures after RFC 9474 (RSABSSA-SHA384-PSS-Randomized): making a key, and signing what one cannot read.

The other half, which blinds a message and makes an ordinary RSA-PSS signature of the answer (SHA-384, MGF1 with
SHA-384, a salt of 48 bytes), lies with whoever asks for the signature.
"""

import secrets
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from gmpy2 import invert, mpz, powmod, powmod_sec

from chassis.problems import Invalid

BITS = 2048
EXPONENT = 65537


class BlindedMessageUnfit(Invalid):
    """What is to be signed is not as long as the key's modulus, or not smaller than it."""

    title_zh = "测评凭证的申请与公布的公钥不相符，请更新应用、重新读取公钥后再领取。"


class SignatureFault(Exception):  # the machine's: a result like this would tell the key to whoever got it
    """A signature did not come out as the public key says that it must."""


@dataclass(frozen=True, slots=True)
class BlindKey:
    """A private key, as its numbers."""

    p: int = field(repr=False)
    q: int = field(repr=False)
    to_p: int = field(repr=False)  # the private exponent modulo p - 1
    to_q: int = field(repr=False)
    q_inverse: int = field(repr=False)  # of q modulo p
    modulus: int
    exponent: int

    @classmethod
    def of(cls, private: bytes) -> Self:
        """The key of its PKCS 8 (DER), which is one that `new_key` made: it is not tried anew."""
        key = load_der_private_key(private, password=None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, RSAPrivateKey)
        numbers = key.private_numbers()
        return cls(
            p=numbers.p,
            q=numbers.q,
            to_p=numbers.dmp1,
            to_q=numbers.dmq1,
            q_inverse=numbers.iqmp,
            modulus=numbers.public_numbers.n,
            exponent=numbers.public_numbers.e,
        )

    @property
    def size(self) -> int:
        """Of its modulus, and so of everything that it signs, in bytes."""
        return (self.modulus.bit_length() + 7) // 8

    def check_fits(self, blinded: bytes) -> None:
        """See that it can sign this. Raises `BlindedMessageUnfit`."""
        if len(blinded) != self.size or int.from_bytes(blinded) >= self.modulus:
            raise BlindedMessageUnfit(bytes=self.size)


def new_key() -> tuple[bytes, bytes]:
    """A new key: its private half (PKCS 8, DER) and its public one (SubjectPublicKeyInfo, DER)."""
    key = generate_private_key(EXPONENT, BITS)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def blind_sign(key: BlindKey, blinded: bytes) -> bytes:
    """The signature of a blinded message (RFC 9474, 4.3). Raises `BlindedMessageUnfit`, `SignatureFault`.

    By the Chinese remainder theorem, each half by a power whose time tells nothing of the exponent. What they work on
    was blinded again by a number that nobody knows, so that whoever chose the message chose none of what is computed.
    The result is tried before it leaves: half a wrong one would give the key away (Boneh, DeMillo and Lipton).
    """
    key.check_fits(blinded)
    message, modulus, p, q = mpz(int.from_bytes(blinded)), mpz(key.modulus), mpz(key.p), mpz(key.q)
    own = mpz(secrets.randbelow(key.modulus - 1) + 1)
    hidden = message * powmod(own, key.exponent, modulus) % modulus
    of_p = powmod_sec(hidden % p, mpz(key.to_p), p)
    of_q = powmod_sec(hidden % q, mpz(key.to_q), q)
    both = of_q + q * ((of_p - of_q) * key.q_inverse % p)
    signature = both * invert(own, modulus) % modulus
    if powmod(signature, key.exponent, modulus) != message:
        raise SignatureFault
    return int(signature).to_bytes(key.size)
