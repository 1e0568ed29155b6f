"""The evidence of an entry or a loan, for those who read the book."""

from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Output
from services.tasks.attachments.addresses import address_of
from services.tasks.attachments.model import Attachment
from services.tasks.attachments.views import OF_REQUEST
from services.tasks.ledger.entries.model import LedgerEntry
from services.tasks.ledger.loans.model import Loan


class EvidenceView(Output):
    """One paper or picture, and where it can be had for the next minutes."""

    id: UUID
    media_type: str
    size: int  # bytes
    digest: str  # SHA-256 of the file as it was kept, hexadecimal
    address: str  # with a signature that is good for five minutes; not to be kept


OF_THE_BOOKS = or_(
    *(
        select(column).where(column == col(Attachment.request_id)).exists()
        for column in (col(LedgerEntry.id), col(LedgerEntry.import_id), col(Loan.id), col(Loan.import_id))
    )
)
"""The file is evidence of an entry or a loan: it is kept as long as the books, whoever uploaded it is erased."""


async def evidence_of(session: Session, thing_id: UUID, import_id: UUID | None) -> list[EvidenceView]:
    """What was named with an entry or a loan, or with the import that it came in with."""
    found = await session.all(OF_REQUEST, request=thing_id)
    if import_id is not None:
        found = [*found, *await session.all(OF_REQUEST, request=import_id)]
    return [_view(session, one) for one in found]


def _view(session: Session, one: Attachment) -> EvidenceView:
    return EvidenceView(
        id=one.id,
        media_type=one.media_type or "",
        size=one.size or 0,
        digest=(one.digest or b"").hex(),
        address=address_of(session.use(Vault), one.id),
    )
