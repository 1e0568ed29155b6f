"""Publishing what was resolved and what came of it, answering what is said against it, and going on after that."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date, midnight
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.deliberations.actions import check_carrier, give_out, locked
from services.feedback.deliberations.model import Deliberation, DeliberationStage
from services.feedback.deliberations.notices.model import (
    AnsweredByPublisher,
    ObjectedToNotice,
    Objection,
    ObjectionStage,
    PublicNotice,
    PublicNoticeKind,
    PublicNoticeOver,
)
from services.feedback.rules.meetings import DeliberationRules, Figure

SETTLE = "public_notice_over"
"""The timer of a publication: at the first instant after its last day."""

NEWEST = (
    select(PublicNotice)
    .where(col(PublicNotice.deliberation_id) == bindparam("matter"))
    .order_by(col(PublicNotice.id).desc())
    .limit(1)
)
OWN = select(Objection).where(
    col(Objection.notice_id) == bindparam("notice"), col(Objection.person_id) == bindparam("person")
)
MOVES = {
    PublicNoticeKind.RESOLUTION: ("post", Figure.RESOLUTION_POSTED),
    PublicNoticeKind.RESULT: ("report", Figure.RESULT_POSTED),
}


async def publish(
    session: Session,
    matter_id: UUID,
    *,
    by: Actor,
    kind: PublicNoticeKind,
    words: str,
    carrier_post_id: UUID | None = None,
    carry_out_by: date | None = None,
) -> PublicNotice:
    """Publish what was resolved, or what came of it, for the days of the rule.

    A resolution names who carries it out, perhaps anew, and a day after those on which it is published. Raises
    `NotFound`, `MayNotKeepDeliberations`, `NotAllowedNow`, `CarrierNotNamed`.
    """
    matter = await locked(session, matter_id, by=by)
    today = local_date(session.now)
    due_on = matter.due_on
    move, figure = MOVES[kind]
    until = today + timedelta(days=session.use(DeliberationRules).days(figure, on=today))
    matter.move(move)
    if kind is PublicNoticeKind.RESOLUTION and matter.follows:
        matter.carrier_post_id = carrier_post_id or matter.carrier_post_id
        matter.carry_out_by = carry_out_by or matter.carry_out_by
        await check_carrier(session, matter.carrier_post_id, matter.carry_out_by, after=until)
    matter.published_on = matter.published_on or today
    notice_id = new_id()
    notice = PublicNotice(
        id=notice_id,
        township_code=matter.township_code,
        division_code=matter.division_code,
        deliberation_id=matter.id,
        kind=kind,
        words=session.use(Vault).seal(words, place=place_of("public_notice", "words", notice_id)),
        published_by=by.person_id,
        published_at=session.now,
        published_on=today,
        until=until,
        due_on=due_on,
        open_objections=0,
        made=0,
        upheld=0,
        settled_at=None,
    )
    session.add(notice)
    session.remind(SETTLE, about=notice.id, due_at=midnight(until + timedelta(days=1)))
    return notice


async def object_(session: Session, matter_id: UUID, *, by: Actor, words: str) -> Objection:
    """Say what one has against what is published now; it is answered within the days of the rule.

    Raises `NotFound`, `PublicNoticeOver`, `ObjectedToNotice`.
    """
    matter = await session.get(Deliberation, matter_id)
    if matter is None or matter.published_on is None:
        raise NotFound()
    newest = await session.first(NEWEST, matter=matter.id)
    notice = await session.get(PublicNotice, newest.id, lock=True) if newest else None
    today = local_date(session.now)
    if notice is None or notice.settled_at is not None or notice.until < today:
        raise PublicNoticeOver()
    if await session.first(OWN, notice=notice.id, person=by.person_id) is not None:
        raise ObjectedToNotice()
    answer_by = today + timedelta(days=session.use(DeliberationRules).days(Figure.ANSWER, on=today))
    objection_id = new_id()
    objection = Objection(
        id=objection_id,
        township_code=matter.township_code,
        deliberation_id=matter.id,
        notice_id=notice.id,
        person_id=by.person_id,
        words=session.use(Vault).seal(words, place=place_of("deliberation_objection", "words", objection_id)),
        made_at=session.now,
        answer_by=answer_by,
        stage=ObjectionStage.OPEN,
        answer=None,
        answered_by=None,
        answered_at=None,
    )
    session.add(objection)
    notice.made += 1
    notice.open_objections += 1
    return objection


async def answer(session: Session, objection_id: UUID, *, by: Actor, upheld: bool, words: str) -> Objection:
    """Answer an objection. Upheld, it sends the resolution back, or has it carried out again.

    Raises `NotFound`, `MayNotKeepDeliberations`, `AnsweredByPublisher`, `NotAllowedNow`.
    """
    seen = await session.get(Objection, objection_id)
    if seen is None:
        raise NotFound()
    matter = await locked(session, seen.deliberation_id, by=by)  # the matter first, as everywhere
    notice = await session.get(PublicNotice, seen.notice_id, lock=True)
    objection = await session.get(Objection, objection_id, lock=True)
    if notice is None or objection is None:
        raise NotFound()
    if by.person_id in {notice.published_by, objection.person_id}:
        raise AnsweredByPublisher()
    objection.decide("uphold" if upheld else "dismiss", by=by.person_id, at=session.now)
    objection.answer = session.use(Vault).seal(words, place=place_of("deliberation_objection", "answer", objection.id))
    notice.open_objections -= 1
    if upheld:
        notice.upheld += 1
        _send_back(session, matter, notice)
    else:
        _settle(session, matter, notice)
    return objection


async def settle(notice_id: UUID, session: Session) -> None:
    """The days of a publication are over: go on, unless an objection is not answered yet."""
    seen = await session.get(PublicNotice, notice_id)
    matter = await session.get(Deliberation, seen.deliberation_id, lock=True) if seen else None
    notice = await session.get(PublicNotice, notice_id, lock=True)
    if matter is not None and notice is not None:
        _settle(session, matter, notice)


def _settle(session: Session, matter: Deliberation, notice: PublicNotice) -> None:
    if not notice.ready(local_date(session.now)):
        return
    notice.settled_at = session.now
    if notice.kind is PublicNoticeKind.RESULT or not matter.follows:
        matter.move("conclude")
        audit.record(session, actor_id=None, action="conclude_deliberation", about=matter.id, reason=matter.kind)
        return
    matter.move("put_in_force")
    if matter.carrier_post_id is not None and matter.carry_out_by is not None:
        give_out(session, matter, post_id=matter.carrier_post_id, until=matter.carry_out_by, by=notice.published_by)


def _send_back(session: Session, matter: Deliberation, notice: PublicNotice) -> None:
    """A resolution is decided on anew; what was carried out is given out again. Later objections change nothing."""
    if notice.settled_at is not None:
        return
    notice.settled_at = session.now
    if matter.stage is DeliberationStage.POSTED:
        matter.move("object")
        return
    today = local_date(session.now)
    within = session.use(DeliberationRules).days(Figure.RESULT_WITHIN, on=today)
    matter.move("give_again", due_on=today + timedelta(days=within))
    matter.lie_with_nobody()
