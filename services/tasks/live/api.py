"""The live feed over HTTP: a stream of events, and the same to be asked for now and then."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from chassis.clock import local_date, real_now
from chassis.http import Route, SignedIn, Staying, Transaction, Transactions
from chassis.identity import Actor
from chassis.problems import StoreAway, Unauthenticated
from chassis.words import Output
from services.tasks.live import views
from services.tasks.live.feed import Feed, Listener
from services.tasks.live.views import MOST, Moved, instant_of, place_of
from services.tasks.roster.views import posts_of

router = APIRouter(prefix="/live", tags=["实时"], route_class=Route)

CHECK = 1.0  # seconds after which a quiet stream looks whether it may still be there
PLACE = "上次看到的位置，从这里往后看；不填为从现在起"
AGAIN = 2000  # milliseconds after which a client whose stream broke off comes back


class MoveView(Output):
    """A case that moved, as it stands now."""

    request_id: UUID
    stage: str
    stage_zh: str
    round: int
    moved_at: datetime  # real time, UTC


class Moves(Output):
    """What moved, and the place from which to ask next."""

    items: list[MoveView]
    reload: bool  # more moved than is told one by one: read your lists anew
    next: str


async def _since(
    last_event_id: Annotated[str | None, Header(max_length=17, description=PLACE)] = None,
) -> datetime | None:
    return instant_of(last_event_id) if last_event_id else None


@router.get("/moves")
async def moves(
    session: Transaction, actor: SignedIn, since: Annotated[str | None, Query(max_length=17, description=PLACE)] = None
) -> Moves:
    """What has moved among the cases that you may see, for clients that cannot hold a stream; ask every ten seconds.

    `since` is what the last answer gave as `next`; without it nothing is told but where to begin. A move may be told
    twice. Refusals: `wrong-place`.
    """
    now = real_now()
    if since is None:
        return Moves(items=[], reload=False, next=place_of(now))
    found = await views.moves(session, actor, since=instant_of(since))
    if len(found) > MOST:
        return Moves(items=[], reload=True, next=place_of(now))
    return Moves(items=[_view(one) for one in found], reload=False, next=place_of(now))


@router.get("", response_class=EventSourceResponse)
async def live(
    session: Transaction,
    transactions: Transactions,
    actor: SignedIn,
    staying: Staying,
    since: Annotated[datetime | None, Depends(_since)],
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `open` at the start, `moved` for each case that moved, `reload` where too many did.

    The id of an event is a place: sent back as `Last-Event-ID` it tells what moved meanwhile. A move may be told twice.
    The stream ends when the token does, or access is taken back.
    """
    feed = session.use(Feed)
    async with transactions(None) as first:
        holds_post = bool(await posts_of(first, actor.person_id, today=local_date(first.now)))
    async with feed.listening(actor.person_id, holds_post=holds_post, sessions=transactions) as listener:
        begun = real_now()
        yield ServerSentEvent(event="open", data={}, id=place_of(since or begun), retry=AGAIN)
        async with aclosing(_events(listener, transactions, actor, staying, since=since)) as events:
            async for event in events:
                yield event


async def _events(
    listener: Listener, transactions: Transactions, actor: Actor, staying: Staying, *, since: datetime | None
) -> AsyncGenerator[ServerSentEvent]:
    told: dict[UUID, datetime] = {}
    while True:
        if since is not None:
            try:
                async with transactions(None) as session:
                    found = await views.moves(session, actor, since=since)
            except StoreAway:
                return
            if len(found) > MOST:
                yield ServerSentEvent(event="reload", data={}, id=place_of(real_now()))
            else:
                for one in found:
                    if told.get(one[0]) != one[3]:
                        yield ServerSentEvent(event="moved", data=_view(one), id=place_of(one[3]))
            told = {request_id: moved_at for request_id, _, _, moved_at in found}
        since = await listener.next(within=CHECK)
        try:
            await staying()
        except Unauthenticated:
            return


def _view(moved: Moved) -> MoveView:
    request_id, stage, round_, moved_at = moved
    return MoveView(request_id=request_id, stage=stage.value, stage_zh=stage.title_zh, round=round_, moved_at=moved_at)
