"""Who identifies, posts, decides and sees: posts of the village and township, and the household itself."""

from collections.abc import Sequence
from uuid import UUID

from chassis.divisions import lies_in, span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.aid_files.model import AidFile
from services.members.households.model import Citizen
from services.members.pairings.policy import ARRANGING, posts_of
from services.members.words import PostKind

IDENTIFYING = (*ARRANGING, PostKind.SECRETARY, PostKind.FIRST_SECRETARY)
"""Posts that identify a household and post the notice, within their area."""

SEEING = (*IDENTIFYING, PostKind.SUPERVISOR, PostKind.AUDITOR)
"""Posts that see the files of their area."""


async def check_may_identify(session: Session, actor: Actor, division_code: str) -> None:
    """A secretary of the village, a cadre of the township, the county's operator. Raises `Forbidden`."""
    await _check_post(session, actor, division_code, IDENTIFYING)


async def check_may_decide(session: Session, actor: Actor, division_code: str) -> None:
    """A cadre of the township, or the county's operator. Raises `Forbidden`."""
    await _check_post(session, actor, division_code, ARRANGING)


async def deciders_areas(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody may be the second person of a decision today."""
    return [span_of(post.division_code) for post in await posts_of(session, Actor(person_id), ARRANGING)]


async def check_may_see(session: Session, actor: Actor, file: AidFile) -> bool:
    """The household, and posts of the area: these see who objected, too (`True`). Raises `NotFound` for others."""
    for post in await posts_of(session, actor, SEEING):
        if lies_in(file.division_code, post.division_code):
            session.by_post = post.id
            return True
    citizen = await session.get(Citizen, actor.person_id)
    if citizen is None or citizen.household_id != file.household_id:
        raise NotFound()
    return False


async def check_sees_area(session: Session, actor: Actor, division_code: str) -> None:
    """Whoever sees the whole of an area by a post. Raises `Forbidden`."""
    await _check_post(session, actor, division_code, SEEING)


async def _check_post(session: Session, actor: Actor, division_code: str, kinds: Sequence[PostKind]) -> None:
    for post in await posts_of(session, actor, kinds):
        if lies_in(division_code, post.division_code):
            session.by_post = post.id
            return
    raise Forbidden()
