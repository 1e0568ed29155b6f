"""The statements by which the public is answered, each cut to what is public."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam
from sqlmodel import col, select

from services.tasks.attachments.model import Attachment
from services.tasks.open311.model import OutsideReport
from services.tasks.open311.status import CLOSED
from services.tasks.publications.model import Publication, PublicStep, ReleasedFile
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage

SHOWN: ColumnElement[bool] = sa.and_(
    col(Publication.withheld).is_(sa.false()),
    col(ServiceRequest.anonymous).is_(sa.false()),
    col(ServiceRequest.about_post_id).is_(None),
)
"""The case is there for the public. Complaints have no publication at all; this holds besides."""

LINE = (
    col(Publication.request_id),
    col(Publication.service_code),
    col(Publication.submitted_at),
    col(Publication.updated_at),
    col(Publication.closed_at),
    col(Publication.words),
    col(Publication.files),
    col(ServiceRequest.stage),
    col(ServiceRequest.division_code),
    col(ServiceRequest.organization_id),
    col(ServiceRequest.finish_due_at),
    col(ServiceRequest.finish_provisional),
    col(ServiceRequest.promised_on),
    col(ServiceRequest.archived_at),
    col(ServiceRequest.cell_y),
    col(ServiceRequest.cell_x),
)
_LINES = sa.select(*LINE).join(ServiceRequest, col(ServiceRequest.id) == col(Publication.request_id)).where(SHOWN)
_CLOSED = col(ServiceRequest.stage).in_(CLOSED)
_STATUS = {
    frozenset({"open", "closed"}): sa.true(),
    frozenset({"open"}): sa.not_(_CLOSED),
    frozenset({"closed"}): _CLOSED,
}
_ASKED_FOR = sa.or_(
    bindparam("codes", type_=sa.String) == "",
    bindparam("codes", type_=sa.String).like(sa.literal("%,") + col(Publication.service_code) + sa.literal(",%")),
)
LISTS = {
    statuses: _LINES.where(
        col(Publication.district_code) == bindparam("district"),
        col(Publication.submitted_at) >= bindparam("since"),
        col(Publication.submitted_at) <= bindparam("until"),
        _ASKED_FOR,
        condition,
    )
    .order_by(col(Publication.submitted_at).desc(), col(Publication.request_id).desc())
    .limit(bindparam("limit"))
    .offset(bindparam("skip"))
    for statuses, condition in _STATUS.items()
}
ONE = _LINES.where(
    col(Publication.request_id) == bindparam("request"), col(Publication.district_code) == bindparam("district")
)
FILES = (
    sa.select(col(ReleasedFile.attachment_id), col(Attachment.media_type))
    .join(Attachment, col(Attachment.id) == col(ReleasedFile.attachment_id))
    .where(col(ReleasedFile.request_id) == bindparam("request"), col(Attachment.key).is_not(None))
    .order_by(col(ReleasedFile.attachment_id))
)
STEPS = (
    sa.select(
        col(PublicStep.id),
        col(PublicStep.request_id),
        col(PublicStep.step),
        col(PublicStep.at),
        col(PublicStep.supplement_id),
    )
    .join(Publication, col(Publication.request_id) == col(PublicStep.request_id))
    .join(ServiceRequest, col(ServiceRequest.id) == col(PublicStep.request_id))
    .where(
        SHOWN,
        col(PublicStep.district_code) == bindparam("district"),
        col(PublicStep.at) >= bindparam("since"),
        col(PublicStep.at) <= bindparam("until"),
    )
    .order_by(col(PublicStep.at).desc(), col(PublicStep.id).desc())
    .limit(bindparam("limit"))
    .offset(bindparam("skip"))
)
STEPS_OF = (
    select(PublicStep)
    .where(col(PublicStep.request_id) == bindparam("request"))
    .order_by(col(PublicStep.at).desc(), col(PublicStep.id).desc())
)
TOKEN = (
    sa.select(col(ServiceRequest.id), col(ServiceRequest.turn))
    .join(OutsideReport, col(OutsideReport.request_id) == col(ServiceRequest.id))
    .where(col(OutsideReport.token_index) == bindparam("token"))
)


@dataclass(frozen=True, slots=True)
class Row:
    """What `LINE` reads."""

    request_id: UUID
    service_code: str
    submitted_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    words: bytes | None
    files: int
    stage: Stage
    division_code: str
    organization_id: UUID | None
    finish_due_at: datetime
    finish_provisional: bool
    promised_on: date | None
    archived_at: datetime | None
    cell_y: int | None
    cell_x: int | None
