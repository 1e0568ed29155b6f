"""Who runs a survey: those in charge one level above whom it is about; and who reads what is not public of it."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.roster import views as roster
from services.feedback.roster.model import Organization
from services.feedback.scorecards.units import NoSuchUnit
from services.feedback.surveys.definitions.model import Survey


class MayNotRunSurveys(Forbidden):
    """A survey is run by those in charge one level above whom it is about."""

    title_zh = "满意度测评由被测单位的上一级组织（书记、督查、乡镇干部或县级管理员）组织，被测单位不能自己测自己。"


async def check_may_run(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Raises `NoSuchUnit`, `MayNotRunSurveys`."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NoSuchUnit()
    if not await _above(session, actor, organization.superior_id or organization.id, in_charge=True):
        raise MayNotRunSurveys()


async def check_runs(session: Session, actor: Actor, survey: Survey | None) -> Survey:
    """The survey, to those who may run it. Raises `NotFound`."""
    if survey is None:
        raise NotFound()
    try:
        await check_may_run(session, actor, survey.organization_id)
    except (MayNotRunSurveys, NoSuchUnit):
        raise NotFound() from None
    return survey


async def check_may_read(session: Session, actor: Actor, survey: Survey | None) -> Survey:
    """The survey, to those who see the work of whom it is about. Raises `NotFound`."""
    if survey is None or not await _above(session, actor, survey.organization_id, in_charge=False):
        raise NotFound()
    return survey


async def _above(session: Session, actor: Actor, organization_id: UUID, *, in_charge: bool) -> bool:
    today = local_date(session.now)
    return await roster.oversees_organization(
        session, actor.person_id, organization_id, today=today, in_charge=in_charge
    )
