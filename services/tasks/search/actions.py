"""Entering a case's words into the index, and taking them out."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.search import indexes  # noqa: F401  # put on the table of cases
from services.tasks.search.model import TABLE, SearchText
from services.tasks.search.tokens import terms_of, tokens_of

OF_REQUEST = select(SearchText).where(col(SearchText.request_id) == bindparam("request")).with_for_update()


def enter(session: Session, *, request_id: UUID, township_code: str, wording: str) -> None:
    """Have a case found by its words from now on."""
    tokens = tokens_of(terms_of(wording), vault=session.use(Vault), township_code=township_code)
    if tokens:
        row = {"request_id": request_id, "township_code": township_code, "tokens": " ".join(tokens)}
        session.insert(TABLE, row)


async def forget(session: Session, request_id: UUID) -> None:
    """Have a case no longer found by its words."""
    for entered in await session.all(OF_REQUEST, request=request_id):
        session.delete(entered)
