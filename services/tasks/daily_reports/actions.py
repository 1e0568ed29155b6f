"""Publishing the report of each day that is over, and issuing one anew."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.documents import day_zh
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.daily_reports.model import DailyReport, EditionReason, EditionReplaced, SameFigures
from services.tasks.figures import views as figures
from services.tasks.figures.model import Content, digest_of
from services.tasks.groups import policy
from services.tasks.groups.actions import DAY_OVER
from services.tasks.groups.model import WorkGroup
from services.tasks.letters.words import post_title
from services.tasks.roster.model import Division
from services.tasks.stationings.model import Stationing, TurnStage

MOST_AT_ONCE = 31
"""Days that one firing publishes; the next go with the next."""

LAST = (
    select(col(DailyReport.day))
    .where(col(DailyReport.group_id) == bindparam("group"))
    .order_by(col(DailyReport.day).desc())
    .limit(1)
)
TURNS_ON = (
    select(Stationing)
    .where(
        col(Stationing.group_id) == bindparam("group"),
        col(Stationing.from_on) <= bindparam("day", type_=Stationing.__table__.c.from_on.type),  # type: ignore[attr-defined]
        col(Stationing.to_on) >= bindparam("day", type_=Stationing.__table__.c.from_on.type),  # type: ignore[attr-defined]
        col(Stationing.stage) != TurnStage.CANCELLED,
    )
    .order_by(col(Stationing.division_code), col(Stationing.id))
)


async def content_of(session: Session, group: WorkGroup, day: date) -> Content:
    """What the rows say of a group's area on a local day."""
    lines = []
    for turn in await session.all(TURNS_ON, group=group.id, day=day):
        place = await session.get(Division, turn.division_code)
        name = place.name if place else turn.division_code
        handed = "，已交接" if turn.stage is TurnStage.TAKEN_OVER and turn.to_on == day else ""
        span = f"{day_zh(turn.from_on)}至{day_zh(turn.to_on)}"
        lines.append(f"轮驻安排：{name}由{post_title(turn.post_kind)}轮驻（{span}）{handed}。")
    return Content(
        issuer=group.title,
        title=f"{group.title}工作日报",
        first=day,
        last=day,
        units=await figures.units(session, group.division_code, first=day, last=day),
        lines=tuple(lines),
    )


async def publish_days(group_id: UUID, session: Session) -> None:
    """Publish every day of a group that is over and has no report yet, and come back after the next midnight."""
    group = await session.get(WorkGroup, group_id, lock=True)
    if group is None:
        return
    today = local_date(session.now)
    last = await session.first(LAST, group=group.id)
    day = last + timedelta(days=1) if last else group.from_on
    for _ in range(MOST_AT_ONCE):
        if day >= today or day > group.to_on:
            break
        publish(session, group, await content_of(session, group, day), edition=1, by=None, reason=None)
        day += timedelta(days=1)
    if day <= group.to_on:
        session.remind(DAY_OVER, about=group.id, due_at=midnight(day + timedelta(days=1)))


async def issue_anew(session: Session, report_id: UUID, *, by: Actor, reason: EditionReason) -> DailyReport:
    """Publish what the rows say now as a new edition; the old one stays.

    Raises `NotFound`, `MayNotSetUpGroups`, `EditionReplaced`, `SameFigures`.
    """
    old = await session.get(DailyReport, report_id, lock=True)
    group = await session.get(WorkGroup, old.group_id, lock=True) if old else None
    if old is None or group is None:
        raise NotFound()
    await policy.check_may_plan(session, by, group)
    if old.replaced_at is not None:
        raise EditionReplaced()
    content = await content_of(session, group, old.day)
    if content.packed() == old.content:
        raise SameFigures()
    old.replaced_at = session.now
    return publish(session, group, content, edition=old.edition + 1, by=by.person_id, reason=reason)


def publish(
    session: Session, group: WorkGroup, content: Content, *, edition: int, by: UUID | None, reason: EditionReason | None
) -> DailyReport:
    """Freeze what a report says; the action around it has seen who may."""
    packed = content.packed()
    made = DailyReport(
        id=new_id(),
        township_code=group.township_code,
        division_code=group.division_code,
        group_id=group.id,
        day=content.first,
        edition=edition,
        content=packed,
        digest=digest_of(packed),
        published_at=session.now,
        published_by=by,
        reason=reason,
        replaced_at=None,
    )
    session.add(made)
    return made
