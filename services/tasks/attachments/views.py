"""Reading attachments: one's own, and those of the cases that one may see."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.attachments.model import Attachment
from services.tasks.findings.model import InspectionFinding
from services.tasks.findings.policy import check_may_see as check_may_see_finding
from services.tasks.inspections.model import Inspection
from services.tasks.inspections.policy import check_may_see as check_may_see_inspection
from services.tasks.readings.actions import note_reading
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see

MOST = 100  # of one case

OF_REQUEST = (
    select(Attachment)
    .where(col(Attachment.request_id) == bindparam("request"), col(Attachment.arrived_at).is_not(None))
    .order_by(col(Attachment.id))
    .limit(MOST)
)


async def arrived(session: Session, attachment_id: UUID) -> Attachment:
    """A file that is whole. Raises `NotFound`."""
    found = await session.get(Attachment, attachment_id)
    if found is None or found.arrived_at is None:
        raise NotFound()
    return found


async def seen(session: Session, attachment_id: UUID, *, by: Actor) -> Attachment:
    """A file of one's own, or of a case that one may see. Raises `NotFound`."""
    found = await arrived(session, attachment_id)
    if found.owner_id != by.person_id and not await _is_of_an_inspection(session, found.request_id, by=by):
        await _look_at_case(session, found.request_id, by=by)
    return found


async def of_request(session: Session, request_id: UUID, *, by: Actor) -> list[Attachment]:
    """The files of a case that one may see, in the order of arrival. Raises `NotFound`."""
    await _look_at_case(session, request_id, by=by)
    return await session.all(OF_REQUEST, request=request_id)


async def _is_of_an_inspection(session: Session, about_id: UUID | None, *, by: Actor) -> bool:
    """Whether it belongs to an inspection or a finding that the actor sees. Raises `NotFound` for any other."""
    inspection = await session.get(Inspection, about_id) if about_id else None
    finding = await session.get(InspectionFinding, about_id) if about_id and inspection is None else None
    if inspection is not None:
        await check_may_see_inspection(session, by, inspection)
    elif finding is not None:
        await check_may_see_finding(session, by, finding)
    return inspection is not None or finding is not None


async def _look_at_case(session: Session, request_id: UUID | None, *, by: Actor) -> None:
    request = await session.get(ServiceRequest, request_id) if request_id else None
    if request is None:
        raise NotFound()
    await check_may_see(session, by, request)
    await note_reading(session, by, request)
