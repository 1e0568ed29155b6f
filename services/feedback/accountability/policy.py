"""Who proposes, decides and hears an appeal: those above an organisation, and never whom it is about."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.accountability.model import AccountabilityCase, NobodyAbove
from services.feedback.roster import views as roster
from services.feedback.roster.model import Organization, Post

HEADS = ("secretary", "first_secretary")
"""Posts that speak for their organisation."""

SPEAKS = (
    select(Post.id)
    .where(roster.OWN_POSTS, col(Post.kind).in_(HEADS), col(Post.organization_id) == bindparam("organization"))
    .limit(1)
)
SPOKEN_FOR = select(Post.organization_id).where(roster.OWN_POSTS, col(Post.kind).in_(HEADS))


class MayNotHoldToAccount(Forbidden):
    """This lies with those in charge above the organisation, and never with the one whom it is about."""

    title_zh = "问责和表彰由该单位的上级组织负责人办理，当事人本人不能办理，请联系上级组织。"


class DecidesAgain(Forbidden):
    """An appeal is decided by somebody who had no part in the decision."""

    title_zh = "申诉须由没有参与原决定的另一人办理，请转给上级组织的其他负责人。"


class NotYoursToAnswer(Forbidden):
    """Only whoever it is about answers or appeals: the person, or the head of the organisation."""

    title_zh = "只有当事人本人，或被问责单位的书记，可以说明情况或申诉。"


async def superior_of(session: Session, organization_id: UUID) -> Organization:
    """The organisation right above one. Raises `NobodyAbove`."""
    one = await session.get(Organization, organization_id)
    above = None if one is None or one.superior_id is None else await session.get(Organization, one.superior_id)
    if above is None:
        raise NobodyAbove()
    return above


async def appeals_go_to(session: Session, organization_id: UUID) -> Organization:
    """One level above those who decided; that same level where nothing is above it, and then to others there."""
    above = await superior_of(session, organization_id)
    higher = None if above.superior_id is None else await session.get(Organization, above.superior_id)
    return higher or above


async def check_in_charge(session: Session, actor: Actor, at: UUID) -> None:
    """Those in charge at an organisation or above it. Raises `MayNotHoldToAccount`."""
    given = {"organization": at, "person": actor.person_id, "today": local_date(session.now)}
    post = await session.first(roster.CHARGE_OF_ORGANIZATION, **given)
    if post is None:
        raise MayNotHoldToAccount()
    session.by_post = post


async def check_not_about(session: Session, person_id: UUID, case: AccountabilityCase) -> None:
    """Nobody decides about themselves or the organisation that they speak for. Raises `MayNotHoldToAccount`."""
    if await is_about(session, person_id, case):
        raise MayNotHoldToAccount()


async def is_about(session: Session, person_id: UUID, case: AccountabilityCase) -> bool:
    """Whether somebody is the one it is about, or speaks for the organisation that it is about."""
    if case.post_id is not None:
        return case.person_id == person_id
    return await speaks_for(session, person_id, case.organization_id)


async def speaks_for(session: Session, person_id: UUID, organization_id: UUID) -> bool:
    """Whether somebody is a secretary of an organisation today."""
    given = {"organization": organization_id, "person": person_id, "today": local_date(session.now)}
    return await session.first(SPEAKS, **given) is not None


async def check_may_see(session: Session, actor: Actor, case: AccountabilityCase | None) -> AccountabilityCase:
    """A case, to whom it is about and to those who see the work from above. Raises `NotFound`."""
    if case is None:
        raise NotFound()
    if await is_about(session, actor.person_id, case):
        return case
    above = await superior_of(session, case.organization_id)
    if await roster.oversees_organization(session, actor.person_id, above.id, today=local_date(session.now)):
        return case
    raise NotFound()
