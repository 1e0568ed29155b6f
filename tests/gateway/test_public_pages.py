"""Public pages: HTML out of what the services say in public, escaped, paged, and honest where a service is away."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from gateway.limits import Limits
from gateway.public.app import PAGES
from tests.gateway.stand import gateway_before
from tests.gateway.test_screens import Told

pytestmark = pytest.mark.asyncio

CODE = "430702001004"
UNIT = {"code": CODE, "name": "甲一村", "says_zh": "本月没有到期的承诺"}
NEVER = re.compile(r"<script| on\w+=|style=|javascript:", re.IGNORECASE)


@asynccontextmanager
async def pages() -> AsyncIterator[tuple[Told, httpx.AsyncClient]]:
    """`feedback` as the test says, behind a gateway; `tasks` says nothing."""
    feedback = Told()
    feedback.answers["/public-figures"] = (200, {"month": "2023-05", "units": [UNIT], "next_cursor": None})
    async with gateway_before({"feedback": feedback, "tasks": Told()}, limits=Limits(screen_seconds=0.5)) as (door, _):
        yield feedback, door


async def test_every_page_can_be_opened_by_anybody_and_says_so_where_there_is_nothing() -> None:
    async with pages() as (feedback, door):
        start = await door.get("/public", headers={"authorization": "Bearer somebody"})
        assert (start.status_code, "甲一村" in start.text) == (200, True)
        for page in PAGES:
            there = await door.get("/public" + page.path.replace("{id}", str(uuid4())), params={"code": CODE})
            assert there.status_code == 200, page.path
            assert there.headers["content-type"] == "text/html; charset=utf-8"
            assert "unsafe" not in there.headers["content-security-policy"]
            assert not NEVER.search(there.text)
            for link in re.findall('href="([^"]+)"', there.text):
                assert link.startswith("/public"), link
        assert {token for _, _, token in feedback.seen} == {""}  # the pages ask as nobody
        style = await door.get("/public/style.css")
        assert style.headers["content-type"].startswith("text/css")


async def test_what_somebody_wrote_is_text_and_never_markup() -> None:
    async with pages() as (feedback, door):
        wrote = "<script>alert(1)</script>\"'<a href=javascript:x>"
        one = {"id": str(uuid4()), "title": wrote, "village": wrote, "stage_zh": wrote}
        feedback.answers["/village-decisions"] = (200, {"note_zh": wrote, "items": [one], "next_cursor": "abc"})
        shown = (await door.get("/public/decisions", params={"code": CODE})).text
        assert shown.count("&lt;script&gt;alert(1)") == 4
        assert "<script" not in shown
        assert f'href="/public/decisions?code={CODE}&amp;cursor=abc"' in shown.replace("month=2023-05&amp;", "")


async def test_a_place_is_chosen_first_and_only_what_has_its_form_reaches_a_service() -> None:
    async with pages() as (feedback, door):
        chooser = await door.get("/public/hearings", params={"code": "x&limit=9", "month": "1999-99"})
        assert f"/public/hearings?code={CODE}" in chooser.text
        assert "/hearings" not in [path for path, _, _ in feedback.seen]
        villages = await door.get("/public/hearings", params={"below": "430702001000"})
        assert "甲一村" in villages.text
        assert ("/public-figures", "level=village&cursor=430702001000&limit=100", "") in feedback.seen


async def test_what_is_refused_or_away_is_said_in_a_sentence() -> None:
    async with pages() as (feedback, door):
        feedback.answers["/cells"] = (404, {"code": "not-found", "title_zh": "没有找到。"})
        feedback.slow.add("/honours")
        refused = await door.get("/public/ballots")
        away = await door.get("/public/honours")
        unknown = await door.get("/public/hearings/not-an-id")
        written = await door.post("/public/honours")
    assert (refused.status_code, "没有找到。" in refused.text) == (404, True)
    assert (away.status_code, unknown.status_code, written.status_code) == (504, 404, 405)
    for one in (refused, away, unknown, written):
        assert 'href="/public"' in one.text
    async with gateway_before({}) as (door, _):
        start = await door.get("/public")
    assert (start.status_code, "暂时读不到" in start.text) == (200, True)
