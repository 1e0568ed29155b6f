"""What is told of warnings and climbs in the history of a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.clocks.model import Clock
from services.tasks.interim import views as interim
from services.tasks.orders import views as orders
from services.tasks.rules.pack import RulePack
from services.tasks.warnings.model import Climb, Warned

WARNED = select(Warned).where(col(Warned.request_id) == bindparam("request")).order_by(col(Warned.at), col(Warned.id))
CLIMBED = select(Climb).where(col(Climb.request_id) == bindparam("request")).order_by(col(Climb.at), col(Climb.id))


async def history(session: Session, request_id: UUID, clocks: list[Clock]) -> list[tuple[datetime, str, UUID | None]]:
    """Each threshold that a clock of the case passed, and each organisation up to which a missed limit climbed."""
    kinds = {clock.id: clock.kind.title_zh for clock in clocks}
    names = {colour.code: colour.name for colour in session.use(RulePack).colours}
    told: list[tuple[datetime, str, UUID | None]] = [
        (one.at, f"{kinds[one.clock_id]}时限亮{names.get(one.colour, one.colour)}预警", None)
        for one in await session.all(WARNED, request=request_id)
    ]
    for one in await session.all(CLIMBED, request=request_id):
        where = f"{kinds[one.clock_id]}逾期上报第 {one.level} 级：{one.organization_name}"
        if one.told_at is None:
            told.append((one.at, f"{where}（岗位空缺，已报更上一级）", None))
        else:
            acting = f"（代{one.acting_for_name}）" if one.acting_for_name else ""
            told.append((one.told_at, f"{where}，已告知 {one.person_name}{acting}", one.person_id))
    return [*told, *await orders.history(session, request_id), *await interim.history(session, request_id)]
