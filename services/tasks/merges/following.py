"""What happens to the parts when something happens to the lead: each in its own clocks, rounds and facts."""

from collections.abc import Sequence
from uuid import UUID

from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from contracts.tasks import RequestAccepted, RequestDispatched
from services.tasks.call_backs.due import ask_by_voice
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.dispatches.model import Dispatch
from services.tasks.merges.model import Merge, MergeEnd
from services.tasks.merges.views import PARTS, PARTS_LOCKED
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.outcomes.archiving import rest
from services.tasks.requests.model import Completion, ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import DISPATCHES, to_move

SIGNED = {Stage.ACCEPTED, Stage.CONTACTED, Stage.HANDLING, Stage.EXTENDED, Stage.PAUSED}
"""Stages of a lead for which somebody has signed."""


async def keep_together(session: Session, lead: ServiceRequest) -> None:
    """The lead has another owner: its parts have the same."""
    for _, part in await _parts(session, lead):
        give_owner_of(lead, part)


def give_owner_of(lead: ServiceRequest, part: ServiceRequest) -> None:
    """Whose move the lead is, theirs is the part."""
    part.working_person_id, part.working_organization_id = lead.working_person_id, lead.working_organization_id


async def sign_along(session: Session, lead: ServiceRequest) -> None:
    """Somebody has signed for the lead: what the parts' own clocks waited for has happened, too."""
    for merge, part in await _parts(session, lead):
        await signed_for(session, merge, part, lead=lead)


async def signed_for(session: Session, merge: Merge, part: ServiceRequest, *, lead: ServiceRequest) -> None:
    """Meet the part's accept clock by the lead's signature, and tell in whose name and for which date."""
    met = await session.all(clocks.RUNNING, request=part.id, kind=ClockKind.ACCEPT)
    if not met or lead.handler_id is None:
        return
    in_time = await clocks.meet(session, ClockKind.ACCEPT, request_id=part.id)
    merge.clocks_met = [*merge.clocks_met, *(str(one.id) for one in met)]
    session.publish(
        RequestAccepted(
            request_id=part.id,
            accepted_by=lead.handler_id,
            accepted_at=session.now,
            in_time=in_time,
            promised_on=part.promised_on or lead.promised_on,
        )
    )


async def follow(
    session: Session,
    lead: ServiceRequest,
    *,
    by: UUID,
    note: str,
    evidence: Sequence[UUID],
    acting_for_post_id: UUID | None,
    acting_for_name: str | None,
) -> None:
    """The lead was handled: so is each part, in a round of its own that its own requester judges."""
    for merge, part in await _parts(session, lead):
        await signed_for(session, merge, part, lead=lead)
        await _given_like(session, lead, part)
        part.move("follow")
        part.handler_id = lead.handler_id
        give_owner_of(lead, part)
        completion_id = new_id()
        session.add(
            Completion(
                id=completion_id,
                request_id=part.id,
                note=session.use(Vault).seal(note, place=place_of("completion", "note", completion_id)),
                evidence=" ".join(map(str, evidence)),
                at=session.now,
                by=by,
                acting_for_post_id=acting_for_post_id,
                acting_for_name=acting_for_name,
            )
        )
        for kind in (ClockKind.ACCEPT, ClockKind.CONTACT):
            await clocks.meet(session, kind, request_id=part.id)
        in_time = await clocks.meet(session, ClockKind.FINISH, request_id=part.id)
        session.publish(part.handled(at=session.now, in_time=in_time))
        tell(session, part.requester_id, NoticeKind.ANSWERED, request_id=part.id)
        rest(session, part)
        ask_by_voice(session, part)
        merge.ended_at, merge.end, merge.ended_by = session.now, MergeEnd.FOLLOWED, by


async def _given_like(session: Session, lead: ServiceRequest, part: ServiceRequest) -> None:
    """What is found wanting of the part is put right by whoever handled it: it was given to them with the lead."""
    if part.organization_id == lead.organization_id and part.organization_id is not None:
        return
    given = await session.all(DISPATCHES, request=lead.id)
    if not given or lead.organization_id is None:
        raise TypeError("a case that was handled was given to somebody")
    last = given[-1]
    part.turn += 1
    part.organization_id = lead.organization_id
    session.add(
        Dispatch(
            **{name: getattr(last, name) for name in Dispatch.model_fields}
            | {
                "id": new_id(),
                "request_id": part.id,
                "turn": part.turn,
                "dispatched_at": session.now,
                "returned_at": None,
                "return_code": None,
                "return_reason": None,
            }
        )
    )
    session.publish(
        RequestDispatched(
            request_id=part.id,
            turn=part.turn,
            post_id=last.post_id,
            person_id=last.person_id,
            organization_id=last.organization_id,
            division_code=last.division_code,
            dispatched_at=session.now,
            accept_due_at=last.return_by,
        )
    )


async def _parts(session: Session, lead: ServiceRequest) -> list[tuple[Merge, ServiceRequest]]:
    """The parts of a locked lead, locked, in the order of their ids."""
    if lead.stage is Stage.MERGED or not await session.all(PARTS, lead=lead.id):
        return []
    found = []
    for merge in await session.all(PARTS_LOCKED, lead=lead.id):
        part = await to_move(session, merge.request_id)
        if part is not None and part.stage is Stage.MERGED:
            found.append((merge, part))
    return found
