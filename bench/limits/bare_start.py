"""The least server that answers: what a cold start and its memory are measured against."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def live(_request: Request) -> Response:
    """Always well."""
    return Response(b"{}", media_type="application/json")


def create_app() -> Starlette:
    """One route."""
    return Starlette(routes=[Route("/live", live)])
