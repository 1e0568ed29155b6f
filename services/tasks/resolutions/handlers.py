"""Taking in that a village resolved something, and telling what becomes of the item that it is here."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import DeliberationResolved
from contracts.tasks import AssignmentAccepted, AssignmentExtended, AssignmentHandedOver, AssignmentWithdrawn
from services.tasks.checklists.actions import YEARS_END, NewItem, give, list_of, write
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind, ChecklistStage, Origin
from services.tasks.progress.actions import DEEPEST
from services.tasks.progress.model import Tally
from services.tasks.resolutions.model import Resolution
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post

LIST = (
    select(Checklist)
    .join(ChecklistItem, col(ChecklistItem.checklist_id) == col(Checklist.id))
    .join(Resolution, col(Resolution.item_id) == col(ChecklistItem.id))
    .where(
        col(Resolution.organization_id) == bindparam("organization"),
        col(Checklist.stage) == ChecklistStage.PUBLISHED,
        col(Checklist.from_on) <= bindparam("due_on"),
        col(Checklist.to_on) >= bindparam("due_on"),
    )
    .order_by(col(Checklist.id).desc())
    .limit(1)
)
OF_ITEM = select(Resolution).where(col(Resolution.item_id) == bindparam("item")).with_for_update()


async def carry_out_what_was_resolved(event: DeliberationResolved, session: Session) -> None:
    """Set it on a list in the name of the post's holder or, if that post is vacant, of who answers there or above.

    It waits while nobody is in office.
    """
    if await session.get(Resolution, event.deliberation_id, event.turn) is not None:
        return
    village, named = await roster.division(session, event.division_code), await session.get(Post, event.post_id)
    if village is None or named is None:
        raise NotYetHeard()
    today = local_date(session.now)
    held = named if named.held_on(today) else None
    if held is None:
        _, held = await roster.head_at_or_above(session, named.organization_id, steps=0, today=today)
    organization = await session.get(Organization, held.organization_id, lock=True) if held else None
    if held is None or organization is None:
        raise NotYetHeard()
    checklist = await _list_of(session, organization, event)
    again = f"（第 {event.turn} 次交办）" if event.turn > 1 else ""
    item = await write(
        session,
        checklist,
        NewItem(
            title=f"落实{village.name}{event.year}年第{event.number}号决议{again}",
            due_on=event.due_on,
            evidence=True,
            origin=Origin.RESOLUTION,
            origin_id=event.deliberation_id,
        ),
    )
    await give(session, item, held, by=event.given_by)
    made = Resolution.begin(event, organization_id=organization.id, item_id=item.id, carrier_id=held.person_id)
    session.add(made)
    session.publish(made.followed("given", at=session.now))


async def tell_that_it_is_done(event: AssignmentAccepted, session: Session) -> None:
    """The item was accepted; of one broken down further, the last of its parts. Comes after `count_accepted`."""
    for item_id in await _upwards(session, event.item_id):
        for resolution in await session.all(OF_ITEM, item=item_id):
            tally = await session.get(Tally, item_id)
            if tally is None:
                raise NotYetHeard()
            if tally.leaves == tally.done:
                session.publish(resolution.followed("done", at=event.accepted_at))


async def tell_of_a_new_day(event: AssignmentExtended, session: Session) -> None:
    """More time was granted."""
    for resolution in await session.all(OF_ITEM, item=event.item_id):
        resolution.due_on = event.due_on
        session.publish(resolution.followed("given", at=event.extended_at))


async def tell_of_another_holder(event: AssignmentHandedOver, session: Session) -> None:
    """It is in another person's name."""
    for resolution in await session.all(OF_ITEM, item=event.item_id):
        resolution.carrier_id = event.to_person_id
        session.publish(resolution.followed("given", at=event.handed_over_at))


async def tell_that_it_was_taken_off(event: AssignmentWithdrawn, session: Session) -> None:
    """It is in nobody's name any more; what was broken down is in those of its parts."""
    if event.broken_down:
        return
    for resolution in await session.all(OF_ITEM, item=event.item_id):
        session.publish(resolution.followed("withdrawn", at=event.withdrawn_at))


async def _list_of(session: Session, organization: Organization, event: DeliberationResolved) -> Checklist:
    """The organisation's open list of resolutions, or a new one of the year, locked."""
    due_on = event.due_on
    found = await session.first(LIST, organization=organization.id, due_on=due_on)
    if found is not None:
        locked = await session.get(Checklist, found.id, lock=True)
        if locked is not None:
            return locked
    made = list_of(
        session,
        organization,
        kind=ChecklistKind.TASK,
        title=f"{organization.name}{due_on.year}年村民决议落实清单",
        from_on=min(local_date(event.resolved_at).replace(month=1, day=1), due_on),
        to_on=due_on.replace(month=YEARS_END[0], day=YEARS_END[1]),
        by=event.given_by,
        plan_id=None,
    )
    made.stage, made.published_at = ChecklistStage.PUBLISHED, session.now
    session.add(made)
    return made


async def _upwards(session: Session, item_id: UUID) -> list[UUID]:
    """An item and everything that it is part of."""
    found = list[UUID]()
    following: UUID | None = item_id
    while following is not None and len(found) < DEEPEST:
        found.append(following)
        item = await session.get(ChecklistItem, following)
        following = item.superior_id if item else None
    return found
