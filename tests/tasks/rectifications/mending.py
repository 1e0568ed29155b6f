"""A rectification on its way, as tests of other slices need it."""

from typing import Any
from uuid import UUID

import httpx

from tests.tasks.conftest import Village


async def plan(village: Village, mending: object, *, by: UUID, ground: str = "simple") -> httpx.Response:
    """Somebody says on what ground and how."""
    path = f"/rectifications/{mending}/plan"
    return await village.stand.post(path, by=by, words="明天去", ground=ground)


async def report(village: Village, mending: object, *, by: UUID) -> httpx.Response:
    """Somebody says that it is put right, and proves it."""
    paper = await village.stand.attach(by=by)
    return await village.stand.post(f"/rectifications/{mending}/report", by=by, words="修好了", evidence=[paper])


async def put_right(village: Village, mending: object, *, by: UUID, verifier: UUID) -> dict[str, Any]:
    """The whole way, to the verification by somebody else."""
    for done in (await plan(village, mending, by=by), await report(village, mending, by=by)):
        assert done.status_code == 200, done.text
    found = await village.stand.post(f"/rectifications/{mending}/verification", by=verifier, put_right=True)
    assert found.status_code == 200, found.text
    return dict(found.json())
