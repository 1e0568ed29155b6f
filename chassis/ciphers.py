"""The two ciphers that seal: AES-256-GCM, and SM4-GCM (RFC 8998) where national algorithms are required."""

from enum import Enum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes, as GCM wants
TAG = 16  # bytes


class Aead(Protocol):
    """Authenticated encryption with one key: what was changed, or belongs elsewhere, does not open."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """The data, encrypted, and the tag behind it."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """The data again. Raises `cryptography.exceptions.InvalidTag`."""
        ...


class SM4GCM:
    """SM4 in Galois/Counter Mode, with a key of 16 bytes and the tag behind the text."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """The data, encrypted, and the tag behind it."""
        work = Cipher(self._key, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data) + work.finalize() + work.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """The data again. Raises `cryptography.exceptions.InvalidTag`."""
        if len(data) < TAG:
            raise InvalidTag
        work = Cipher(self._key, modes.GCM(nonce, data[-TAG:])).decryptor()
        work.authenticate_additional_data(associated_data)
        return work.update(data[:-TAG]) + work.finalize()


class SealingCipher(Enum):
    """Which cipher seals; a sealed value says which one it was, so the setting may change at any time."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"

    @property
    def mark(self) -> int:
        """The first byte of a sealed value."""
        return {"aes-256-gcm": 1, "sm4-gcm": 2}[self.value]

    def under(self, key: bytes) -> Aead:
        """The cipher with a key of 32 bytes; SM4 takes the first half of it."""
        return AESGCM(key) if self is SealingCipher.AES_256_GCM else SM4GCM(key[:16])


BY_MARK = {cipher.mark: cipher for cipher in SealingCipher}
