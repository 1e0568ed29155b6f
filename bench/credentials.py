"""Credentials signed a second of one core, against an ordinary signature by `cryptography` with a key of that size."""

import asyncio
import secrets
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import load_der_private_key

from bench.measures import Plan
from bench.rounds import Metrics, Round, Side, interleave
from chassis.blind_signatures import BlindKey, blind_sign, new_key


async def measure_credentials(plan: Plan) -> list[Round]:
    """Both by turns on one core; counted by processor time, so that others' work takes nothing from either."""
    private, _ = new_key()
    ours, theirs = BlindKey.of(private), load_der_private_key(private, password=None)
    assert isinstance(theirs, RSAPrivateKey)
    blinded = secrets.randbelow(ours.modulus).to_bytes(ours.size)
    padding, digest = PSS(MGF1(SHA384()), 48), SHA384()

    def turn(sign: Callable[[], bytes]) -> Side:
        async def play() -> Metrics:
            return await asyncio.to_thread(_signed, sign, seconds=plan.seconds)

        return play

    sides = {
        "ours": turn(lambda: blind_sign(ours, blinded)),
        "plain": turn(lambda: theirs.sign(blinded, padding, digest)),
    }
    return await interleave(sides, rounds=plan.rounds, say=plan.say)


def _signed(sign: Callable[[], bytes], *, seconds: float) -> Metrics:
    signed, began = 0, time.thread_time()
    while (taken := time.thread_time() - began) < seconds:
        sign()
        signed += 1
    return {"per_second": signed / taken, "app_cpu_us": taken / signed * 1e6}
