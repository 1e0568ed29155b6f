"""The loop that hands grades to the platform: each try is noted before it is made, and no transaction waits for it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.inbox import Sessions
from services.feedback.national_ratings.actions import NationalRatings
from services.feedback.national_ratings.content import digest_of
from services.feedback.national_ratings.model import ALONE_FROM, CHANGED_HERE, NationalRating
from services.feedback.national_ratings.platform import Sent, Verdict

AT_ONCE = 50  # grades in one call
DUE = (
    select(NationalRating.id)
    .where(col(NationalRating.next_at) <= bindparam("now"))
    .order_by(col(NationalRating.next_at))
    .limit(AT_ONCE)
)

log = structlog.get_logger("national-ratings")


async def send_ratings(sessions: Sessions) -> int:
    """Try what is to be tried now; returns how many grades were."""
    async with sessions(None) as session:
        platform = session.use(NationalRatings).platform
        due = await session.all(DUE, now=real_now())
    if platform is None or not due:
        return 0
    for batch in await _begin(sessions, due):
        await _note(sessions, await platform.send(batch))
    return len(due)


async def _begin(sessions: Sessions, due: Sequence[UUID]) -> list[list[Sent]]:
    """Note that they are tried, in a transaction of its own: one batch, and those that failed before each alone."""
    together: list[Sent] = []
    alone: list[list[Sent]] = []
    async with sessions(None) as session:
        await session.fetch(NationalRating, due, lock=True)
        for rating_id in due:
            rating = await session.get(NationalRating, rating_id, lock=True)
            if rating is None or rating.content is None or not rating.begin(at=real_now()):
                continue
            if digest_of(rating.content) != rating.digest:
                rating.refused(CHANGED_HERE, again=False, after=None, at=real_now())
                log.error("altered", rating=str(rating.id))
                continue
            sent = Sent(rating.id, rating.invitation_id, rating.version, rating.content)
            if rating.attempts < ALONE_FROM:
                together.append(sent)
            else:
                alone.append([sent])
    return [together, *alone] if together else alone


async def _note(sessions: Sessions, verdicts: Mapping[UUID, Verdict]) -> None:
    now = real_now()
    async with sessions(None) as session:
        await session.fetch(NationalRating, list(verdicts), lock=True)
        for rating_id, verdict in verdicts.items():
            rating = await session.get(NationalRating, rating_id, lock=True)
            if rating is None or rating.next_at is None:
                continue
            if verdict.refusal is None:
                rating.taken(verdict.receipt, at=now)
                continue
            rating.refused(verdict.refusal, again=verdict.again, after=verdict.after, at=now)
            log.warning("refused", rating=str(rating.id), code=verdict.refusal, stage=rating.stage.value)
