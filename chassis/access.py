"""What a service has heard from `members` of keys and of access taken back, in its own tables."""

from datetime import timedelta

from sqlalchemy import bindparam, select

from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE, Heard
from chassis.session import Session
from chassis.tables import VERIFICATION_KEY, WITHDRAWN_ACCESS, new_id
from contracts.members import AccessWithdrawn, SigningKeyPublished, SigningKeyWithdrawn

KEPT = TOKEN_LIFE + timedelta(minutes=5)
"""How long it is remembered that access was taken back: the last token's life, and what clocks may differ by."""

KEYS = select(VERIFICATION_KEY.c.kid, VERIFICATION_KEY.c.public_key, VERIFICATION_KEY.c.not_after).order_by(
    VERIFICATION_KEY.c.kid
)
WITHDRAWN = select(WITHDRAWN_ACCESS.c.subject_id, WITHDRAWN_ACCESS.c.session_id, WITHDRAWN_ACCESS.c.before)
NOT_AFTER = select(VERIFICATION_KEY.c.not_after).where(VERIFICATION_KEY.c.kid == bindparam("kid"))
OVER = select(WITHDRAWN_ACCESS.c.id).where(WITHDRAWN_ACCESS.c.before < bindparam("before")).limit(1000)


async def hear_of_signing_key(event: SigningKeyPublished, session: Session) -> None:
    """Keep the key by which the actors' tokens are checked; what is known of it already may only end sooner."""
    known = await session.first(NOT_AFTER, kid=event.kid)
    if known is None:
        session.insert(
            VERIFICATION_KEY, {"kid": event.kid, "public_key": event.public_key, "not_after": event.not_after}
        )
    elif event.not_after < known[0]:
        session.alter(VERIFICATION_KEY, event.kid, {"not_after": event.not_after})


async def hear_of_withdrawn_key(event: SigningKeyWithdrawn, session: Session) -> None:
    """Believe no token of this key any more. One that was never heard of is believed by nobody."""
    known = await session.first(NOT_AFTER, kid=event.kid)
    if known is not None and event.withdrawn_at < known[0]:
        session.alter(VERIFICATION_KEY, event.kid, {"not_after": event.withdrawn_at})


async def hear_of_withdrawn_access(event: AccessWithdrawn, session: Session) -> None:
    """Remember whose tokens are refused, unless all of them have ended by themselves."""
    if event.before > real_now() - KEPT:
        session.insert(
            WITHDRAWN_ACCESS,
            {
                "id": new_id(),
                "subject_id": event.subject_id,
                "session_id": event.session_id,
                "before": event.before,
            },
        )


HEARS = (hear_of_signing_key, hear_of_withdrawn_key, hear_of_withdrawn_access)
"""What every service hears, whatever else it does."""


async def read_heard(session: Session) -> Heard:
    """Everything that tokens are checked against."""
    return Heard(keys=await session.all(KEYS), withdrawn=await session.all(WITHDRAWN))


async def forget_old(session: Session) -> int:
    """Take away what speaks of tokens that have ended by themselves; returns how many rows."""
    over = [row for (row,) in await session.all(OVER, before=real_now() - KEPT)]
    if over:
        session.erase(WITHDRAWN_ACCESS, *over)
    return len(over)
