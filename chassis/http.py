"""HTTP to verb: who asks, one transaction, the commit, and only then the answer; refusals as problem+json."""

import asyncio
import re
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Protocol, TypeVar

import orjson
import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis import audit, idempotency
from chassis.identity import Actor, Keyring
from chassis.inbox import Sessions
from chassis.openapi import PROBLEM, say_refusals
from chassis.problems import (
    Conflict,
    Detail,
    Forbidden,
    Invalid,
    Malformed,
    MethodNotTaken,
    NotFound,
    Problem,
    StillRunning,
    Unauthenticated,
    document,
)
from chassis.secrecy import Vault
from chassis.session import AlreadyThere, Session

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
READING = {"GET", "HEAD"}
TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "提交编号：同一次提交重试时不变，系统只办理一次（1 至 128 个字符）",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST},
}


log = structlog.get_logger("http")


class Mount(Protocol):
    """What a route needs of the service that it is mounted on."""

    sessions: Sessions
    keyring: Keyring
    vault: Vault
    running: set[bytes]
    ending: asyncio.Event


class AlreadyShown(Conflict):
    """This was done already; what it showed is shown once, and no copy was kept."""

    title_zh = "这次查看已经完成，内容只显示一次；仍需查看的，请重新申请。"


class Failure(Problem):
    """Something went wrong on our side; it was recorded."""

    status = 500
    title_zh = "系统出现故障，已经记录。请稍后用同一次提交重试，不会重复办理。"


class ScopeMissing(Forbidden):
    """A client may not call this address, or was not given the scope for it."""

    title_zh = "此应用没有调用该接口的权限，请联系县（区）平台管理员核对授权范围。"


def public(endpoint: Endpoint) -> Endpoint:
    """Let anybody call a route. Every other route refuses a request without a token; a test names the public ones."""
    endpoint.__dict__["public"] = True
    return endpoint


def is_public(endpoint: Callable[..., object]) -> bool:
    """Whether a route was marked `public`."""
    return bool(endpoint.__dict__.get("public"))


def shown_once(endpoint: Endpoint) -> Endpoint:
    """Keep no copy of what a route answers: a repetition learns that it was done, and never again what was shown."""
    endpoint.__dict__["shown_once"] = True
    return endpoint


def for_clients(scope: str) -> Callable[[Endpoint], Endpoint]:
    """Let clients that were given this scope call a route, too. Every other route is for persons alone."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["scope"] = scope
        return endpoint

    return mark


def streamed(endpoint: Endpoint) -> Endpoint:
    """Have a route read its body itself, as it comes. What was sent is then told apart by length and Content-Digest."""
    endpoint.__dict__["streamed"] = True
    return endpoint


def repeatable(endpoint: Endpoint) -> Endpoint:
    """Let a change come without an Idempotency-Key: its own form tells a repetition, as a piece at an offset does."""
    endpoint.__dict__["repeatable"] = True
    return endpoint


def is_repeatable(endpoint: Callable[..., object]) -> bool:
    """Whether a route was marked `repeatable`."""
    return bool(endpoint.__dict__.get("repeatable"))


def client_made(endpoint: Endpoint) -> Endpoint:
    """Let a change come under an id that the client made: it needs no Idempotency-Key (`chassis.offline`).

    Of two that come at once under one id, the second is looked at again, as a repetition or a conflict.
    """
    endpoint.__dict__["client_made"] = True
    return repeatable(endpoint)


def question(endpoint: Endpoint) -> Endpoint:
    """Let a POST ask and change nothing, where what is asked is too private for an address.

    It takes no Idempotency-Key; of its words nothing is kept, and the audit has no row of it.
    """
    endpoint.__dict__["question"] = True
    return endpoint


def is_question(endpoint: Callable[..., object]) -> bool:
    """Whether a route was marked `question`."""
    return bool(endpoint.__dict__.get("question"))


def unlinkable(endpoint: Endpoint) -> Endpoint:
    """Let nothing of who calls a public route reach its work: no trace goes on with it, no line of the log is of it.

    What it says in its body has to show that it may be done, and once. The gateway passes nothing else on to it
    (`gateway.routes`).
    """
    endpoint.__dict__["unlinkable"] = True
    return endpoint


def is_unlinkable(endpoint: Callable[..., object]) -> bool:
    """Whether a route was marked `unlinkable`."""
    return bool(endpoint.__dict__.get("unlinkable"))


def scope_of(endpoint: Callable[..., object]) -> str | None:
    """The scope with which clients may call a route; none if it is for persons alone."""
    found: str | None = endpoint.__dict__.get("scope")
    return found


class Api(FastAPI):
    """A service's application, whose OpenAPI document says what a token is and how it refuses."""

    def openapi(self) -> dict[str, Any]:
        """The document, with the one security scheme that its routes name, and the problems that they answer."""
        if self.openapi_schema:
            return self.openapi_schema
        whole = super().openapi()
        scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "访问令牌，由登录接口签发"}
        whole.setdefault("components", {})["securitySchemes"] = {"bearer": scheme}
        say_refusals(whole)
        return whole


class Route(APIRoute):
    """A route whose work is one transaction, committed before the answer leaves.

    A change by a signed-in actor needs an Idempotency-Key and leaves an audit row and its stored answer in the same
    transaction. A reading route opens a session that it only reads from.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """As FastAPI's, with what every route of its kind asks for written into the OpenAPI document."""
        options["methods"] = options.get("methods") or ["GET"]
        said = dict(options.get("openapi_extra") or {})
        if not is_public(endpoint):
            scope = scope_of(endpoint)
            said["security"] = [{"bearer": [scope] if scope else []}]
            keyless = is_repeatable(endpoint) or is_question(endpoint)
            if not set(options["methods"]) <= READING and not keyless:
                said["parameters"] = [*said.get("parameters", ()), KEY_HEADER]
        options["openapi_extra"] = said
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """The handler that FastAPI calls for each request."""
        inner = super().get_route_handler()
        reads = (self.methods or set()) <= READING
        open_to_all = is_public(self.endpoint)
        traced = not is_unlinkable(self.endpoint)
        action = self.endpoint.__name__
        scope = scope_of(self.endpoint)
        keeps = not self.endpoint.__dict__.get("shown_once")
        streams = bool(self.endpoint.__dict__.get("streamed"))

        async def answer(request: Request) -> Response:
            mount: Mount = request.app.state.mount
            if not open_to_all:
                request.state.actor = await _actor(request, mount, scope=scope)
            if reads or open_to_all or is_question(self.endpoint):
                async with mount.sessions(_trace(request) if traced else None) as session:
                    request.state.session = session
                    return await inner(request)
            if is_repeatable(self.endpoint):
                try:
                    return await _change_unkeyed(request, mount, inner, action=action)
                except AlreadyThere:
                    if not self.endpoint.__dict__.get("client_made"):
                        raise
                    return await _change_unkeyed(request, mount, inner, action=action)
            return await _change(request, mount, inner, action=action, keeps=keeps, streams=streams)

        return answer


def _trace(request: Request) -> str | None:
    """The caller's trace, if it is one (W3C Trace Context): it goes on with the facts, so nothing else may pass."""
    given = request.headers.get("traceparent", "")
    return given if TRACE.fullmatch(given) else None


async def _actor(request: Request, mount: Mount, *, scope: str | None) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    actor = await mount.keyring.actor(token)
    if actor.scopes is not None and scope not in actor.scopes:
        raise ScopeMissing()
    return actor


async def _change(
    request: Request, mount: Mount, inner: Handler, *, action: str, keeps: bool, streams: bool
) -> Response:
    """Do the work once, whatever the caller repeats; without `keeps`, its answer is given once, too."""
    actor: Actor = request.state.actor
    made = idempotency.attempt(
        request.headers.get("idempotency-key"),
        caller=str(actor.person_id),
        route=f"{request.method} {request.scope['path']}",
        body=_told_apart_by(request) if streams else await request.body(),
        vault=mount.vault,
    )
    if made.key in mount.running:
        raise StillRunning()
    mount.running.add(made.key)
    traceparent = _trace(request)
    try:
        try:
            async with mount.sessions(traceparent) as session:
                request.state.session = session
                response = await inner(request)
                body = bytes(response.body) if keeps else b""
                idempotency.remember(session, made, code=response.status_code, body=body, vault=mount.vault)
                _audit(session, request, actor, made, action=action)
        except (AlreadyThere, Problem) as refusal:
            async with mount.sessions(traceparent) as session:
                stored = await idempotency.recall(session, made, vault=mount.vault)
            if stored is None:
                raise Conflict() if isinstance(refusal, AlreadyThere) else refusal from refusal
            if not keeps:
                raise AlreadyShown() from refusal
            return Response(stored.body, stored.code, {"Idempotency-Replayed": "true"}, "application/json")
    finally:
        mount.running.discard(made.key)
    return response


async def _change_unkeyed(request: Request, mount: Mount, inner: Handler, *, action: str) -> Response:
    """Do the work as often as it is asked for: it refuses a repetition itself. Audited like every change."""
    actor: Actor = request.state.actor
    told = _told_apart_by(request)
    async with mount.sessions(_trace(request)) as session:
        request.state.session = session
        response = await inner(request)
        digest = mount.vault.digest(told, place="idempotency.fingerprint")
        _audit(session, request, actor, idempotency.Attempt(key=b"", fingerprint=digest), action=action)
    return response


def _told_apart_by(request: Request) -> bytes:
    """What is said beforehand of a body that is read as it comes."""
    return f"{request.headers.get('content-length')} {request.headers.get('content-digest')}".encode()


def _audit(session: Session, request: Request, actor: Actor, made: idempotency.Attempt, *, action: str) -> None:
    """Who did what to which thing, and a keyed digest of what was sent; never its text."""
    audit.record(
        session,
        actor_id=actor.person_id,
        action=action,
        about=str(next(iter(request.path_params.values()), "")),
        address=request.headers.get("x-forwarded-for"),
        request_id=request.headers.get("x-request-id"),
        fingerprint=made.fingerprint,
    )


async def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


async def _signed_in(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


async def _sessions(request: Request) -> Sessions:
    mount: Mount = request.app.state.mount
    return mount.sessions


async def _staying(request: Request) -> Callable[[], Awaitable[object]]:
    mount: Mount = request.app.state.mount

    async def check() -> None:
        if mount.ending.is_set():
            raise Unauthenticated()
        await _actor(request, mount, scope=None)

    return check


Transaction = Annotated[Session, Depends(_session)]
"""The request's one transaction. It commits after the endpoint returns and before the answer is sent."""

Transactions = Annotated[Sessions, Depends(_sessions)]
"""Opens transactions beside the request's own: for what stays though the request is refused, such as a counted try."""

Staying = Annotated[Callable[[], Awaitable[object]], Depends(_staying)]
"""To be called now and then by an answer that goes on: raises `Unauthenticated` once the caller's token is no longer
good, or this process is to end."""

SignedIn = Annotated[Actor, Depends(_signed_in)]
"""The actor of a checked token."""


def render(request: Request, problem: Problem) -> Response:
    """A refusal as `application/problem+json`."""
    request_id = request.headers.get("x-request-id", "-")
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == Unauthenticated.status else {}
    if "retry_after" in problem.details:
        headers["Retry-After"] = str(problem.details["retry_after"])
    return Response(orjson.dumps(document(problem, request_id=request_id)), problem.status, headers, PROBLEM)


def answer_problems(app: FastAPI) -> None:
    """Have every refusal of a service, its own or the framework's, rendered as a problem."""

    async def ours(request: Request, problem: Exception) -> Response:
        if not isinstance(problem, Problem):
            raise problem
        return render(request, problem)

    async def unreadable(request: Request, error: Exception) -> Response:
        faults: list[Detail] = []
        if isinstance(error, RequestValidationError):
            # Only where and what kind: the value itself may be somebody's personal data.
            faults = [{"at": ".".join(map(str, one["loc"])), "fault": str(one["type"])} for one in error.errors()]
        return render(request, Invalid(errors=faults))

    async def framework(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        return render(request, {404: NotFound(), 405: MethodNotTaken()}.get(code, Malformed()))

    async def failure(request: Request, error: Exception) -> Response:
        # The trace names lines of ours and kinds of errors; the message may hold values, so it is left out.
        log.error("failure", kind=type(error).__name__, trace=traceback.format_tb(error.__traceback__))
        return render(request, Failure())

    app.add_exception_handler(Exception, failure)

    async def there_already(request: Request, _: Exception) -> Response:
        return render(request, Conflict())

    app.add_exception_handler(Problem, ours)
    app.add_exception_handler(AlreadyThere, there_already)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, framework)
