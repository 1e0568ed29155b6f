"""What an order may be about: a case, a finding of an inspection, or a problem that is late. One matter, one order."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.assignments.model import DONE, Assignment, AssignmentStage
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind, Origin
from services.tasks.findings.model import OVER as PUT_RIGHT
from services.tasks.findings.model import FindingStage, InspectionFinding
from services.tasks.orders.model import ExpediteNotice
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage

OVER = {Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK, Stage.JUDGED, Stage.ARCHIVED}
"""Stages of a case at which there is nothing left for the unit to do."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an order needs to know of its matter."""

    request: ServiceRequest | None
    finding: InspectionFinding | None
    item: ChecklistItem | None  # of a problem list
    unit: UUID | None  # that has it
    township_code: str
    division_code: str
    past: UUID | None  # who is complained of, and passed by
    for_discipline: bool
    over: bool
    waits: bool  # paused, or waiting for somebody else than the unit
    workers: frozenset[UUID | None]  # who handle it, and neither order nor take back
    early: bool  # a problem whose day is not over, or that nobody has: its list has no need of an order

    @property
    def request_id(self) -> UUID | None:
        """The case, if it is one."""
        return self.request.id if self.request else None

    @property
    def about_id(self) -> UUID | None:
        """The finding or the item: what a notice is about that is about no case."""
        return self.finding_id or self.item_id

    @property
    def finding_id(self) -> UUID | None:
        """The finding, if it is one."""
        return self.finding.id if self.finding else None

    @property
    def item_id(self) -> UUID | None:
        """The item, if it is one."""
        return self.item.id if self.item else None


def of_case(request: ServiceRequest) -> Matter:
    """A case as a matter."""
    return Matter(
        request=request,
        finding=None,
        item=None,
        unit=request.working_organization_id or request.organization_id,
        township_code=request.township_code,
        division_code=request.division_code,
        past=request.about_person_id,
        for_discipline=request.for_discipline,
        over=request.stage in OVER,
        waits=request.stage is Stage.PAUSED,
        workers=frozenset({request.handler_id, request.working_person_id}),
        early=False,
    )


def of_finding(finding: InspectionFinding) -> Matter:
    """A finding as a matter; while it is contested it waits for those above."""
    return Matter(
        request=None,
        finding=finding,
        item=None,
        unit=finding.organization_id,
        township_code=finding.township_code,
        division_code=finding.division_code,
        past=None,
        for_discipline=False,
        over=finding.stage in PUT_RIGHT,
        waits=finding.stage in PUT_RIGHT | {FindingStage.CONTESTED},
        workers=frozenset({finding.reported_by}),
        early=False,
    )


async def of_item(session: Session, item_id: UUID, *, lock: bool = False) -> Matter:
    """An item of a problem list as a matter; one that a finding is about is that finding. Raises `NotFound`."""
    item = await session.get(ChecklistItem, item_id)
    checklist = await session.get(Checklist, item.checklist_id) if item else None
    if item is None or checklist is None:
        raise NotFound()
    if item.origin is Origin.FINDING and item.origin_id is not None:
        finding = await session.get(InspectionFinding, item.origin_id, lock=lock)
        if finding is not None:
            return of_finding(finding)
    held = await session.get(Assignment, item.assignment_id, lock=lock) if item.assignment_id else None
    followed = checklist.kind is ChecklistKind.PROBLEM and held is not None
    return _of_held(item, held, followed=followed, today=local_date(session.now))


def _of_held(item: ChecklistItem, held: Assignment | None, *, followed: bool, today: date) -> Matter:
    over = item.withdrawn_at is not None or (held is not None and held.stage in DONE | {AssignmentStage.WITHDRAWN})
    return Matter(
        request=None,
        finding=None,
        item=item,
        unit=held.organization_id if held else item.organization_id,
        township_code=item.township_code,
        division_code=item.division_code,
        past=None,
        for_discipline=False,
        over=over,
        waits=over or (held is not None and held.stage is AssignmentStage.REPORTED),
        workers=frozenset({held.assignee_id, held.reported_by}) if held else frozenset(),
        early=not followed or (held is not None and held.due_on >= today),
    )


async def of_order(session: Session, order: ExpediteNotice, *, lock: bool = False) -> Matter:
    """The matter of an order. Raises `NotFound`."""
    if order.finding_id is not None:
        finding = await session.get(InspectionFinding, order.finding_id, lock=lock)
        if finding is not None:
            return of_finding(finding)
    elif order.item_id is not None:
        return await of_item(session, order.item_id, lock=lock)
    elif order.request_id is not None:
        request = await session.get(ServiceRequest, order.request_id, lock=lock)
        if request is not None:
            return of_case(request)
    raise NotFound()
