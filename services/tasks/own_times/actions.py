"""Declaring one's own time for an errand, and taking it back."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Forbidden, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks.limits import Amount, Unit, latest_promise, limit
from services.tasks.own_times.model import ItemPromise
from services.tasks.roster.model import AGENTS, Post

DECLARE = (*AGENTS, "grid_worker", "secretary", "township_cadre")
"""Posts whose holders run errands for an area."""

NOW = (
    select(ItemPromise)
    .where(
        col(ItemPromise.post_id) == bindparam("post"),
        col(ItemPromise.item_code) == bindparam("item"),
        col(ItemPromise.ended_at).is_(None),
    )
    .with_for_update()
)


class NotYourPost(Forbidden):
    """Only whoever holds a post that runs errands says how long they usually need."""

    title_zh = "只能为自己在任的代办员、网格员、书记或乡镇干部岗位承诺时限。"


class OwnTimeTooLong(Conflict):
    """One's own time is not longer than the legal one."""

    title_zh = "您承诺的时限超过了法定时限，请改为法定时限以内。"


async def declare(session: Session, *, by: Actor, post_id: UUID, item_code: str, own_days: int) -> ItemPromise:
    """Say that an errand usually takes so many working days; it replaces what was said before.

    Raises `NotYourPost`, `NoSuchItem`, `OwnTimeTooLong`.
    """
    today = local_date(session.now)
    post = await session.get(Post, post_id)
    if post is None or post.person_id != by.person_id or not post.held_on(today) or post.kind not in DECLARE:
        raise NotYourPost()
    item = session.use(Catalogue).item(item_code, on=today)
    calendar = session.use(WorkCalendar)
    own = limit(Amount(value=own_days, unit=Unit.WORKING_DAYS), session.now, calendar)
    legal = limit(item.legal_time, session.now, calendar)
    if latest_promise(own.due_at) > latest_promise(legal.due_at):
        raise OwnTimeTooLong(legal_time=item.legal_time.title_zh)
    session.by_post = post.id
    before = await session.first(NOW, post=post_id, item=item_code)
    if before is not None:
        if before.own_days == own_days and before.person_id == by.person_id:
            return before
        before.ended_at = session.now
        await session.flush()  # so that the new one may take its place
    declared = ItemPromise(
        id=new_id(),
        township_code=f"{post.division_code[:9]}000",
        division_code=post.division_code,
        post_id=post.id,
        person_id=by.person_id,
        item_code=item.code,
        own_days=own_days,
        declared_at=session.now,
        ended_at=None,
    )
    session.add(declared)
    return declared


async def end(session: Session, promise_id: UUID, *, by: Actor) -> ItemPromise:
    """Say it no longer. Raises `NotFound` for what somebody else said."""
    declared = await session.get(ItemPromise, promise_id, lock=True)
    if declared is None or declared.person_id != by.person_id:
        raise NotFound()
    session.by_post = declared.post_id
    if declared.ended_at is None:
        declared.ended_at = session.now
    return declared
