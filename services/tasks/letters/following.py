"""Letters that follow the lists: a change of the items in the post's name makes a new version soon."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.letters import actions, items
from services.tasks.letters.model import ResponsibilityLetter, TooManyItems

FOLLOW = "follow_list"
"""The timer that looks whether a letter's items are other ones by now."""
TOGETHER = timedelta(minutes=10)
"""Changes within this time make one version, so that a plan that is broken down is not signed forty times."""

FOLLOWING = (
    select(ResponsibilityLetter)
    .where(
        col(ResponsibilityLetter.person_id) == bindparam("person"),
        col(ResponsibilityLetter.from_lists),
        col(ResponsibilityLetter.stale_at).is_(None),
    )
    .with_for_update()
)


async def mark(session: Session, persons: Iterable[UUID]) -> None:
    """Something of what these persons have changed: look at their letters soon."""
    for person_id in dict.fromkeys(persons):
        for letter in await session.all(FOLLOWING, person=person_id):
            letter.stale_at = session.now
            session.remind(FOLLOW, about=letter.id, due_at=session.now + TOGETHER)


async def follow(letter_id: UUID, session: Session) -> None:
    """Give a letter a new version if its items are other ones by now; of too many it keeps the old."""
    letter = await session.get(ResponsibilityLetter, letter_id, lock=True)
    if letter is None:
        return
    letter.stale_at = None
    try:
        lines = await items.of_post(session, letter.post_id, letter.person_id, year=letter.year)
    except TooManyItems:
        return
    await actions.renew(session, letter, lines, by=None)
