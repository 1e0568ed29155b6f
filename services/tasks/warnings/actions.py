"""Looking at a clock: its thresholds noted once each, its case coloured, and a missed limit sent up the tree."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.model import Clock
from services.tasks.notices.actions import remind
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.discipline import inspectors_of
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import in_place_of
from services.tasks.rules.colours import Colour
from services.tasks.rules.pack import RulePack
from services.tasks.warnings import colours, ladder
from services.tasks.warnings.model import Warned

NOTED = select(Warned).where(col(Warned.clock_id) == bindparam("clock"))


async def look(session: Session, clock: Clock, request: ServiceRequest) -> datetime | None:
    """Do what is due of a running clock, both locked; returns when to look again, if ever.

    However often and however late it is called: each threshold is noted once for each end that the clock has had, and
    each organisation is reached once.
    """
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    ahead = colours.thresholds(clock, pack, calendar)
    await colours.show(session, request)
    with_whom = await _with_whom(session, request)
    told_of = await _note(session, clock, [one for one in ahead if one[0] <= session.now])
    climbed, climbs_at = False, None
    if session.now >= clock.due_at:
        climbed, climbs_at = await ladder.climb(session, clock, request, with_whom=with_whom)
        if climbed and clock.level == 1:
            told_of = NoticeKind.MISSED
    if told_of is not None:
        for person_id in sorted(with_whom):
            await remind(session, person_id, told_of, request_id=request.id, clock=clock, colour=request.colour)
    ends = [clock.due_at, *(at for at, _ in ahead), *([climbs_at] if climbs_at else [])]
    return min((at for at in ends if at > session.now), default=None)


async def _note(session: Session, clock: Clock, passed: list[tuple[datetime, Colour]]) -> NoticeKind | None:
    """Note the thresholds that were passed and not noted yet; what is to be told of them, if anything is new."""
    known = {(one.colour, one.due_at) for one in await session.all(NOTED, clock=clock.id)}
    told_of = None
    for at, colour in passed:
        if (colour.code, clock.due_at) in known:
            continue
        session.add(
            Warned(
                id=new_id(),
                request_id=clock.request_id,
                clock_id=clock.id,
                colour=colour.code,
                due_at=clock.due_at,
                at=at,
            )
        )
        if at < clock.due_at:
            clock.warned_at = clock.warned_at or session.now
            told_of = NoticeKind.WARNING
        elif at > clock.due_at:
            told_of = NoticeKind.MISSED  # the end itself is told of by the climb
    return told_of if session.now < clock.due_at or told_of is NoticeKind.MISSED else None


async def _with_whom(session: Session, request: ServiceRequest) -> set[UUID]:
    """Who has the case, or acts for them; while nobody has it, those who are to give it to somebody."""
    if request.for_discipline:
        if request.working_person_id is not None:
            return {request.working_person_id}
        return {post.person_id for post in await inspectors_of(session, request)}
    lead = await session.get(ServiceRequest, request.merged_into) if request.merged_into else None
    at, today = lead or request, local_date(session.now)
    if at.working_person_id is not None:
        organization = at.working_organization_id
        return {await in_place_of(session, at.working_person_id, organization_id=organization, today=today)}
    past = request.about_person_id
    if past is None or request.about_organization_id is None:
        return {post.person_id for post in await roster.dispatchers_of(session, request.township_code, today=today)}
    watching = await roster.supervision_over(session, request.about_organization_id, today=today, past=past)
    return {post.person_id for post in watching}
