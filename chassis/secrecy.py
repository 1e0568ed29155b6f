"""Personal data at rest: sealed columns, and the blind indexes by which they are still found."""

import hmac
import os
from hashlib import sha256
from time import monotonic
from uuid import UUID

from cryptography.exceptions import InvalidTag

from chassis.ciphers import BY_MARK, NONCE, Aead, SealingCipher
from chassis.ring import ReadRing, Ring, RingUnreadable, derived

HEAD = 3  # bytes before the nonce: which cipher, and the number of the key
LOOKS = 1.0  # seconds after which a vault that seals looks whether its ring has a new key


class Vault:
    """Seals and opens values with one service's key ring.

    A sealed value names its cipher and its key, and is bound to its place (table, column, row), so that a value copied
    to another row does not open there. An index is a keyed digest: equal values give equal indexes within one place,
    and nobody without the key can try values out. The index key is not one of those that rotate.
    """

    def __init__(self, ring: ReadRing | bytes, *, cipher: SealingCipher = SealingCipher.AES_256_GCM) -> None:
        """Of a ring, asked for anew while the service runs, or of a single key. Raises `RingUnreadable`."""
        if isinstance(ring, bytes):
            alone = Ring.of_one(ring)
            self._read: ReadRing = lambda: alone
        else:
            self._read = ring
        self._cipher = cipher
        self._ring = self._read()
        self._looked_at = monotonic()
        self._index = derived(self._ring.index, b"lianxin index")
        self._opening: dict[bytes, bytes] = {}  # by the head of sealed values: the key for that cipher
        self._ciphers: dict[bytes, Aead] = {}
        self._take(self._ring)

    def seal(self, text: str, *, place: str) -> bytes:
        """The text, encrypted and bound to its place."""
        return self.seal_bytes(text.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """The text again. Raises `cryptography.exceptions.InvalidTag` if it was changed or moved."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, plain: bytes, *, place: str) -> bytes:
        """The bytes, encrypted and bound to their place; 31 bytes longer."""
        self._look()
        return _seal(self._ciphers[self.head], self.head, plain, place)

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """The bytes again. Raises `cryptography.exceptions.InvalidTag` if they were changed or moved."""
        self._key_of(sealed)
        return _open(self._ciphers[sealed[:HEAD]], sealed, place)

    def person(self, salt: bytes) -> "PersonVault":
        """The vault of one person, whose keys are derived from a salt: once the salt is gone, so is what it sealed."""
        self._look()
        return PersonVault(self, salt)

    def index(self, text: str, *, place: str) -> bytes:
        """32 bytes by which an equal value is found again in this place."""
        return self.digest(text.encode(), place=place)

    def digest(self, plain: bytes, *, place: str) -> bytes:
        """32 bytes that tell whether two contents are equal, to nobody without the key."""
        return hmac.digest(self._index, place.encode() + b"\0" + plain, "sha256")

    def reseal(self, sealed: bytes, *, place: str, salt: bytes | None = None) -> bytes:
        """The value under the newest key. Raises `cryptography.exceptions.InvalidTag`."""
        if salt is not None:
            own = self.person(salt)
            return own.seal_bytes(own.open_bytes(sealed, place=place), place=place)
        return self.seal_bytes(self.open_bytes(sealed, place=place), place=place)

    def _key_of(self, sealed: bytes) -> bytes:
        """The key that a value was sealed with; a key that is not known may have come after the last look."""
        head = sealed[:HEAD]
        key = self._opening.get(head)
        if key is None:
            self._look(now=True)
            key = self._opening.get(head)
            if key is None:
                raise InvalidTag
        return key

    def _look(self, *, now: bool = False) -> None:
        """See whether the ring has changed; one that cannot be read just now leaves the one in hand."""
        at = monotonic()
        if not now and at - self._looked_at < LOOKS:
            return
        self._looked_at = at
        try:
            ring = self._read()
        except (OSError, RingUnreadable):
            return
        if ring != self._ring:
            self._take(ring)

    def _take(self, ring: Ring) -> None:
        self._ring = ring
        self._opening = {
            _head(cipher, one.number): derived(one.secret, f"lianxin seal {cipher.value}".encode())
            for one in ring.keys
            for cipher in BY_MARK.values()
        }
        self._ciphers = {head: BY_MARK[head[0]].under(key) for head, key in self._opening.items()}
        self.head = _head(self._cipher, ring.newest.number)


class PersonVault:
    """Seals and opens what is kept of one person; to be used at once and not kept."""

    __slots__ = ("_ciphers", "_salt", "_vault")

    def __init__(self, vault: Vault, salt: bytes) -> None:
        self._vault = vault
        self._salt = salt
        self._ciphers: dict[bytes, Aead] = {}

    def seal(self, text: str, *, place: str) -> bytes:
        """The text, encrypted and bound to its place."""
        return self.seal_bytes(text.encode(), place=place)

    def open(self, sealed: bytes, *, place: str) -> str:
        """The text again. Raises `cryptography.exceptions.InvalidTag` if it was changed or moved."""
        return self.open_bytes(sealed, place=place).decode()

    def seal_bytes(self, plain: bytes, *, place: str) -> bytes:
        """The bytes, encrypted and bound to their place."""
        head = self._vault.head
        return _seal(self._cipher(head), head, plain, place)

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """The bytes again. Raises `cryptography.exceptions.InvalidTag`."""
        return _open(self._cipher(sealed[:HEAD]), sealed, place)

    def _cipher(self, head: bytes) -> Aead:
        made = self._ciphers.get(head)
        if made is None:
            key = self._vault._key_of(head)
            own = hmac.digest(key, b"lianxin person" + self._salt, sha256)
            made = self._ciphers[head] = BY_MARK[head[0]].under(own)
        return made


def place_of(table: str, column: str, key: UUID | bytes | str) -> str:
    """The place that a sealed value is bound to: where it lies, by the key of its row."""
    row = key if isinstance(key, str) else key.hex() if isinstance(key, bytes) else key.hex
    return f"{table}.{column}/{row}"


def number_of(sealed: bytes) -> int:
    """The number of the key that a value was sealed with."""
    return int.from_bytes(sealed[1:HEAD])


def _head(cipher: SealingCipher, number: int) -> bytes:
    return bytes([cipher.mark]) + number.to_bytes(2)


def _seal(cipher: Aead, head: bytes, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(NONCE)
    return head + nonce + cipher.encrypt(nonce, plain, head + place.encode())


def _open(cipher: Aead, sealed: bytes, place: str) -> bytes:
    head, nonce = sealed[:HEAD], sealed[HEAD : HEAD + NONCE]
    if len(nonce) < NONCE:
        raise InvalidTag
    return cipher.decrypt(nonce, sealed[HEAD + NONCE :], head + place.encode())
