"""Who writes a village's disclosures, who looks them over, and who sees what waits."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.feedback.disclosures.model import MayNotDisclose, MayNotSupervise
from services.feedback.roster import reaching
from services.feedback.roster.model import READERS
from services.feedback.roster.reaching import SECRETARIES, Reached

SUPERVISORS = ("supervisor", "township_cadre")
"""Posts whose holders let a disclosure out: of the village itself (村务监督) or of an area around it."""

TITLES_ZH = {
    "secretary": "书记",
    "first_secretary": "第一书记",
    "supervisor": "监督（督查）",
    "township_cadre": "乡镇（街道）干部",
    "county_operator": "县级管理员",
}


def named(reached: Reached) -> str:
    """Who did it, as the public reads it."""
    return f"{TITLES_ZH.get(reached.kind, '')} {reached.name}".strip()


async def check_may_write(session: Session, actor: Actor, division_code: str) -> Reached:
    """The secretary of the village itself. Raises `MayNotDisclose`."""
    today = local_date(session.now)
    posts = await reaching.posts_reaching(session, actor.person_id, today=today, kinds=SECRETARIES)
    found = next((one for one in posts if one.area == division_code), None)
    if found is None:
        raise MayNotDisclose()
    session.by_post = found.post_id
    return found


async def check_may_supervise(session: Session, actor: Actor, division_code: str) -> Reached:
    """Whoever supervises the village, or an area around it. Raises `MayNotSupervise`."""
    found = await reaching.reaching(
        session, actor.person_id, division_code, today=local_date(session.now), kinds=SUPERVISORS
    )
    if found is None:
        raise MayNotSupervise()
    session.by_post = found.post_id
    return found


async def check_may_list(session: Session, actor: Actor, division_code: str) -> None:
    """Whoever writes or supervises puts an event on the village's list. Raises `MayNotDisclose`."""
    try:
        await check_may_supervise(session, actor, division_code)
    except MayNotSupervise:
        await check_may_write(session, actor, division_code)


async def check_may_read_work(session: Session, actor: Actor, code: str) -> None:
    """Whose posts reach the area. Raises `Forbidden`."""
    if await reaches(session, actor.person_id, code) is None:
        raise Forbidden()


async def reaches(session: Session, person_id: UUID, code: str) -> Reached | None:
    """The post by which somebody sees the work of an area."""
    return await reaching.reaching(session, person_id, code, today=local_date(session.now), kinds=READERS)
