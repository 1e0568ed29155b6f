"""Reading requests: one's own, those one works on, those below one's organisation; and one case with its history."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, bindparam
from sqlmodel import col, select

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.plans import table_of
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.catalogue.model import Catalogue, CatalogueItem
from services.tasks.clocks.model import Clock
from services.tasks.dispatches.model import Dispatch
from services.tasks.extensions import views as extensions
from services.tasks.helping.model import Helper
from services.tasks.pauses import views as pauses
from services.tasks.rectifications.model import Rectification
from services.tasks.requests import scope
from services.tasks.requests.model import Completion, Judgement, ServiceRequest, Signature
from services.tasks.requests.stages import Stage
from services.tasks.requests.walks import NOTHING, Walks, by_posts
from services.tasks.roster import views as roster
from services.tasks.roster.duty import acted_for
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.warnings import views as warnings

LINE = (
    col(ServiceRequest.id),
    col(ServiceRequest.kind),
    col(ServiceRequest.item_code),
    col(ServiceRequest.stage),
    col(ServiceRequest.division_code),
    col(ServiceRequest.submitted_at),
    col(ServiceRequest.finish_due_at),
    col(ServiceRequest.promised_on),
    col(ServiceRequest.round),
    col(ServiceRequest.colour),
    col(ServiceRequest.finish_provisional),
    col(ServiceRequest.urgency),
)
Line = tuple[UUID, MatterKind, str | None, Stage, str, datetime, datetime, object, int, str | None, bool, Urgency]


class Whose(StrEnum):
    """Which requests are listed."""

    ASKED = "asked"  # by me
    WORKING = "working"  # whose next move is mine, or that of a colleague for whom I act
    SENT = "sent"  # in by me, a township's system
    HELPING = "helping"  # in which I help, and somebody else leads
    BELOW = "below"  # that my posts reach: of my organisations and those below, or of the area that I guide


_ALL = table_of(ServiceRequest)


def _page(within: ColumnElement[bool], source: sa.FromClause = _ALL) -> Select[*tuple[Any, ...]]:
    return (
        sa.select(*LINE)
        .select_from(source)
        .where(within, col(ServiceRequest.id) < bindparam("before"))
        .order_by(col(ServiceRequest.id).desc())
        .limit(bindparam("limit"))
    )


PAGES = {
    Whose.ASKED: _page(scope.ASKED),
    Whose.SENT: _page(scope.SENT),
    Whose.WORKING: _page(scope.OWN_MOVE),
    Whose.HELPING: _page(
        sa.and_(scope.HELPS, scope.NOT_ABOUT_THEM), _ALL.join(Helper, col(Helper.request_id) == col(ServiceRequest.id))
    ),
}
ACTING = _page(sa.and_(col(ServiceRequest.working_person_id) == bindparam("absent"), scope.WORKING))
"""What waits for one colleague for whom a person acts."""

DISPATCHES = select(Dispatch).where(col(Dispatch.request_id) == bindparam("request")).order_by(col(Dispatch.turn))
SIGNATURES = (
    select(Signature)
    .where(col(Signature.request_id) == bindparam("request"))
    .order_by(col(Signature.signed_at), col(Signature.id))
)
COMPLETIONS = (
    select(Completion)
    .where(col(Completion.request_id) == bindparam("request"))
    .order_by(col(Completion.at), col(Completion.id))
)
JUDGEMENTS = (
    select(Judgement)
    .where(col(Judgement.request_id) == bindparam("request"))
    .order_by(col(Judgement.at), col(Judgement.id))
)
CLOCKS = (
    select(Clock).where(col(Clock.request_id) == bindparam("request")).order_by(col(Clock.started_at), col(Clock.id))
)
RECTIFICATIONS = (
    select(Rectification)
    .where(col(Rectification.request_id) == bindparam("request"))
    .order_by(col(Rectification.opened_at), col(Rectification.id))
)


async def page(session: Session, actor: Actor, whose: Whose, *, before: UUID, limit: int) -> list[Line]:
    """Requests from new to old, after a place; for a client those that it sent in, whichever it asks for."""
    if actor.scopes is not None:
        whose = Whose.SENT
    given: dict[str, object] = {"person": actor.person_id, "before": before, "limit": limit}
    today = local_date(session.now)
    if whose is Whose.BELOW:
        return await _below(session, actor.person_id, given, today=today)
    lines: list[Line] = await session.all(PAGES[whose], **given)
    if whose is not Whose.WORKING:
        return lines
    for absent in await acted_for(session, actor.person_id, today=today):
        lines += await session.all(ACTING, **given, today=today, absent=absent)
    return sorted(lines, key=lambda line: line[0], reverse=True)[:limit]


async def _below(session: Session, person_id: UUID, given: Mapping[str, object], *, today: date) -> list[Line]:
    posts = await roster.posts_of(session, person_id, today=today)
    reached = await by_posts(session, person_id, posts, today=today)
    if reached.walks == NOTHING.walks:
        return []
    return await session.all(_pages_below(reached.walks), **given, **reached.values, today=today)


@lru_cache(maxsize=64)
def _pages_below(walks: Walks) -> Select[*tuple[Any, ...]]:
    """The first of the first cases of each walk."""
    first, *others = [_page(within).subquery() for within in walks.conditions()]
    every = sa.union(*(sa.select(one) for one in (first, *others))).subquery() if others else first
    return sa.select(*every.c).order_by(every.c.id.desc()).limit(bindparam("limit"))


async def load(session: Session, request_id: UUID) -> ServiceRequest:
    """The request, ours to move. Raises `NotFound`."""
    request = await to_move(session, request_id)
    if request is None:
        raise NotFound()
    return request


async def to_move(session: Session, request_id: UUID) -> ServiceRequest | None:
    """The request, locked, with the instant noted at which it moves; none that we have heard of."""
    request = await session.get(ServiceRequest, request_id, lock=True)
    if request is not None:
        request.moved_at = real_now()
    return request


def item_of(session: Session, request: ServiceRequest) -> CatalogueItem | None:
    """The errand as it was offered on the day of the request."""
    if request.item_code is None:
        return None
    return session.use(Catalogue).item(request.item_code, on=local_date(request.submitted_at))


def title_of(session: Session, line: Line) -> str:
    """What a line of a list is about: the errand's name, or the kind of matter."""
    _, kind, item_code, _, _, submitted_at, *_ = line
    if item_code is None:
        return kind.title_zh
    return session.use(Catalogue).item(item_code, on=local_date(submitted_at)).name


def evidence_required(session: Session, request: ServiceRequest) -> bool:
    """Whether completion has to be proved; only where the errand's rule says so."""
    item = item_of(session, request)
    return item is not None and item.evidence_required


def wording_of(session: Session, request: ServiceRequest) -> str | None:
    """What was said in free words."""
    return session.use(Vault).open(request.wording, place=wording_place(request.id)) if request.wording else None


def wording_place(request_id: UUID) -> str:
    """The place that a request's sealed words are bound to."""
    return place_of("service_request", "wording", request_id)


async def seen(session: Session, request_id: UUID) -> ServiceRequest:
    """The request, to read. Raises `NotFound`."""
    request = await session.get(ServiceRequest, request_id)
    if request is None:
        raise NotFound()
    return request


async def rectifications_of(session: Session, request_id: UUID) -> list[Rectification]:
    """Every rectification of a case, in the order of opening."""
    return await session.all(RECTIFICATIONS, request=request_id)


async def clocks_of(session: Session, request_id: UUID) -> list[Clock]:
    """Every clock of a case, in the order of starting."""
    return await session.all(CLOCKS, request=request_id)


async def named_person(session: Session, request_id: UUID) -> str | None:
    """The name of whoever it was last given to."""
    given = await session.all(DISPATCHES, request=request_id)
    return given[-1].person_name if given else None


async def history(session: Session, request: ServiceRequest) -> list[tuple[datetime, str, UUID | None]]:
    """What happened to a case, in order: when, what (for the screen), and by whom. No grade is in it."""
    told: list[tuple[datetime, str, UUID | None]] = [
        (request.submitted_at, f"群众提出诉求（{request.channel.title_zh}）", request.requester_id)
    ]
    for given in await session.all(DISPATCHES, request=request.id):
        name = _named(given.person_name, given.acting_for_name)
        told.append((given.dispatched_at, f"第 {given.turn} 次派给 {name}", given.dispatched_by))
        if given.returned_at is not None:
            told.append((given.returned_at, "承办人认为派错，退回重新指派", given.person_id))
    completions = await session.all(COMPLETIONS, request=request.id)
    answered = {done.at for done in completions}
    for signed in await session.all(SIGNATURES, request=request.id):
        promise = "签收并当场答复" if signed.signed_at in answered else "签收"
        if signed.promised_on:
            promise = f"签收，承诺 {signed.promised_on} 前办结"
        name = _named(signed.person_name, signed.acting_for_name)
        told.append((signed.signed_at, f"{name}{promise}", signed.person_id))
    told.extend((done.at, f"{_for(done.acting_for_name)}报告办结", done.by) for done in completions)
    if request.contacted_at is not None:
        told.append((request.contacted_at, "承办人首次联系群众", request.handler_id))
    told.extend(await pauses.history(session, request.id))
    told.extend(await extensions.history(session, request.id))
    told.extend(
        (said.at, f"群众回答：{said.solved.title_zh}（第 {said.round} 轮）", said.by)
        for said in await session.all(JUDGEMENTS, request=request.id)
    )
    clocks = await clocks_of(session, request.id)
    told.extend(await warnings.history(session, request.id, clocks))
    told.extend((one.missed_at, f"{one.kind.title_zh}超过时限", None) for one in clocks if one.missed_at is not None)
    for mending in await rectifications_of(session, request.id):
        told.extend(mending.history())
    return sorted(told, key=lambda entry: entry[0])


def _named(name: str, acting_for: str | None) -> str:
    return f"{name}（{_for(acting_for)}）" if acting_for else name


def _for(absent: str | None) -> str:
    return f"代{absent}" if absent else ""
