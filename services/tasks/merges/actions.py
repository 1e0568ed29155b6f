"""Merging cases, and taking one apart again; each the body of one transaction."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestMerged, RequestParted
from services.tasks.clocks.model import Clock
from services.tasks.clocks.running import look_again
from services.tasks.merges import policy
from services.tasks.merges.following import SIGNED, give_owner_of, signed_for
from services.tasks.merges.model import (
    APART,
    LeadIsDone,
    LeadsOthers,
    Merge,
    MergedElsewhere,
    MergeEnd,
    NotMerged,
    NotTheSameMatter,
    WithItself,
)
from services.tasks.merges.views import GOING_ON, GOING_ON_LOCKED, PARTS
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import LIFECYCLE, Stage
from services.tasks.requests.views import load, seen, to_move


async def merge(session: Session, lead_id: UUID, request_ids: list[UUID], *, by: Actor) -> ServiceRequest:
    """Have cases done together with a lead case; one that is already is left as it is.

    A lead that is itself merged stands for the case that it is merged with, so that there are no chains. Raises
    `NotFound`, `MayNotMerge`, `WithItself`, `LeadsOthers`, `MergedElsewhere`, `LeadIsDone`, `NotTheSameMatter`,
    `NotAllowedNow`.
    """
    named = await seen(session, lead_id)
    await policy.check_may_merge(session, by, named)
    if named.stage is Stage.MERGED and named.merged_into is not None:
        lead_id = named.merged_into
    await _lock_in_turn(session, lead_id, request_ids)
    lead = await load(session, lead_id)
    await policy.check_may_merge(session, by, lead)
    if lead.stage is Stage.MERGED:
        raise LeadsOthers()  # it was merged this very moment
    if not (LIFECYCLE.allows("merge", lead.stage) or lead.stage in {Stage.PAUSED, Stage.DIFFICULT}):
        raise LeadIsDone()
    fresh = [joined for one in sorted({*request_ids}) if (joined := await _join(session, lead, one, by=by)) is not None]
    if fresh:
        await session.flush()
        others = len(await session.all(PARTS, lead=lead.id))
        for told in (lead, *fresh):
            tell(session, told.requester_id, NoticeKind.MERGED, request_id=told.id, lines=others)
    return lead


async def part(session: Session, request_id: UUID, *, by: Actor) -> ServiceRequest:
    """Undo the merge of one case: it stands again where and with whom it stood; its clocks have gone on running.

    Raises `NotFound`, `MayNotMerge`, `NotMerged`.
    """
    found = await session.first(GOING_ON, request=request_id)
    if found is not None:
        await to_move(session, found.lead_id)  # the lead before its parts, as everywhere
    request = await load(session, request_id)
    await policy.check_may_merge(session, by, request)
    merge = await session.first(GOING_ON_LOCKED, request=request_id)
    if merge is None or request.stage is not Stage.MERGED:
        raise NotMerged()
    request.move(APART[merge.stage_before])
    request.merged_into = None
    request.working_person_id = merge.working_person_before
    request.working_organization_id = merge.working_organization_before
    for clock_id in merge.clocks_met:
        clock = await session.get(Clock, UUID(clock_id), lock=True)
        if clock is not None:
            clock.met_at = None
            look_again(session, clock, at=max(session.now, clock.warn_at))
    merge.ended_at, merge.end, merge.ended_by = session.now, MergeEnd.UNDONE, by.person_id
    session.publish(RequestParted(request_id=request.id, lead_id=merge.lead_id, parted_at=session.now))
    tell(session, request.requester_id, NoticeKind.UNMERGED, request_id=request.id)
    return request


async def _lock_in_turn(session: Session, lead_id: UUID, request_ids: list[UUID]) -> None:
    """Lock the lead and whatever stands by itself in the order of their ids: of two merges that name each other's
    lead one waits for the other. Parts are locked after their lead, as everywhere."""
    found = [await session.get(ServiceRequest, one) for one in {*request_ids}]
    alone = {one.id for one in found if one is not None and one.stage is not Stage.MERGED}
    for one in sorted({lead_id, *alone}):
        await to_move(session, one)


async def _join(session: Session, lead: ServiceRequest, request_id: UUID, *, by: Actor) -> ServiceRequest | None:
    """Have one case done together with the lead; none if it is already."""
    if request_id == lead.id:
        raise WithItself()
    request = await to_move(session, request_id)
    if request is None:
        raise NotFound()
    await policy.check_may_merge(session, by, request)
    if request.stage is Stage.MERGED:
        if request.merged_into == lead.id:
            return None
        raise MergedElsewhere()
    if await session.first(PARTS, lead=request.id) is not None:
        raise LeadsOthers()
    if request.about_person_id != lead.about_person_id:
        raise NotTheSameMatter()
    merge = Merge(
        id=new_id(),
        township_code=request.township_code,
        lead_id=lead.id,
        request_id=request.id,
        merged_at=session.now,
        merged_by=by.person_id,
        stage_before=request.stage,
        working_person_before=request.working_person_id,
        working_organization_before=request.working_organization_id,
        clocks_met=[],
        ended_at=None,
        end=None,
        ended_by=None,
    )
    request.move("merge")
    request.merged_into = lead.id
    give_owner_of(lead, request)
    session.add(merge)
    session.publish(RequestMerged(request_id=request.id, lead_id=lead.id, merged_at=session.now))
    if lead.stage in SIGNED:
        await signed_for(session, merge, request, lead=lead)
    return request
