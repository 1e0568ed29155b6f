"""Who keeps a village's matters, and who reads of them before they are public."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.deliberations.model import MayNotKeepDeliberations
from services.feedback.roster import views as roster


async def check_may_read_area(session: Session, actor: Actor, code: str) -> None:
    """Those who see the work of an area by a post there or above. Raises `Forbidden`."""
    if not await _sees(session, actor, code, in_charge=False):
        raise Forbidden()


async def check_may_read(session: Session, actor: Actor, code: str) -> None:
    """As `check_may_read_area`, about one thing that others need not know to be there. Raises `NotFound`."""
    if not await _sees(session, actor, code, in_charge=False):
        raise NotFound()


async def check_may_open(session: Session, actor: Actor, code: str) -> None:
    """Those in charge of the village. Raises `MayNotKeepDeliberations`."""
    if not await _sees(session, actor, code, in_charge=True):
        raise MayNotKeepDeliberations()


async def check_may_keep(session: Session, actor: Actor, code: str) -> None:
    """Of those who read it, the ones in charge. Raises `NotFound`, `MayNotKeepDeliberations`."""
    await check_may_read(session, actor, code)
    await check_may_open(session, actor, code)


async def _sees(session: Session, actor: Actor, code: str, *, in_charge: bool) -> bool:
    today = local_date(session.now)
    return await roster.oversees_area(session, actor.person_id, code, today=today, in_charge=in_charge)
