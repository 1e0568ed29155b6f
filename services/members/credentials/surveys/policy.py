"""Whom a survey asks: who lives in its area, or is on the roll of the organisation; and nobody who works there."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import col, select

from chassis.divisions import lies_in, township_of
from chassis.session import Session
from services.members.accounts.views import Identity
from services.members.credentials.model import CellKey
from services.members.credentials.surveys.model import Audience, CalledSurvey
from services.members.households.model import Household
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.roll.model import Member

DRAWING: ColumnElement[bool] = col(CalledSurvey.draws_until) >= bindparam("today")
OF_AREA = select(CalledSurvey).where(
    DRAWING,
    col(CalledSurvey.audience) == Audience.VILLAGERS,
    col(CalledSurvey.division_code).in_([bindparam("division"), bindparam("township"), bindparam("district")]),
)
OF_ORGANIZATION = select(CalledSurvey).where(
    DRAWING,
    col(CalledSurvey.audience) == Audience.MEMBERS,
    col(CalledSurvey.organization_id) == bindparam("organization"),
)
OVER_IT = select(CellKey).where(
    col(CellKey.survey_id) == bindparam("survey"),
    col(CellKey.division_code).in_(
        [bindparam("division"), bindparam("township"), bindparam("district"), bindparam("whole")]
    ),
)
OF_SURVEY = select(CellKey).where(col(CellKey.survey_id) == bindparam("survey"))


async def open_to(
    session: Session, identity: Identity, posts: Sequence[Post], *, drawn: set[UUID], today: date
) -> list[CellKey]:
    """The parts of surveys of which somebody may draw a credential, or has drawn it: one of each survey.

    Who has drawn one keeps it, wherever they are entered as living by now.
    """
    home = await _home(session, identity)
    areas = {"division": home, "township": township_of(home), "district": f"{home[:6]}000000"}
    found = []
    for survey in await _asking(session, identity, areas, today=today):
        if survey.is_about(posts, today=today):
            continue
        already = [key for key in await session.all(OF_SURVEY, survey=survey.id) if key.id in drawn]
        keys = await session.all(OVER_IT, survey=survey.id, whole=survey.division_code, **areas)
        found += already or key_of(keys, home=home, whole=survey.division_code)
    return found


def key_of(keys: Sequence[CellKey], *, home: str, whole: str) -> list[CellKey]:
    """The one key of a survey that is somebody's: that of their part, else that of the whole, else none."""
    own = [key for key in keys if key.division_code != whole and lies_in(home, key.division_code)]
    return (own or [key for key in keys if key.division_code == whole])[:1]


async def _asking(session: Session, identity: Identity, areas: dict[str, str], *, today: date) -> list[CalledSurvey]:
    """The surveys that ask somebody, as one of the people of an area or of those on the roll."""
    found = await session.all(OF_AREA, today=today, **areas)
    member = identity.member
    if member is not None and member.stage.admitted:
        for organization_id in await _upward(session, member):
            found += await session.all(OF_ORGANIZATION, today=today, organization=organization_id)
    return found


async def _home(session: Session, identity: Identity) -> str:
    """Where somebody lives: by the register of households, else by the roll."""
    citizen, member = identity.citizen, identity.member
    if citizen is not None and member is not None:
        household = await session.get(Household, citizen.household_id)
        if household is None or household.ended_on is not None:
            return member.division_code
    return identity.person.division_code if citizen is None else citizen.division_code


async def _upward(session: Session, member: Member) -> list[UUID]:
    """The organisation on whose roll somebody is, and those above it."""
    found: list[UUID] = []
    above: UUID | None = member.organization_id
    while above is not None and above not in found:
        found.append(above)
        organization = await session.get(Organization, above)
        above = None if organization is None else organization.superior_id
    return found
