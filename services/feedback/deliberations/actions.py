"""Opening a matter, taking it back or ending it, and giving what was resolved out to be carried out."""

from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.deliberations import policy
from services.feedback.deliberations.model import (
    CarrierNotNamed,
    Deliberation,
    DeliberationKind,
    DeliberationStage,
    EndReason,
    NotAVillage,
    StillCarriedOut,
)
from services.feedback.roster.model import Division, Post

VILLAGES = {"village", "community"}


async def open_matter(
    session: Session,
    *,
    by: Actor,
    division_code: str,
    kind: DeliberationKind,
    title: str,
    words: str,
    carrier_post_id: UUID | None,
    carry_out_by: date | None,
) -> Deliberation:
    """Put a matter before a village, at its first step.

    Raises `NotAVillage`, `MayNotKeepDeliberations`, `CarrierNotNamed`.
    """
    area = await session.get(Division, division_code)
    if area is None or area.kind not in VILLAGES:
        raise NotAVillage()
    await policy.check_may_open(session, by, division_code)
    decision = kind is DeliberationKind.DECISION
    await _check_named(session, carrier_post_id, carry_out_by, wanted=decision)
    matter_id = new_id()
    matter = Deliberation(
        id=matter_id,
        township_code=township_of(division_code),
        division_code=division_code,
        kind=kind,
        title=title,
        words=_sealed(session, matter_id, words),
        version=1,
        stage=DeliberationStage.PROPOSING if decision else DeliberationStage.RESOLVING,
        opened_by=by.person_id,
        opened_at=session.now,
        carrier_post_id=carrier_post_id,
        carry_out_by=carry_out_by,
        year=None,
        number=None,
        resolved_on=None,
        published_on=None,
        turn=0,
        item_id=None,
        carrier_id=None,
        carried_out_on=None,
        followed_at=None,
        due_on=None,
        end_reason=None,
        ended_at=None,
    )
    session.add(matter)
    return matter


async def put_again(
    session: Session,
    matter_id: UUID,
    *,
    by: Actor,
    words: str,
    carrier_post_id: UUID | None,
    carry_out_by: date | None,
) -> Deliberation:
    """Put a matter that was not carried, or against which an objection was upheld, before the first step again.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `CarrierNotNamed`.
    """
    matter = await locked(session, matter_id, by=by)
    matter.move("propose_again" if matter.follows else "elect_again")
    await _check_named(session, carrier_post_id, carry_out_by, wanted=matter.follows)
    matter.version += 1
    matter.words = _sealed(session, matter.id, words)
    matter.carrier_post_id, matter.carry_out_by = carrier_post_id, carry_out_by
    return matter


async def end(session: Session, matter_id: UUID, *, by: Actor, reason: EndReason) -> Deliberation:
    """Not go on with a matter, for a reason. Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`."""
    matter = await locked(session, matter_id, by=by)
    matter.move("end")
    matter.end_reason, matter.ended_at = reason, session.now
    return matter


async def name_carrier(
    session: Session, matter_id: UUID, *, by: Actor, carrier_post_id: UUID, carry_out_by: date
) -> Deliberation:
    """Give a resolution out anew, after what was given out was taken off its list.

    Raises `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `StillCarriedOut`, `CarrierNotNamed`.
    """
    matter = await locked(session, matter_id, by=by)
    matter.move("give_again", due_on=matter.due_on)
    if matter.item_id is not None or matter.followed_at is None:
        raise StillCarriedOut()
    await check_carrier(session, carrier_post_id, carry_out_by, after=local_date(session.now))
    give_out(session, matter, post_id=carrier_post_id, until=carry_out_by, by=by.person_id)
    return matter


def give_out(session: Session, matter: Deliberation, *, post_id: UUID, until: date, by: UUID) -> None:
    """Have a resolution, locked, carried out by a post until a day: `tasks` sets it on a list."""
    session.publish(matter.give_out(post_id=post_id, until=until, by=by, at=session.now))


async def locked(session: Session, matter_id: UUID, *, by: Actor) -> Deliberation:
    """A matter that the actor keeps, to be changed. Raises `NotFound`, `MayNotKeepDeliberations`."""
    matter = await session.get(Deliberation, matter_id, lock=True)
    if matter is None:
        raise NotFound()
    await policy.check_may_keep(session, by, matter.division_code)
    return matter


async def check_carrier(session: Session, post_id: UUID | None, until: date | None, *, after: date) -> None:
    """See that a post is named that somebody holds today, and a day after another. Raises `CarrierNotNamed`."""
    today = local_date(session.now)
    post = await session.get(Post, post_id) if post_id else None
    held = (
        post is not None
        and post.ended_at is None
        and post.from_on <= today
        and (post.to_on is None or post.to_on >= today)
    )
    if not held or until is None or until <= after:
        raise CarrierNotNamed(after=after.isoformat())


async def _check_named(session: Session, post_id: UUID | None, until: date | None, *, wanted: bool) -> None:
    """See that a decision names who carries it out, and an election nobody. Raises `CarrierNotNamed`."""
    if wanted:
        await check_carrier(session, post_id, until, after=local_date(session.now))
    elif post_id is not None or until is not None:
        raise CarrierNotNamed()


def _sealed(session: Session, matter_id: UUID, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("deliberation", "words", matter_id))
