"""What the door costs: the gateway with everything on, a bare forward and nginx, before the same small service."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key

from bench.load import Ask, drive
from bench.measures import Plan
from bench.processes import free_port, running, uvicorn
from bench.rounds import Metrics, Round, Side, interleave
from chassis.identity import AUDIENCE, ISSUER

PEOPLE = 40
PATH = "/api/tasks/requests"
BODY = json.dumps(
    {"division_code": "430702100201", "kind": "help", "wording": "村口路灯不亮，请帮忙看看"}, ensure_ascii=False
)
KEY_ID = "bench"

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


async def measure_door(plan: Plan) -> list[Round]:
    """GET and POST of small JSON through each in turn; without nginx its figure is left out, and that is said."""
    key = generate_private_key(SECP256R1())
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(_upstream(plan.workplace, key))
        doors = {
            "ours": await stack.enter_async_context(plan.sides.door(upstream, plan.workplace)),
            "bare": await stack.enter_async_context(bare_forward(upstream, plan.workplace)),
        }
        if shutil.which("nginx"):
            doors["nginx"] = await stack.enter_async_context(_nginx(upstream, plan.workplace))
        else:
            plan.failures["edge"] = "nginx is missing: run «apt-get install -y nginx-light» as root"
        tokens = [_token(key) for _ in range(PEOPLE)]
        asks = {
            "get": [Ask(PATH, token=token) for token in tokens],
            "post": [Ask(PATH, token=token, body=BODY) for token in tokens],
        }

        def through(door: tuple[str, int], what: str) -> Side:
            async def turn() -> Metrics:
                return await drive(door[0], asks[what], seconds=plan.seconds, watched={"app": [door[1]]})

            return turn

        sides = {f"{name}_{what}": through(door, what) for what in asks for name, door in doors.items()}
        await interleave(sides, rounds=1, say=lambda line: plan.say(f"{line} (warming up)"))
        rounds = await interleave(sides, rounds=plan.rounds, say=plan.say)
    if "nginx" in doors:
        plan.played["edge"] = rounds
    return rounds


@asynccontextmanager
async def bare_forward(upstream: str, workplace: Path) -> AsyncIterator[tuple[str, int]]:
    """A raw ASGI application and aiohttp's client; gives its address and process id."""
    port = free_port()
    with running(
        uvicorn("bench.limits.forward_app:forward", port=port),
        log=workplace / "forward.log",
        environment={"LIMIT_UPSTREAM": upstream},
    ) as process:
        await process.answering(f"http://127.0.0.1:{port}/live")
        yield f"http://127.0.0.1:{port}", process.pid


@asynccontextmanager
async def _upstream(workplace: Path, key: EllipticCurvePrivateKey) -> AsyncIterator[str]:
    """The service behind, with the keys of our tokens."""
    port, keys = free_port(), workplace / "jwks.json"
    described = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    keys.write_text(json.dumps({"keys": [described | {"kid": KEY_ID, "alg": "ES256", "use": "sig"}]}), encoding="utf-8")
    with running(
        uvicorn("bench.limits.upstream_app:answer", port=port),
        log=workplace / "upstream.log",
        environment={"LIMIT_KEYS": str(keys)},
    ) as process:
        await process.answering(f"http://127.0.0.1:{port}/live")
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _nginx(upstream: str, workplace: Path) -> AsyncIterator[tuple[str, int]]:
    port, folder = free_port(), workplace / "nginx"
    await asyncio.to_thread(folder.mkdir)
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, upstream=upstream.rpartition(":")[2], port=port), encoding="utf-8")
    with running(
        ["nginx", "-e", str(folder / "nginx-error.log"), "-c", str(settings), "-p", str(folder)],
        log=workplace / "nginx.log",
    ) as process:
        await process.answering(f"http://127.0.0.1:{port}/live")
        yield f"http://127.0.0.1:{port}", process.pid


def _token(key: EllipticCurvePrivateKey) -> str:
    """A person's access token, as `members` makes it."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(uuid4()), "sid": str(UUID(int=now)), "jti": str(uuid4())}
    return jwt.encode(
        claims | {"kind": "person", "iat": now, "exp": now + 3600}, key, algorithm="ES256", headers={"kid": KEY_ID}
    )
