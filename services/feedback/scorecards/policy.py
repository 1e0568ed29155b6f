"""Who may open the cases behind a figure: those who see the work of the unit or one above; an agent, their own."""

from typing import NamedTuple

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.feedback.roster import views as roster
from services.feedback.scorecards.model import INDICATORS, Indicator, Scorecard
from services.feedback.scorecards.units import Unit


class KeptFromHandler(Forbidden):
    """What the people served think of your own cases is not shown to you."""

    title_zh = "群众对您本人承办事项的评价不向您显示；如需了解整改要求，请查看整改任务。"


async def opens_only_own(session: Session, actor: Actor, unit: Unit, indicator: Indicator) -> bool:
    """Whether the actor sees their own cases alone behind a unit's figure. Raises `Forbidden`, `KeptFromHandler`."""
    if await _oversees(session, actor, unit):
        return False
    if not await roster.runs_errands(session, actor.person_id, today=local_date(session.now)):
        raise Forbidden()
    if indicator.kept_from_handler:
        raise KeptFromHandler()
    return True


FEW = 5  # an own value: below so many grades a figure says what each of them was


class Hidden(NamedTuple):
    """The indicators of a scorecard whose numerator, and whose denominator, is not told."""

    numerators: frozenset[str] = frozenset()
    denominators: frozenset[str] = frozenset()


def hidden_from_handlers(card: Scorecard) -> Hidden:
    """What says of a few people whether they graded, or how: whoever handles cases may know who those people are."""
    counted = {figure.indicator: figure.denominator for figure in card.figures}
    numerators, denominators = set[str](), set[str]()
    for indicator in INDICATORS.values():
        if not indicator.beside:
            continue
        if max(counted[name] for name in indicator.beside) < FEW:  # so many were asked
            numerators.update(indicator.beside)
            denominators.add(indicator.id)  # which is how many of them graded
        if counted[indicator.id] < FEW:
            numerators.add(indicator.id)
    return Hidden(frozenset(numerators), frozenset(denominators))


async def may_see_few_grades(session: Session, actor: Actor) -> bool:
    """Whether a satisfaction figure of a few grades is shown: not to those who handle cases, one of which it may be."""
    return not await roster.runs_errands(session, actor.person_id, today=local_date(session.now))


async def _oversees(session: Session, actor: Actor, unit: Unit) -> bool:
    today = local_date(session.now)
    if unit.organization_id is not None:
        return await roster.oversees_organization(session, actor.person_id, unit.organization_id, today=today)
    return await roster.oversees_area(session, actor.person_id, unit.code, today=today)
