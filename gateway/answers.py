"""The gateway's own answers as ASGI messages."""

from dataclasses import dataclass

import orjson
from starlette.types import Send

from chassis.problems import MethodNotTaken, Problem, Unauthenticated, document
from gateway.headers import SAFE, UNLESS_SAID, Headers, Names

PROBLEM = b"application/problem+json"
JSON = b"application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of the gateway itself."""

    body: bytes
    content_type: bytes = JSON
    status: int = 200
    more: tuple[tuple[bytes, bytes], ...] = ()

    def headers(self, names: Names) -> Headers:
        """With the headers that every answer has."""
        said = {name for name, _ in self.more}
        return [
            (b"content-type", self.content_type),
            (b"content-length", b"%d" % len(self.body)),
            *(header for header in UNLESS_SAID if header[0] not in said),
            *self.more,
            *SAFE,
            *names.headers(),
        ]


def answer_problem(problem: Problem, names: Names) -> Answer:
    """A refusal as RFC 9457 wants it, with its code, its Chinese title and the id to quote to those who help."""
    described = document(problem, request_id=names.request_id.decode())
    more: tuple[tuple[bytes, bytes], ...] = ()
    if isinstance(problem, MethodNotTaken):
        more = ((b"allow", b"GET, HEAD"),)
    elif isinstance(problem, Unauthenticated):
        more = ((b"www-authenticate", b"Bearer"),)
    elif isinstance(wait := problem.details.get("retry_after_seconds"), int):
        more = ((b"retry-after", b"%d" % wait),)
    return Answer(orjson.dumps(described), PROBLEM, problem.status, more)


async def send_answer(answer: Answer, names: Names, send: Send, *, method: str) -> None:
    """Send it in one go."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers(names)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})
