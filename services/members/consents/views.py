"""Reading consents: those that wait at the counters of an area."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.session import Session
from services.members.consents import policy
from services.members.consents.model import Consent, ConsentStage, Telling

WAITING = (
    select(Consent)
    .where(
        col(Consent.stage) == ConsentStage.WAITING,
        col(Consent.division_code).between(bindparam("first"), bindparam("last")),
        col(Consent.asked_by) != bindparam("person"),
        col(Consent.person_id) != bindparam("person"),
        col(Consent.id) < bindparam("before"),
        (col(Consent.telling).is_(None))
        | (col(Consent.telling) == Telling.IN_OFFICE)
        | (col(Consent.code_good_until) < bindparam("now")),
    )
    .order_by(col(Consent.id).desc())
    .limit(bindparam("most"))
)


async def waiting_for(session: Session, person_id: UUID, *, before: UUID, most: int) -> list[Consent]:
    """Whose code is to be told at this person's counter, from new to old; nobody's for those who tell none."""
    found = dict[UUID, Consent]()
    for first, last in await policy.telling_areas(session, person_id):
        given = {"first": first, "last": last, "person": person_id, "before": before, "most": most}
        found.update((one.id, one) for one in await session.all(WAITING, now=real_now(), **given))
    return sorted(found.values(), key=lambda one: one.id, reverse=True)[:most]
