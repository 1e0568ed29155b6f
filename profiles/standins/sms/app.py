"""The stand-in over HTTP."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from profiles.standins.sms.carrier import Carrier, Refusal


class Asked(BaseModel):
    """A text to send."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64)]
    to: Annotated[str, Field(max_length=20)]
    template: Annotated[str, Field(max_length=64)]
    values: dict[str, str]


class Trouble(BaseModel):
    """What the next texts meet instead of an answer; `lost` sends the text and loses the answer."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["refusal", "failure", "lost", "text", "silence"]
    refusal: str = "busy"
    code: int = 503
    times: int = 1


def create_app(carrier: Carrier) -> Starlette:
    """The stand-in as an ASGI application."""
    troubles: list[Trouble] = []

    async def send(request: Request) -> Response:
        body = await request.body()
        given = {name: request.headers.get(f"x-texts-{name}", "") for name in ("key", "time", "signature")}
        trouble = troubles.pop(0) if troubles else None
        try:
            carrier.check(**given, body=body)
            if trouble is not None and trouble.kind != "lost":
                return await _troubled(trouble, request)
            asked = Asked.model_validate_json(body)
            digest = hashlib.sha256(body).hexdigest()
            carrier.take(asked.id, to=asked.to, template=asked.template, values=asked.values, digest=digest)
        except Refusal as refusal:
            return JSONResponse({"refusal": refusal.refusal}, refusal.code)
        except ValidationError:
            return JSONResponse({"refusal": "values-refused"}, 422)
        if trouble is not None:
            return PlainTextResponse("Bad Gateway", 502)
        return JSONResponse({"taken": asked.id})

    async def messages(request: Request) -> Response:
        """What was sent, from new to old; with `to`, to that number."""
        to = request.query_params.get("to")
        found = [one for one in reversed(carrier.sent) if to in {None, one.to}]
        return JSONResponse(
            {
                "items": [
                    {
                        "id": one.id,
                        "to": one.to,
                        "template": one.template,
                        "values": dict(one.values),
                        "at": one.at.isoformat(),
                    }
                    for one in found
                ]
            }
        )

    async def trouble(request: Request) -> Response:
        """Have the next texts go wrong."""
        made = Trouble.model_validate_json(await request.body())
        troubles.extend([made] * made.times)
        return JSONResponse({})

    async def unreadable(_: Request, error: Exception) -> Response:
        return JSONResponse({"detail": type(error).__name__}, 422)

    return Starlette(
        routes=[
            Route("/messages", send, methods=["POST"]),
            Route("/standin/messages", messages, methods=["GET"]),
            Route("/standin/messages/trouble", trouble, methods=["POST"]),
        ],
        exception_handlers={ValidationError: unreadable},
    )


async def _troubled(trouble: Trouble, request: Request) -> Response:
    if trouble.kind == "silence":
        await request.receive()  # after the body nothing comes but the news that the caller has left
    if trouble.kind == "refusal":
        return JSONResponse({"refusal": trouble.refusal}, trouble.code)
    return PlainTextResponse(
        "Bad Gateway" if trouble.kind == "failure" else "busy", 502 if trouble.kind == "failure" else 200
    )
