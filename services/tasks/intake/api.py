"""What an operator is shown while typing, and what may be the same matter as a case; over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.dated import Confidence
from chassis.http import Route, SignedIn, Transaction, question
from chassis.identity import Actor
from chassis.paging import NEWEST
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output
from services.tasks.catalogue.model import Catalogue, CatalogueItem, NoSuchItem
from services.tasks.clocks.limits import Amount, latest_promise, limit
from services.tasks.clocks.model import ClockKind
from services.tasks.intake import policy
from services.tasks.intake.model import Looked, items_for
from services.tasks.merges.duplicates import Alike, Described, alike, described
from services.tasks.places.forms import Placed
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import seen
from services.tasks.roster.duty import agents_of
from services.tasks.rules.pack import MatterKind, RuleId, RulePack, Urgency
from services.tasks.search import policy as search_policy
from services.tasks.search import views as search
from services.tasks.search.api import line_view
from services.tasks.search.forms import CaseLine
from services.tasks.search.indexes import OPEN_STAGES
from services.tasks.search.tokens import terms_of
from services.tasks.urgencies.limits import amount_of, finishing

router = APIRouter(tags=["接听登记"], route_class=Route)

NOBODY = UUID(int=0)
MOST_BEFORE = 20


class Typed(Input):
    """What was typed so far, of which village, and by whom, if that is known."""

    division_code: DivisionCode = Field(description="所在村（社区）的 12 位区划代码")
    words: Annotated[str, StringConstraints(max_length=2000, pattern=PLAIN)] = ""
    kind: MatterKind | None = None
    urgency: Urgency = Urgency.ORDINARY
    item_code: Annotated[str, Field(max_length=32, pattern=PLAIN)] | None = None
    place: Placed | None = None
    requester_id: UUID | None = None


class SuggestedItem(Output):
    """An errand that may be meant."""

    code: str
    name: str
    kind: str
    papers: list[str]
    legal_time: str
    note: str | None


class SuggestedLimit(Output):
    """A limit that would run from now: the first instant that is too late, and the last local date in time."""

    clock: str
    clock_zh: str
    amount_zh: str
    due_at: datetime
    last_day: date
    provisional: bool
    source: str
    confidence: str


class AlikeView(Output):
    """A case that may be the same matter."""

    request_id: UUID
    title_zh: str
    stage: str
    stage_zh: str
    division_code: str
    submitted_at: datetime
    promised_on: date | None
    near: bool
    likeness: int
    why_zh: str


class AlikeList(Output):
    """Cases that may be the same matter, the likeliest first."""

    items: list[AlikeView]


class Suggestions(Output):
    """What helps somebody who listens and types."""

    open_cases: list[CaseLine]  # the caller's, without complaints and those in which they stay unnamed
    items: list[SuggestedItem]
    papers: list[str]
    duplicates: list[AlikeView]
    limits: list[SuggestedLimit]
    goes_to: list[str]
    goes_to_zh: str


@router.post("/intake/suggestions")
@question
async def suggest(body: Typed, session: Transaction, actor: SignedIn) -> Suggestions:
    """What may be meant, what the caller has open, what may be the same matter nearby, papers, limits, and who gets it.

    Nothing of it is kept. That somebody looked at a caller's earlier cases is shown to the caller. Refusals:
    `may-not-take-in`, `where-malformed`.
    """
    await policy.check_may_take_in(session, actor, body.division_code)
    today = local_date(session.now)
    book = session.use(Catalogue)
    items = items_for(book, body.words, on=today)
    chosen = _item(book, body.item_code, on=today)
    where = body.place.where() if body.place else None
    asked = Described(
        division_code=body.division_code,
        cell=where.cell if where else None,
        kind=body.kind,
        item_code=chosen.code if chosen else None,
        terms=terms_of(body.words),
    )
    agents = await agents_of(session, body.division_code, today=today)
    first = [one for one in agents if one.kind == agents[0].kind]
    names = [one.post.name for one in first if one.post.person_id != body.requester_id]
    meant = chosen or (items[0] if items else None)
    return Suggestions(
        open_cases=await _open_cases(session, actor, body.requester_id),
        items=[_item_view(one) for one in items],
        papers=list(meant.papers) if meant else [],
        duplicates=[_alike_view(session, one) for one in await alike(session, actor, asked, past=NOBODY)],
        limits=_limits(session, chosen, body.kind or (meant.kind if meant else None), urgency=body.urgency),
        goes_to=names,
        goes_to_zh=f"将派给{'、'.join(names)}" if names else "该村（社区）没有在岗代办员，将由乡镇（街道）指派",
    )


@router.get("/requests/{request_id}/duplicates")
async def list_duplicates(request_id: UUID, session: Transaction, actor: SignedIn) -> AlikeList:
    """What may be the same matter as a case, among the open cases that you reach. Refusals: `not-found`."""
    request = await seen(session, request_id)
    await check_may_see(session, actor, request)
    if request.about_person_id is not None or request.anonymous:
        return AlikeList(items=[])
    found = await alike(session, actor, described(session, request), past=request.id)
    return AlikeList(items=[_alike_view(session, one) for one in found])


async def _open_cases(session: Session, actor: Actor, requester_id: UUID | None) -> list[CaseLine]:
    if requester_id is None:
        return []
    found = await search.history(session, actor, requester_id, before=NEWEST, limit=MOST_BEFORE)
    if session.use(Looked).newly(actor.person_id, requester_id):
        search_policy.note_history(session, actor, requester_id)
    return [line_view(session, one) for one in found if one.stage in OPEN_STAGES]


def _item(book: Catalogue, code: str | None, *, on: date) -> CatalogueItem | None:
    """The errand that was chosen; none while it is not one of the catalogue yet."""
    if code is None:
        return None
    try:
        return book.item(code, on=on)
    except NoSuchItem:
        return None


def _limits(
    session: Session, item: CatalogueItem | None, kind: MatterKind | None, *, urgency: Urgency
) -> list[SuggestedLimit]:
    accept = session.use(RulePack).rule(RuleId.ACCEPT, on=local_date(session.now))
    shown = [_limit(session, ClockKind.ACCEPT, accept.amount, source=accept.source, confidence=accept.confidence)]
    kind = item.kind if item else kind
    if kind is not None:
        finish = finishing(session, item=item, kind=kind, urgency=urgency, at=session.now)
        shown.append(
            _limit(session, ClockKind.FINISH, amount_of(finish), source=finish.source, confidence=finish.confidence)
        )
    return shown


def _limit(
    session: Session, clock: ClockKind, amount: Amount, *, source: str, confidence: Confidence
) -> SuggestedLimit:
    end = limit(amount, session.now, session.use(WorkCalendar))
    return SuggestedLimit(
        clock=clock.value,
        clock_zh=clock.title_zh,
        amount_zh=amount.title_zh,
        due_at=end.due_at,
        last_day=latest_promise(end.due_at),
        provisional=end.provisional,
        source=source,
        confidence=confidence.value,
    )


def _item_view(item: CatalogueItem) -> SuggestedItem:
    return SuggestedItem(
        code=item.code,
        name=item.name,
        kind=item.kind.value,
        papers=list(item.papers),
        legal_time=item.legal_time.title_zh,
        note=item.note,
    )


def _alike_view(session: Session, one: Alike) -> AlikeView:
    item = _item(session.use(Catalogue), one.item_code, on=local_date(one.submitted_at))
    return AlikeView(
        request_id=one.request_id,
        title_zh=item.name if item else one.kind.title_zh,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        division_code=one.division_code,
        submitted_at=one.submitted_at,
        promised_on=one.promised_on,
        near=one.near,
        likeness=one.likeness,
        why_zh=one.why_zh,
    )
