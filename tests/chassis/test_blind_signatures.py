"""Blind signatures: the RFC's own figures, what cannot be signed, and a machine that reckons wrongly."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from chassis.blind_signatures import BlindedMessageUnfit, BlindKey, SignatureFault, blind_sign, new_key
from tests.members.credentials.client import blind, finalize, key_of, prepare, text_of, verify

FIGURES: dict[str, str] = json.loads((Path(__file__).parents[1] / "members/credentials/rfc9474.json").read_text())
PRIVATE, PUBLIC = new_key()


def figure(name: str) -> int:
    """A number of the RFC."""
    return int(FIGURES[name], 16)


def test_the_figures_of_the_rfc_come_out() -> None:
    p, q, d = figure("p"), figure("q"), figure("d")
    theirs = BlindKey(p, q, d % (p - 1), d % (q - 1), pow(q, -1, p), figure("n"), figure("e"))
    public = RSAPublicNumbers(figure("e"), figure("n")).public_key()
    message, salt = bytes.fromhex(FIGURES["input_msg"]), bytes.fromhex(FIGURES["salt"])
    assert message.hex() == FIGURES["msg_prefix"] + FIGURES["msg"]
    made = blind(public, message, salt=salt, inverse=figure("inv"))
    assert made.blinded.hex() == FIGURES["blinded_msg"]
    signed = blind_sign(theirs, made.blinded)
    assert signed.hex() == FIGURES["blind_sig"]
    assert finalize(public, made, signed).hex() == FIGURES["sig"]


def test_a_key_of_ours_signs_what_it_cannot_read_and_no_other_key_verifies_it() -> None:
    key, public, other = BlindKey.of(PRIVATE), key_of(text_of(PUBLIC)), key_of(text_of(new_key()[1]))
    made = blind(public, prepare(b"one ballot"))
    signature = finalize(public, made, blind_sign(key, made.blinded))
    assert blind_sign(key, made.blinded) == blind_sign(key, made.blinded)
    with pytest.raises(InvalidSignature):
        verify(public, prepare(b"one ballot"), signature)
    with pytest.raises(InvalidSignature):
        verify(other, made.message, signature)


@pytest.mark.parametrize("blinded", [b"", bytes(255), bytes(257), b"\xff" * 256])
def test_what_is_no_number_below_the_modulus_is_not_signed(blinded: bytes) -> None:
    with pytest.raises(BlindedMessageUnfit):
        blind_sign(BlindKey.of(PRIVATE), blinded)


@pytest.mark.parametrize("number", ["to_p", "to_q", "q_inverse"])
def test_a_wrong_result_never_leaves(number: str) -> None:
    key = BlindKey.of(PRIVATE)
    with pytest.raises(SignatureFault):
        blind_sign(replace(key, **{number: getattr(key, number) ^ 4}), bytes(255) + b"\x07")


def test_nothing_of_a_key_is_shown() -> None:
    key = BlindKey.of(PRIVATE)
    assert str(key.p) not in repr(key)
    assert str(key.to_q) not in repr(key)
