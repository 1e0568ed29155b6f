"""What an order may be about: a case, or a finding of an inspection. One matter, one order, whatever it is."""

from dataclasses import dataclass
from uuid import UUID

from chassis.problems import NotFound
from chassis.session import Session
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
    unit: UUID | None  # that has it
    township_code: str
    division_code: str
    past: UUID | None  # who is complained of, and passed by
    for_discipline: bool
    over: bool
    waits: bool  # paused, or waiting for somebody else than the unit
    workers: frozenset[UUID | None]  # who handle it, and neither order nor take back

    @property
    def request_id(self) -> UUID | None:
        """The case, if it is one."""
        return self.request.id if self.request else None

    @property
    def about_id(self) -> UUID | None:
        """The finding, if it is one: what a notice is about that is about no case."""
        return self.finding.id if self.finding else None


def of_case(request: ServiceRequest) -> Matter:
    """A case as a matter."""
    return Matter(
        request=request,
        finding=None,
        unit=request.working_organization_id or request.organization_id,
        township_code=request.township_code,
        division_code=request.division_code,
        past=request.about_person_id,
        for_discipline=request.for_discipline,
        over=request.stage in OVER,
        waits=request.stage is Stage.PAUSED,
        workers=frozenset({request.handler_id, request.working_person_id}),
    )


def of_finding(finding: InspectionFinding) -> Matter:
    """A finding as a matter; while it is contested it waits for those above."""
    return Matter(
        request=None,
        finding=finding,
        unit=finding.organization_id,
        township_code=finding.township_code,
        division_code=finding.division_code,
        past=None,
        for_discipline=False,
        over=finding.stage in PUT_RIGHT,
        waits=finding.stage in PUT_RIGHT | {FindingStage.CONTESTED},
        workers=frozenset({finding.reported_by}),
    )


async def of_order(session: Session, order: ExpediteNotice, *, lock: bool = False) -> Matter:
    """The matter of an order. Raises `NotFound`."""
    if order.finding_id is not None:
        finding = await session.get(InspectionFinding, order.finding_id, lock=lock)
        if finding is not None:
            return of_finding(finding)
    elif order.request_id is not None:
        request = await session.get(ServiceRequest, order.request_id, lock=lock)
        if request is not None:
            return of_case(request)
    raise NotFound()
