"""The county's identity provider as a program of somebody else's, and a browser that goes through its pages."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urljoin, urlsplit

import httpx
from pydantic import SecretStr

from chassis.settings import SingleSignOnSettings
from profiles.servers.processes import program
from tests.standins.node import installed

HOME = Path(__file__).parents[2] / "standins" / "oidc"
REDIRECT = "http://desk.invalid/signed-in"
SECRET = "the secret of a client in a test/+:%"
CLIENTS = [
    {"client_id": "desk"},
    {"client_id": "desk-ps", "id_token_signed_response_alg": "PS256"},
    {"client_id": "desk-es", "id_token_signed_response_alg": "ES256"},
    {"client_id": "desk-hs", "id_token_signed_response_alg": "HS256"},
    {"client_id": "desk-post", "token_endpoint_auth_method": "client_secret_post"},
    {"client_id": "other"},
]
ACCOUNTS: dict[str, dict[str, object]] = {
    "agent": {"name": "王样一", "staff_number": "1001"},
    "supervisor": {"name": "李样二", "staff_number": "1002"},
    "with-factor": {"name": "李样二", "staff_number": "1002", "amr": ["pwd", "otp"]},
    "phone": {"name": "钱样四", "phone_number": "+86 154-0001-2304", "phone_number_verified": True},
    "unverified": {"name": "钱样四", "phone_number": "15400012304", "phone_number_verified": False},
    "shared": {"name": "某人", "phone_number": "15400012301", "phone_number_verified": True},
    "retired": {"name": "孙样五", "phone_number": "15400012305", "phone_number_verified": True},
    "stranger": {"name": "某人"},
}

FORM = re.compile(r'action="([^"]+)".*?name="prompt" value="(\w+)"', re.DOTALL)


@dataclass(frozen=True)
class County:
    """The running provider."""

    issuer: str

    def settings(self, **other: object) -> SingleSignOnSettings:
        """What our side is told of it."""
        usual: dict[str, object] = {
            "issuer": self.issuer,
            "client_id": "desk",
            "client_secret": SecretStr(SECRET),
            "redirect": REDIRECT,
        }
        usual |= {"seconds": 60}  # a loaded machine is not a provider that is away
        return SingleSignOnSettings.model_validate(usual | other)

    def environment(self) -> dict[str, str]:
        """The same for a process of ours that knows people by their staff numbers."""
        told = {
            "ISSUER": self.issuer,
            "CLIENT_ID": "desk",
            "CLIENT_SECRET": SECRET,
            "REDIRECT": REDIRECT,
            "SUBJECT_CLAIM": "staff_number",
            "SECONDS": "60",
        }
        return {f"LIANXIN_SINGLE_SIGN_ON_{name}": value for name, value in told.items()}

    def go_through(self, address: str, *, who: str) -> dict[str, str]:
        """Sign in on its pages and agree, as a browser does; gives what the redirection back says."""
        with httpx.Client(timeout=60, trust_env=False) as browser:
            page = browser.get(address)
            for _ in range(20):
                if page.is_redirect:
                    onward = urljoin(str(page.url), page.headers["location"])
                    if onward.startswith(REDIRECT):
                        return {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
                    page = browser.get(onward)
                    continue
                form = FORM.search(page.text)
                assert form is not None, page.text
                sent = {"prompt": form[2]} | ({"login": who, "password": "any"} if form[2] == "login" else {})
                page = browser.post(urljoin(str(page.url), form[1]), data=sent)
        raise AssertionError("the provider's pages lead nowhere")

    def id_token(self, query: dict[str, str], *, who: str, verifier: str) -> str:
        """An ID token that it gives to one of its clients, asked for with this query."""
        back = self.go_through(f"{self.issuer}/auth?{urlencode(query)}", who=who)
        form = {
            "grant_type": "authorization_code",
            "code": back["code"],
            "redirect_uri": REDIRECT,
            "code_verifier": verifier,
        }
        secret = httpx.BasicAuth(query["client_id"], quote_plus(SECRET))  # spelt as RFC 6749 has it, section 2.3.1
        with httpx.Client(timeout=60, trust_env=False) as client:
            told = client.post(f"{self.issuer}/token", data=form, auth=secret)
        assert told.status_code == 200, told.text
        return str(told.json()["id_token"])

    def published_keys(self) -> list[dict[str, Any]]:
        """The public keys that it publishes."""
        keys: list[dict[str, Any]] = httpx.get(f"{self.issuer}/jwks", timeout=60, trust_env=False).json()["keys"]
        return keys


@contextmanager
def county(*, port: int = 0) -> Iterator[County]:
    """The provider with keys of its own, for the length of a block; port 0 takes a free one."""
    clients = [{"client_secret": SECRET, **client} for client in CLIENTS]
    told = {"port": port, "redirect": REDIRECT, "clients": clients, "accounts": ACCOUNTS}
    command = [program("node", package="nodejs"), "provider.mjs", json.dumps(told)]
    # What it warns of (the version of Node, its store in memory) goes nowhere: nobody reads the pipe.
    process = subprocess.Popen(
        command, cwd=installed(HOME), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        taken = process.stdout.readline().strip()
        assert taken.isdigit(), "the provider did not start"
        yield County(f"http://127.0.0.1:{taken}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
