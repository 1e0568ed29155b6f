"""Refusing to sign a letter, in words, and what those above answer; each the body of one transaction."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.letters import actions, policy
from services.tasks.letters.model import (
    LetterRefusal,
    LetterRefusedAlready,
    MayNotAnswerRefusal,
    MayNotCountersign,
    MayNotRefuseLetter,
    ResponsibilityLetter,
)
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster

OF_VERSION = select(LetterRefusal).where(col(LetterRefusal.version_id) == bindparam("version"))
OF_VERSION_LOCKED = OF_VERSION.with_for_update()


async def refuse(session: Session, letter_id: UUID, *, by: Actor, digest: str, words: str) -> ResponsibilityLetter:
    """The person says why they do not sign the text that has this digest; those above are told.

    It is a step of its own and costs nothing: the letter stands among those that lack a signature until its items are
    other ones, or it is signed after all.

    Raises `NotFound`, `MayNotRefuseLetter`, `NotThisText`, `LetterRefusedAlready`, `NotAllowedNow`.
    """
    letter = await actions.to_move(session, letter_id)
    await policy.check_may_see(session, by, letter)
    if letter.person_id != by.person_id:
        raise MayNotRefuseLetter()
    session.by_post = (await roster.held_post(session, letter.post_id)).id
    version = await actions.seen_version(session, letter, digest)
    version.move("refuse")
    if await session.first(OF_VERSION, version=version.id) is not None:
        raise LetterRefusedAlready()
    letter.stage = version.stage
    refusal_id = new_id()
    session.add(
        LetterRefusal(
            id=refusal_id,
            township_code=letter.township_code,
            letter_id=letter.id,
            version_id=version.id,
            person_id=by.person_id,
            words=session.use(Vault).seal(words, place=place_of("letter_refusal", "words", refusal_id)),
            refused_at=session.now,
            answer=None,
            answered_by=None,
            answered_by_name=None,
            answered_at=None,
        )
    )
    _, superior = await roster.head_at_or_above(
        session, letter.organization_id, steps=1, today=local_date(session.now), past=letter.person_id
    )
    if superior is not None:
        tell(session, superior.person_id, NoticeKind.LETTER_REFUSED, about_id=letter.id)
    return letter


async def answer(session: Session, letter_id: UUID, *, by: Actor, words: str) -> ResponsibilityLetter:
    """Somebody above says why the text stands; the person is asked anew. Who agrees gives the letter other items.

    Raises `NotFound`, `MayNotAnswerRefusal`, `NotAllowedNow`.
    """
    letter = await actions.to_move(session, letter_id)
    try:
        post = await policy.check_may_countersign(session, by, letter)
    except MayNotCountersign:
        raise MayNotAnswerRefusal() from None
    version = await actions.latest_of(session, letter)
    version.move("answer")
    letter.stage = version.stage
    [refusal] = await session.all(OF_VERSION_LOCKED, version=version.id)
    refusal.answer = session.use(Vault).seal(words, place=place_of("letter_refusal", "answer", refusal.id))
    refusal.answered_by, refusal.answered_by_name, refusal.answered_at = by.person_id, post.name, session.now
    tell(session, letter.person_id, NoticeKind.LETTER_REFUSAL_ANSWERED, about_id=letter.id)
    return letter
