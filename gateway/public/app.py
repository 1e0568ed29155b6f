"""The public pages as one more service behind the gateway: it asks the others, and owns nothing."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import MethodNotTaken, NotFound, Problem
from gateway.answers import Answer, send_answer
from gateway.asking import Services, Told
from gateway.breaker import Breaker
from gateway.headers import Headers, name_request
from gateway.json import Document, Json, is_object
from gateway.public.deciding import (
    CONSULTATION,
    CONSULTATIONS,
    DECISION,
    DECISIONS,
    HEARING,
    HEARINGS,
    MEETINGS,
)
from gateway.public.disclosures import DISCLOSURE, DISCLOSURES, MISSING
from gateway.public.figures import FIGURES, HONOURS, OVERSIGHT
from gateway.public.html import STYLE, Html, document, link, note, put, tag
from gateway.public.page import Asked, PublicPage, Question
from gateway.public.places import PLACES, place_of
from gateway.public.reading import text
from gateway.public.results import BALLOTS, SURVEY, SURVEYS

PAGES = (
    FIGURES,
    BALLOTS,
    SURVEYS,
    SURVEY,
    DISCLOSURES,
    MISSING,
    DISCLOSURE,
    DECISIONS,
    DECISION,
    MEETINGS,
    HEARINGS,
    HEARING,
    CONSULTATIONS,
    CONSULTATION,
    HONOURS,
    OVERSIGHT,
)
HTML, CSS = b"text/html; charset=utf-8", b"text/css; charset=utf-8"
SECONDS = 60  # for which anybody may keep a page
AWAY = "这一部分暂时读不到，请稍后再打开本页。"

_SAID = {
    "code": re.compile(r"[0-9]{12}"),
    "below": re.compile(r"[0-9]{12}"),
    "month": re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])"),
    "cursor": re.compile(r"[A-Za-z0-9_=-]{1,200}"),
}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PASSED_ON = frozenset({b"x-forwarded-for", b"x-request-id", b"traceparent"})
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
_REFUSED, _OUR_FAULT = 400, 500


class Refused(Exception):  # told to the reader as a page
    """A service refused the question without which there is no page."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(status)
        self.status, self.says = status, says


class PublicPages:
    """Answers what lies below `/public` as HTML; it asks as nobody in particular: what anybody may read."""

    def __init__(self, services: Mapping[str, ASGIApp], *, breakers: Mapping[str, Breaker], seconds: float) -> None:
        """`seconds` is what each question has."""
        self._services = Services(services, breakers, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of the gateway's."""
        del receive
        names = name_request(scope["headers"])
        try:
            answer = await self._answer(scope)
        except Refused as refused:
            answer = _said(refused.says, status=refused.status)
        except MethodNotTaken as problem:
            answer = _said(problem.title_zh, status=problem.status, more=((b"allow", b"GET, HEAD"),))
        except Problem as problem:
            answer = _said(problem.title_zh, status=problem.status)
        await send_answer(answer, names, send, method=scope["method"])

    async def _answer(self, scope: Scope) -> Answer:
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodNotTaken
        path = scope["path"].removesuffix("/")
        if path == "/style.css":
            return Answer(STYLE.encode(), CSS, more=((b"cache-control", b"public, max-age=3600"),))
        said = [header for header in scope["headers"] if header[0] in _PASSED_ON]
        page, asked = find(path, scope["query_string"])
        if page is None:
            return _whole("公开信息", _start(), await self._places(asked, said))
        if page.needs_place and not asked.code:
            return _whole(
                page.title, _nav(asked), tag("h1", f"{page.title}：选择地方"), await self._places(asked, said)
            )
        name = ""
        if asked.code:
            [place] = await self._told([place_of(asked)], said)
            name, asked = text(_unit(place), "name"), replace(asked, month=asked.month or text(place, "month"))
        told = await self._told(page.asks(asked), said)
        title = f"{name} · {page.title}" if name else page.title
        return _whole(title, _nav(asked), tag("h1", title), page.shows(asked, told))

    async def _places(self, asked: Asked, said: Headers) -> Html:
        """Places to choose from; a sentence where the service is away, since the start page stands by itself."""
        try:
            return PLACES.shows(asked, await self._told(PLACES.asks(asked), said))
        except (Refused, Problem):
            return note(AWAY)

    async def _told(self, questions: Sequence[Question], said: Headers) -> list[Document]:
        """What the services say, in turn. Raises `Refused` for the first, which has to be there."""
        asked = (self._ask(one, said, has_to=number == 0) for number, one in enumerate(questions))
        return list(await asyncio.gather(*asked))

    async def _ask(self, question: Question, said: Headers, *, has_to: bool) -> Document:
        try:
            query = urlencode(question.query)
            told = await self._services.ask(question.service, question.path, query=query, said=said)
        except Problem:
            if has_to:
                raise
            return {}
        heard: Json = None
        try:
            heard = orjson.loads(told.body)
        except orjson.JSONDecodeError:
            told = Told(_OUR_FAULT, b"")
        heard = heard if is_object(heard) else {}
        if told.status < _REFUSED:
            return heard
        if has_to:
            ours = told.status >= _OUR_FAULT
            raise Refused(503 if ours else told.status, AWAY if ours else text(heard, "title_zh") or AWAY)
        return {}


def find(path: str, query: bytes) -> tuple[PublicPage | None, Asked]:
    """The page of an address, none for the start page, and what the address says. Raises `NotFound`.

    What a query says that is not of its form is not there: nothing else reaches a service.
    """
    said = {
        name: value
        for name, value in parse_qsl(query.decode("ascii", "replace"))
        if name in _SAID and _SAID[name].fullmatch(value)
    }
    if not path:
        return None, Asked("", **said)
    for page in PAGES:
        head, _, _ = page.path.partition("{id}")
        if head == page.path and path == head:
            return page, Asked(path, **said)
        if head != page.path and path.startswith(head) and _ID.fullmatch(path.removeprefix(head)):
            return page, Asked(path, id=path.removeprefix(head), **said)
    raise NotFound


def _unit(place: Document) -> Document:
    units = place.get("units")
    return units[0] if isinstance(units, list) and units and is_object(units[0]) else {}


def _whole(title: str, *body: str) -> Answer:
    more = (_POLICY, (b"cache-control", b"public, max-age=%d" % SECONDS))
    return Answer(document(title, *body), HTML, more=more)


def _said(sentence: str, *, status: int, more: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
    back = tag("p", link("回到公开信息首页", "/public"))
    return Answer(document("公开信息", tag("h1", sentence), back), HTML, status, (_POLICY, *more))


def _start() -> Html:
    topics = (tag("li", link(page.title, f"/public{page.path}"), put("：", page.about)) for page in PAGES if page.about)
    return put(tag("h1", "公开信息"), note("不用登录，谁都可以看。"), tag("ul", *topics), tag("h2", "按地方看"))


def _nav(asked: Asked) -> Html:
    return tag("nav", link("首页", "/public"), *(link(one.title, asked.to(one.path)) for one in PAGES if one.about))
