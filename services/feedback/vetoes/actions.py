"""Proposing a veto, which holds once another person has confirmed it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, propose
from services.feedback.accountability import policy
from services.feedback.grounds import views as grounds_of
from services.feedback.grounds.model import Ground
from services.feedback.reports.policy import second_persons_areas
from services.feedback.roster.model import Organization
from services.feedback.rules.consequences import ConsequenceRules
from services.feedback.vetoes.model import NoSuchVetoItem, Veto, VetoStage, YearToCome


async def bring(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    year: int,
    item_code: str,
    grounds: Sequence[Ground],
    words: str,
) -> Veto:
    """Propose a veto for a unit and a year, from what is in the record.

    Raises `NotFound`, `NobodyAbove`, `MayNotHoldToAccount`, `NoSuchVetoItem`, `YearToCome`, `GroundNotInRecord`.
    """
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise NotFound()
    above = await policy.superior_of(session, organization.id)
    await policy.check_in_charge(session, by, above.id)
    if await policy.speaks_for(session, by.person_id, organization.id):
        raise policy.MayNotHoldToAccount()
    today = local_date(session.now)
    item = next((one for one in session.use(ConsequenceRules).vetoes(on=today) if one.id == item_code), None)
    if item is None:
        raise NoSuchVetoItem()
    if year > today.year:
        raise YearToCome()
    veto_id = new_id()
    veto = Veto(
        id=veto_id,
        division_code=organization.division_code,
        organization_id=organization.id,
        year=year,
        item_code=item.id,
        best=item.best,
        grounds=await grounds_of.kept(session, grounds, area=organization.division_code),
        words=session.use(Vault).seal(words, place=place_of("veto", "words", veto_id)),
        stage=VetoStage.PROPOSED,
        proposed_by=by.person_id,
        proposed_at=session.now,
        confirmed_by=None,
        settled_at=None,
    )
    session.add(veto)
    propose(session, VETO, about=veto.id, scope=above.division_code, reason=item.id, words=words, by=by)
    return veto


async def _confirm(session: Session, proposal: Proposal, second: UUID) -> None:
    """Raises `MayNotHoldToAccount` for who speaks for the unit."""
    veto = await _proposed(session, proposal)
    if await policy.speaks_for(session, second, veto.organization_id):
        raise policy.MayNotHoldToAccount()
    veto.settle("confirm", by=second, at=session.now)


async def _refuse(session: Session, proposal: Proposal) -> None:
    (await _proposed(session, proposal)).settle("refuse", by=None, at=session.now)


async def _proposed(session: Session, proposal: Proposal) -> Veto:
    veto = await session.get(Veto, proposal.about, lock=True)
    if veto is None:
        raise NotFound()
    return veto


VETO = Act(
    kind="veto.confirm",
    title_zh="一票否决",
    good_for=timedelta(days=30),
    areas=second_persons_areas,
    carry_out=_confirm,
    let_go=_refuse,
)
