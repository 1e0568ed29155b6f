"""What an ID token has to be before it is believed; each way to forge one is tried."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from chassis.clock import real_now
from services.members.single_sign_on.attempts import Attempt, s256
from services.members.single_sign_on.id_token import Claims, UnknownKey, check_id_token
from services.members.single_sign_on.refusals import IdentityNotTrusted
from tests.members.single_sign_on.county import REDIRECT, SECRET, County

ISSUER, US, NONCE = "https://sign-in.invalid", "desk", "a nonce"
RSA = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
KEYS: list[dict[str, Any]] = [
    RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True) | {"kid": "rsa", "use": "sig"},
    ECAlgorithm.to_jwk(CURVE.public_key(), as_dict=True) | {"kid": "curve", "use": "sig", "alg": "ES256"},
    RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True) | {"kid": "sealing", "use": "enc"},
    {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
]


def said(**other: object) -> dict[str, object]:
    """Claims as they should be, with some of them otherwise; instants in seconds from now; none leaves one out."""
    usual = {"iss": ISSUER, "sub": "1001", "aud": US, "iat": 0, "exp": 300, "nonce": NONCE} | other
    now = int(real_now().timestamp())
    instants = {name: now + usual[name] for name in ("iat", "exp") if isinstance(usual[name], int)}
    return {name: value for name, value in (usual | instants).items() if value is not None}


def signed(claims: Mapping[str, object], *, kid: str | None = "rsa", algorithm: str = "RS256") -> str:
    """A token of the provider."""
    key = CURVE if algorithm == "ES256" else RSA
    return jwt.encode(dict(claims), key, algorithm=algorithm, headers={"kid": kid} if kid else {})


def check(token: str, keys: list[dict[str, Any]] = KEYS) -> Claims:
    """As our side does it."""
    return check_id_token(token, keys, issuer=ISSUER, client_id=US, nonce=NONCE)


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "curve")])
def test_a_token_of_the_provider_is_believed(algorithm: str, kid: str) -> None:
    assert check(signed(said(), kid=kid, algorithm=algorithm))["sub"] == "1001"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["desk"]},
        {"aud": ["desk", "other"], "azp": "desk"},
        {"azp": "desk"},
        {"exp": -30},
        {"iat": 30},
        {"iat": -500},
    ],
)
def test_clocks_may_differ_by_a_minute_and_an_audience_may_be_a_list(claims: dict[str, object]) -> None:
    assert check(signed(said(**claims)))["sub"] == "1001"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.invalid"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": ["desk", "other"]},
        {"aud": ["desk", "other"], "azp": "other"},
        {"azp": "other"},
        {"exp": -90},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 600},
        {"iat": -1000},
        {"iat": None},
        {"iat": "now"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["a nonce"]},
        {"sub": None},
    ],
)
def test_a_token_for_others_of_others_or_of_another_time_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(IdentityNotTrusted):
        check(signed(said(**claims)))


def _unsigned() -> str:
    return jwt.encode(said(), None, algorithm="none", headers={"kid": "rsa"})


def _stripped() -> str:
    return signed(said()).rpartition(".")[0] + "."


def _by_the_public_key_as_a_secret() -> str:
    head = {"alg": "HS256", "kid": "rsa"}
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    body = ".".join(jwt.utils.base64url_encode(json.dumps(part).encode()).decode() for part in (head, said()))
    return body + "." + jwt.utils.base64url_encode(mac.sign(body.encode(), PEM)).decode()


def _by_our_own_secret() -> str:
    return jwt.encode(said(), SECRET, algorithm="HS256", headers={"kid": "secret"})


def _by_a_stranger() -> str:
    stranger = rsa.generate_private_key(65537, 2048)
    return jwt.encode(said(), stranger, algorithm="RS256", headers={"kid": "rsa"})


def _of_a_longer_hash() -> str:
    return jwt.encode(said(), RSA, algorithm="RS512", headers={"kid": "rsa"})


def _with_a_key_of_its_own() -> str:
    stranger = rsa.generate_private_key(65537, 2048)
    key = RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    return jwt.encode(said(), stranger, algorithm="RS256", headers={"kid": "rsa", "jwk": key})


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _stripped,
        _by_the_public_key_as_a_secret,
        _by_our_own_secret,
        _by_a_stranger,
        _of_a_longer_hash,
        _with_a_key_of_its_own,
        lambda: "",
        lambda: "a.b.c",
        lambda: signed(said())[:-8],
    ],
)
def test_a_forged_token_is_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(IdentityNotTrusted):
        check(forge())


@pytest.mark.parametrize("kid", ["not-there", "sealing", None])
def test_a_key_that_is_not_there_or_not_for_signing_is_asked_for_anew(kid: str | None) -> None:
    with pytest.raises(UnknownKey):
        check(signed(said(), kid=kid), KEYS if kid else [KEYS[0], KEYS[0] | {"kid": "second"}])


def test_a_token_that_names_no_key_is_of_the_only_one() -> None:
    assert check(signed(said(), kid=None), [KEYS[0]])["sub"] == "1001"


def test_a_key_is_used_with_its_own_algorithm_alone() -> None:
    with pytest.raises(UnknownKey):
        check(signed(said(), algorithm="PS256"), [KEYS[0] | {"alg": "RS256"}])
    with pytest.raises((IdentityNotTrusted, UnknownKey)):
        check(signed(said(), kid="curve"))


def test_a_token_that_the_real_provider_gave_to_another_client_is_refused(provider: County) -> None:
    attempt = Attempt.new()
    query = {
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": s256(attempt.verifier),
        "code_challenge_method": "S256",
    }
    tokens = {
        client: provider.id_token(query | {"client_id": client}, who="agent", verifier=attempt.verifier)
        for client in ("desk", "other")
    }
    given = {"issuer": provider.issuer, "client_id": "desk", "nonce": attempt.nonce}
    assert check_id_token(tokens["desk"], provider.published_keys(), **given)["sub"] == "agent"
    with pytest.raises(IdentityNotTrusted):
        check_id_token(tokens["other"], provider.published_keys(), **given)


def test_the_challenge_is_that_of_rfc_7636() -> None:
    """Appendix B."""
    assert s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
