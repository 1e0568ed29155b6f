"""The vault: which key and cipher seals, what opens, what a person's own keys are for, and how keys change."""

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis import secrecy
from chassis.ciphers import SM4GCM, SealingCipher
from chassis.ring import Ring, RingFile, RingUnreadable, ring_in
from chassis.secrecy import Vault, number_of, place_of

DAY = date(2026, 11, 23)


def ring(*numbers: int) -> Ring:
    """A ring with keys of these numbers, the same ones each time."""
    first = Ring.of_one(bytes(32))
    return replace(first, keys=tuple(replace(first.keys[0], number=n, secret=bytes([n] * 32)) for n in numbers))


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock finds that long enough has passed to look at the ring again."""
    seconds = count(step=10)
    monkeypatch.setattr(secrecy, "monotonic", lambda: float(next(seconds)))


# — the ciphers —


def test_sm4_gcm_gives_what_rfc_8998_says() -> None:
    cipher = SM4GCM(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    about = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = cipher.encrypt(nonce := bytes.fromhex("00001234567800000000abcd"), plain, about)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert cipher.decrypt(nonce, sealed, about) == plain
    for wrong in (sealed[:-1], b"", sealed[:15], bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, wrong, about)


def test_aes_256_gcm_gives_what_the_standard_says() -> None:
    # Test case 16 of «The Galois/Counter Mode of Operation» (McGrew and Viega).
    cipher = SealingCipher.AES_256_GCM.under(
        bytes.fromhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    )
    assert isinstance(cipher, AESGCM)
    sealed = cipher.encrypt(
        bytes.fromhex("cafebabefacedbaddecaf888"),
        bytes.fromhex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert sealed.hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


# — the ring —


def test_a_bare_key_and_a_written_ring_are_read_alike(tmp_path: Path) -> None:
    bare = Ring.parse("00" * 32 + "\n")
    assert bare == Ring.of_one(bytes(32))
    grown = bare.grown(on=DAY).grown(on=DAY)
    assert [key.number for key in grown.keys] == [1, 2, 3]
    assert Ring.parse(grown.text()) == grown
    assert grown.index == bare.index
    assert grown.without(1).keys == grown.keys[1:]
    file = ring_in(tmp_path / "ring")
    file.write(grown)
    assert file.read() == RingFile(tmp_path / "ring").read() == grown
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["ring"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n# nothing\n",
        "index " + "00" * 32,
        "1 - " + "00" * 32,
        "index {0}\nindex {0}\n1 - {0}",
        "index {0}\n1 - {0}\n1 - {0}",
        "index {0}\n0 - {0}",
        "index {0}\n65536 - {0}",
        "index {0}\n-1 - {0}",
        "index {0}\n1 yesterday {0}",
        "index {0}\n1 - {0}00",
        "index {0}\n1 {0}",
    ],
)
def test_a_malformed_ring_is_refused_without_showing_a_key(text: str) -> None:
    key = "ab" * 32
    with pytest.raises(RingUnreadable) as refusal:
        Ring.parse(text.format(key))
    assert key not in str(refusal.value)


def test_no_key_shows_in_what_a_log_would_print_of_a_ring() -> None:
    assert "00" * 16 not in repr(ring(1, 2))
    assert repr(bytes(32)) not in repr(ring(1, 2))


# — sealing —


@pytest.mark.parametrize("cipher", SealingCipher)
def test_a_sealed_value_names_its_cipher_and_its_key_and_opens_under_either_setting(cipher: SealingCipher) -> None:
    sealed = Vault(lambda: ring(1, 7), cipher=cipher).seal("王样", place="p")
    assert (sealed[0], number_of(sealed)) == (cipher.mark, 7)
    for other in SealingCipher:
        assert Vault(lambda: ring(1, 7, 9), cipher=other).open(sealed, place="p") == "王样"


def test_the_newest_key_seals_old_ones_open_and_a_lost_one_opens_nothing() -> None:
    old, new, later = Vault(lambda: ring(1)), Vault(lambda: ring(1, 2)), Vault(lambda: ring(2))
    sealed = old.seal("x", place="p")
    assert number_of(new.seal("x", place="p")) == 2
    assert new.open(sealed, place="p") == "x"
    assert later.open(new.reseal(sealed, place="p"), place="p") == "x"
    with pytest.raises(InvalidTag):
        later.open(sealed, place="p")
    assert old.index("x", place="p") == later.index("x", place="p")


@pytest.mark.parametrize("length", [0, 1, 2, 3, 14, 15, 30])
def test_what_is_too_short_to_be_a_sealed_value_is_refused(length: int) -> None:
    vault = Vault(bytes(32))
    with pytest.raises(InvalidTag):
        vault.open(vault.seal("", place="p")[:length], place="p")


def test_the_head_of_a_sealed_value_cannot_be_altered() -> None:
    vault = Vault(lambda: ring(1, 2))
    sealed = vault.seal("x", place="p")
    for place in range(3):
        for other in range(4):
            if other != sealed[place]:
                with pytest.raises(InvalidTag):
                    vault.open(sealed[:place] + bytes([other]) + sealed[place + 1 :], place="p")


@pytest.mark.usefixtures("looking")
def test_a_running_vault_finds_a_key_that_was_added_and_goes_on_when_the_ring_is_away(tmp_path: Path) -> None:
    file = RingFile(tmp_path / "ring")
    file.write(ring(1))
    running = Vault(file.read)
    file.write(ring(1, 2))
    by_another = Vault(file.read).seal("x", place="p")
    assert running.open(by_another, place="p") == "x"
    assert number_of(running.seal("x", place="p")) == 2
    file.path.unlink()
    assert number_of(running.seal("x", place="p")) == 2
    file.path.write_text("no ring", encoding="ascii")
    assert running.open(by_another, place="p") == "x"


# — a person's own keys —


def test_what_is_a_persons_opens_with_their_salt_alone() -> None:
    vault = Vault(lambda: ring(1))
    sealed = vault.person(b"salt").seal("x", place="p")
    assert vault.person(b"salt").open(sealed, place="p") == "x"
    for opening in (vault.person(b"other").open, vault.open, Vault(lambda: ring(2)).person(b"salt").open):
        with pytest.raises(InvalidTag):
            opening(sealed, place="p")
    again = Vault(lambda: ring(1, 2)).reseal(sealed, place="p", salt=b"salt")
    assert number_of(again) == 2
    assert Vault(lambda: ring(2)).person(b"salt").open(again, place="p") == "x"


def test_a_place_is_a_table_a_column_and_the_key_of_a_row() -> None:
    row = uuid4()
    assert place_of("t", "c", row) == f"t.c/{row.hex}"
    assert place_of("t", "c", b"\x01\xff") == "t.c/01ff"
    assert place_of("t", "c", "kid") == "t.c/kid"
