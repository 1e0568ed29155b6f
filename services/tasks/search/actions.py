"""Entering a case's words into the index, taking them out, and making the whole of it anew."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.inbox import Sessions
from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import wording_of
from services.tasks.search import indexes  # noqa: F401  # put on the table of cases
from services.tasks.search.model import TABLE, SearchText
from services.tasks.search.tokens import terms_of, tokens_of

OF_REQUEST = select(SearchText).where(col(SearchText.request_id) == bindparam("request")).with_for_update()
CASES = (
    select(ServiceRequest)
    .where(col(ServiceRequest.id) > bindparam("after"))
    .order_by(col(ServiceRequest.id))
    .limit(bindparam("limit"))
    .with_for_update()
)
BATCH = 200  # cases that are locked together
NOWHERE = UUID(int=0)


@dataclass(slots=True)
class Rebuilt:
    """How far the index has been made anew."""

    cases: int = 0
    changed: int = 0  # rows that were missing, wrong or too many


def enter(session: Session, *, request_id: UUID, township_code: str, wording: str) -> None:
    """Have a case found by its words from now on."""
    tokens = tokens_of(terms_of(wording), vault=session.use(Vault), township_code=township_code)
    if tokens:
        _insert(session, request_id, township_code, tokens)


async def forget(session: Session, request_id: UUID) -> None:
    """Have a case no longer found by its words."""
    for entered in await session.all(OF_REQUEST, request=request_id):
        session.delete(entered)


async def rebuild(sessions: Sessions) -> AsyncGenerator[Rebuilt, None]:
    """Make the index anew from the sealed words, a batch of cases at a time, while the service runs.

    Tells after each batch what was done so far. What is done stays done: after an interruption, begin again.
    """
    done, after = Rebuilt(), NOWHERE
    while True:
        async with sessions(None) as session:
            cases = await session.all(CASES, after=after, limit=BATCH)
            for request in cases:
                there = await session.first(OF_REQUEST, request=request.id)
                _enter_anew(session, request, there=there, done=done)
        if not cases:
            return
        after = cases[-1].id
        yield done


def _enter_anew(session: Session, request: ServiceRequest, *, there: SearchText | None, done: Rebuilt) -> None:
    words = wording_of(session, request)
    tokens = tokens_of(terms_of(words or ""), vault=session.use(Vault), township_code=request.township_code)
    done.cases += 1
    if there is None:
        if tokens:
            _insert(session, request.id, request.township_code, tokens)
            done.changed += 1
    elif not tokens:
        session.delete(there)
        done.changed += 1
    elif there.tokens != " ".join(tokens):
        there.tokens = " ".join(tokens)
        done.changed += 1


def _insert(session: Session, request_id: UUID, township_code: str, tokens: list[str]) -> None:
    row = {"request_id": request_id, "township_code": township_code, "tokens": " ".join(tokens)}
    session.insert(TABLE, row)
