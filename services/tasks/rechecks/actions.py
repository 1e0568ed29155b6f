"""Drawing, once a month is over, which of its handled cases the next level asks about."""

from collections import defaultdict
from datetime import date, timedelta
from secrets import token_hex
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date, midnight
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rechecks import drawing, owing
from services.tasks.rechecks.model import RecheckDraw
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import ORDINARY
from services.tasks.roster import views as roster
from services.tasks.rules.pack import RuleId, RulePack

OF_MONTH = select(RecheckDraw.id).where(col(RecheckDraw.month) == bindparam("month")).limit(1)
HANDLED = (
    columns(col(ServiceRequest.organization_id), col(ServiceRequest.id))
    .where(
        col(ServiceRequest.handled_at) >= bindparam("since"),
        col(ServiceRequest.handled_at) < bindparam("until"),
        col(ServiceRequest.organization_id).is_not(None),
        col(ServiceRequest.about_person_id).is_(None),
        ~col(ServiceRequest.anonymous),
        ORDINARY,
    )
    .order_by(col(ServiceRequest.id))
)
"""Who gave no name cannot be asked; a complaint about somebody in office goes its own way."""


async def draw_what_is_due(session: Session) -> int:
    """Draw for the month that is over, once, for every organisation with units below it; returns how many there were.

    The service's upkeep. The seed is made here, so that nobody knows before who will be asked.
    """
    today = local_date(session.now)
    until = today.replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    if await session.first(OF_MONTH, month=_month(since)) is not None:
        return 0
    by_owner: dict[UUID, dict[UUID, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    owners: dict[UUID, UUID] = {}
    for unit, case in await session.all(HANDLED, since=midnight(since), until=midnight(until)):
        if unit is None:  # the statement finds none
            continue
        if unit not in owners:
            owners[unit] = (await roster.organizations_over(session, unit))[0]
        by_owner[owners[unit]][unit].append(case)
    for owner, cases in sorted(by_owner.items()):
        await _draw(session, owner, cases, month=_month(since), today=today)
    return len(by_owner)


async def _draw(session: Session, owner: UUID, cases: drawing.Cases, *, month: str, today: date) -> None:
    share, seed = session.use(RulePack).rule(RuleId.RECHECK, on=today).value, token_hex(32)
    drawn = [case for of_unit in drawing.draw(cases, share=share, seed=seed).values() for case in of_unit]
    made = RecheckDraw(
        id=new_id(),
        organization_id=owner,
        month=month,
        share=share,
        seed=bytes.fromhex(seed),
        cases_digest=bytes.fromhex(drawing.cases_sha256(cases)),
        handled=sum(map(len, cases.values())),
        drawn=len(drawn),
        at=session.now,
    )
    session.add(made)
    audit.record(session, actor_id=None, action="draw_rechecks", about=made.id, reason="monthly")
    for case in drawn:
        request = await session.get(ServiceRequest, case, lock=True)
        if request is not None:
            await owing.owe(session, request, draw_id=made.id)
    head = await roster.head_of(session, owner, today=today)
    if head is not None:
        tell(session, head.person_id, NoticeKind.RECHECKS_DRAWN, about_id=made.id, lines=len(drawn))


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
