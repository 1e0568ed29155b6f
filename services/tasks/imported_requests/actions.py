"""Taking the rows of a spreadsheet in as requests, each once, whatever is repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.catalogue.model import Catalogue
from services.tasks.imported_requests.model import ImportedRequest
from services.tasks.imported_requests.rows import Known, RequestRow
from services.tasks.requests import actions as requests
from services.tasks.requests.channels import Channel
from services.tasks.roster.model import Division

VILLAGES = select(Division).where(col(Division.kind).in_(["village", "community"]))
OF_ROW = select(ImportedRequest).where(col(ImportedRequest.row_index) == bindparam("row"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that became a case just now, with the code that is shown this once."""

    number: str
    request_id: UUID
    tracking_code: str


async def known(session: Session) -> Known:
    """What a row may refer to."""
    book, today = session.use(Catalogue), local_date(session.now)
    return Known(
        villages=frozenset(one.code for one in await session.all(VILLAGES)),
        items={item.code: item for item in book.offered(on=today)},
    )


async def unknown(session: Session, rows: Sequence[RequestRow], *, source: str) -> list[RequestRow]:
    """Those of these rows that are no cases yet."""
    return [one for one in rows if await session.first(OF_ROW, row=_index(session, source, one)) is None]


async def take_in(session: Session, *, rows: Sequence[RequestRow], source: str) -> list[Taken]:
    """Make cases of rows that are none yet; their clocks start now. `source` names the system that handed them over.

    Of a row without a person it is said to nobody who asked: its case is followed by its code.
    """
    return [await _take_in(session, one, source=source) for one in await unknown(session, rows, source=source)]


async def _take_in(session: Session, row: RequestRow, *, source: str) -> Taken:
    requester_id = row.requester_id or new_id()
    done = await requests.submit(
        session,
        by=Actor(requester_id),
        requester_id=requester_id,
        division_code=row.division_code,
        channel=Channel.SPREADSHEET,
        kind=row.kind,
        item_code=row.item_code,
        wording=row.wording,
        anonymous=row.requester_id is None,
        at_desk=True,  # whoever runs the command takes requests in
        urgency=row.urgency,
    )
    session.add(
        ImportedRequest(
            id=new_id(),
            township_code=done.request.township_code,
            row_index=_index(session, source, row),
            request_id=done.request.id,
            at=session.now,
        )
    )
    audit.record(session, actor_id=None, action="import_request", about=str(done.request.id), reason="spreadsheet")
    return Taken(row.number, done.request.id, done.tracking_code)


def _index(session: Session, source: str, row: RequestRow) -> bytes:
    return session.use(Vault).index(f"{source}\0{row.number}", place="imported_request.row_index")
