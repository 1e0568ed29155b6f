"""How many people of each division a survey asks, by the registers: for whether a part is to have its own key."""

from sqlalchemy import ColumnElement, bindparam, exists, func
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.divisions import span_of, township_of
from chassis.session import Session
from contracts.feedback import SurveyAnnounced
from services.members.credentials.surveys.model import Audience
from services.members.households.model import Citizen, Household
from services.members.organizations.model import Organization
from services.members.roll.model import Member
from services.members.words import MemberStage


def _in_area(kind: type[Citizen] | type[Member]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(kind.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(kind.division_code).between(bindparam("first"), bindparam("last")),
    )


CITIZENS = (
    columns(col(Citizen.division_code), func.count())
    .join_from(Citizen, Household, col(Household.id) == col(Citizen.household_id))
    .where(*_in_area(Citizen), col(Household.ended_on).is_(None))
    .group_by(col(Citizen.division_code))
)
ON_THE_ROLL_ALONE = (
    columns(col(Member.division_code), func.count())
    .where(
        *_in_area(Member),
        ~exists().where(
            col(Citizen.id) == col(Member.id),
            col(Household.id) == col(Citizen.household_id),
            col(Household.ended_on).is_(None),
        ),
    )
    .group_by(col(Member.division_code))
)
_below = (
    columns(col(Organization.id)).where(col(Organization.id) == bindparam("organization")).cte("below", recursive=True)
)
BELOW = _below.union(columns(col(Organization.id)).join(_below, col(Organization.superior_id) == _below.c.id))
MEMBERS = (
    columns(col(Member.division_code), func.count())
    .where(
        col(Member.organization_id).in_(columns(BELOW.c.id)),
        col(Member.stage).in_([stage for stage in MemberStage if stage.admitted]),
    )
    .group_by(col(Member.division_code))
)


async def people_asked(session: Session, event: SurveyAnnounced) -> dict[str, int]:
    """How many, by where they live; who works where the survey looks is among them."""
    if Audience(event.audience) is Audience.MEMBERS:
        return dict(await session.all(MEMBERS, organization=event.organization_id))
    first, last = span_of(event.whole.division_code)
    span = {"first": first, "last": last, "first_township": township_of(first), "last_township": township_of(last)}
    found = dict(await session.all(CITIZENS, **span))
    for code, many in await session.all(ON_THE_ROLL_ALONE, **span):
        found[code] = found.get(code, 0) + many
    return found
