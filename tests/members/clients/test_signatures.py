"""HMAC with SHA-256 and SM3 by the standards' own vectors, by what is documented, and by somebody else's program."""

import hashlib
import re
import subprocess
from base64 import b64encode

import pytest

from chassis.credentials import SignedCall
from services.members.clients.signatures import is_right, sign
from tests.members.clients import desk
from tests.members.clients.desk import DOCUMENT, snippet

KEY, SECRET = "019a0c5e7b1c7f3a9d2e4b6c8a0f1e2d", "Zk3Wc0n8Qy1uT5rX9vB2mL6pD4sG7hJ0aF8eK1iN3oU"
NONCE, TIMESTAMP = "7f3a9d2e4b6c8a0f1e2d3c4b", 1795392000
BODY = '{"division_code":"430702204216","kind":"help","wording":"村口的路灯坏了三天"}'

LONG = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
VECTORS = [
    # RFC 4231, test case 2
    (
        "hmac-sha256",
        "Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    # GM/T 0042-2015, appendix D.3
    (
        "hmac-sm3",
        bytes(range(1, 33)).decode(),
        LONG.encode(),
        "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
    ),
    ("hmac-sm3", "\x0b" * 32, b"Hi There", "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e"),
    (
        "hmac-sm3",
        "Jefe",
        b"what do ya want for nothing?",
        "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882",
    ),
]


@pytest.mark.parametrize(("kind", "secret", "text", "expected"), VECTORS)
def test_the_standards_vectors(kind: str, secret: str, text: bytes, expected: str) -> None:
    assert sign(secret, text, kind=kind) == expected
    assert is_right(secret, text, kind=kind, signature=expected)
    assert not is_right(secret, text + b".", kind=kind, signature=expected)


def call(method: str, query: str, digest: str, kind: str, signature: str) -> SignedCall:
    return SignedCall.model_validate(
        {
            "kind": kind,
            "key_id": KEY,
            "signature": signature,
            "timestamp": TIMESTAMP,
            "nonce": NONCE,
            "method": method,
            "path": "/api/tasks/requests",
            "query": query,
            "digest": digest,
        }
    )


def examples() -> list[tuple[str, str, str, str]]:
    """Method, query, digest and signature of the documentation's worked examples."""
    rows = re.findall(
        r"^\| (?:`(\w+) .*|the same.*?) \| (.*?) \| `(.*?)` \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    methods = ["POST", "POST", "GET", "GET"]
    queries = ["", "", "whose=sent&limit=25", "whose=sent&limit=25"]
    assert len(rows) == len(methods)
    return [
        (m, q, digest.strip("`"), signature)
        for m, q, (_, digest, signature) in zip(methods, queries, rows, strict=True)
    ]


@pytest.mark.parametrize(("method", "query", "digest", "signature"), examples())
def test_the_worked_examples_are_right_by_our_code_and_by_the_documented_client(
    method: str, query: str, digest: str, signature: str
) -> None:
    kind, _, digits = signature.partition("=")
    text = call(method, query, digest, kind, digits).text()
    assert is_right(SECRET, text, kind=kind, signature=digits)
    headers = desk.sign(
        method,
        "/api/tasks/requests",
        query,
        BODY.encode() if method == "POST" else b"",
        key_id=KEY,
        secret=SECRET,
        algorithm=kind.removeprefix("hmac-"),
        timestamp=TIMESTAMP,
        nonce=NONCE,
    )
    assert headers["Lianxin-Signature"] == signature
    assert headers.get("Content-Digest", "") == digest


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
@pytest.mark.parametrize(("method", "query", "body"), [("POST", "", BODY), ("GET", "a=%E6%9D%91&b=", "")])
def test_what_openssl_signs_by_the_documented_recipe_is_right(
    algorithm: str, method: str, query: str, body: str
) -> None:
    given = {
        "METHOD": method,
        "TARGET": "/api/tasks/requests",
        "QUERY": query,
        "BODY": body,
        "KEY": KEY,
        "SECRET": SECRET,
        "ALGORITHM": algorithm,
        "TIMESTAMP": str(TIMESTAMP),
    }
    ran = subprocess.run(
        ["sh", "-eu"],
        input=snippet("sh"),
        env={"PATH": "/usr/bin:/bin", **given},
        capture_output=True,
        text=True,
        check=True,
    )
    headers = dict(line.split(": ", 1) for line in ran.stdout.splitlines())
    kind, _, digits = headers["Lianxin-Signature"].partition("=")
    digest = headers.get("Content-Digest", "")
    signed = call(method, query, digest, kind, digits).model_copy(update={"nonce": headers["Lianxin-Nonce"]})
    assert is_right(SECRET, signed.text(), kind=kind, signature=digits)
    name = {"sha256": "sha-256", "sm3": "sm3"}[algorithm]
    told = b64encode(hashlib.new(algorithm, body.encode()).digest()).decode()
    assert digest == (f"{name}=:{told}:" if body else "")
