"""Public pages that browsers and proxies keep for a while, and ask anew only whether they have changed."""

from hashlib import sha256
from typing import Annotated

from fastapi import Header, Response
from pydantic import BaseModel

KEPT_FOR = "public, max-age=300"

IfNoneMatch = Annotated[str | None, Header(max_length=200, description="上次得到的 ETag；内容未变时答 304")]


def cached(view: BaseModel, if_none_match: str | None) -> Response:
    """A view with its ETag; 304 to who has it as it is."""
    body = view.model_dump_json().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": KEPT_FOR}
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
