"""Reading matters: a desk's list with its filters, one with all that was done about it, and what the public reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.feedback.deliberations import policy
from services.feedback.deliberations.meetings.actions import OF_MATTER
from services.feedback.deliberations.meetings.model import VillageMeeting, VillageMeetingStage
from services.feedback.deliberations.model import Deliberation, DeliberationKind, DeliberationStage
from services.feedback.deliberations.notices.model import Objection, PublicNotice
from services.feedback.roster.model import Division
from services.feedback.rules.meetings import MeetingKind

_stage, _kind = bindparam("stage", type_=sa.String), bindparam("kind", type_=sa.String)
_overdue = bindparam("overdue", type_=sa.Boolean)
_today = bindparam("today", type_=sa.Date)
_cut = (
    col(Deliberation.division_code).between(bindparam("first"), bindparam("last")),
    or_(_stage == "", sa.type_coerce(col(Deliberation.stage), sa.String) == _stage),
    or_(_kind == "", sa.type_coerce(col(Deliberation.kind), sa.String) == _kind),
    or_(~_overdue, col(Deliberation.due_on) < _today),
    col(Deliberation.id) < bindparam("before"),
)
DESK = select(Deliberation).where(*_cut).order_by(col(Deliberation.id).desc()).limit(bindparam("limit"))
SHOWN = DESK.where(col(Deliberation.published_on).is_not(None))
NOTICES = (
    select(PublicNotice).where(col(PublicNotice.deliberation_id) == bindparam("matter")).order_by(col(PublicNotice.id))
)
OBJECTIONS = (
    select(Objection)
    .where(col(Objection.deliberation_id) == bindparam("matter"), col(Objection.id) < bindparam("before"))
    .order_by(col(Objection.id).desc())
    .limit(bindparam("limit"))
)
OWN = (
    select(Objection)
    .where(col(Objection.person_id) == bindparam("person"), col(Objection.id) < bindparam("before"))
    .order_by(col(Objection.id).desc())
    .limit(bindparam("limit"))
)
AHEAD = (
    select(VillageMeeting)
    .where(
        col(VillageMeeting.division_code).between(bindparam("first"), bindparam("last")),
        col(VillageMeeting.stage) == VillageMeetingStage.CALLED,
        col(VillageMeeting.meets_at) >= bindparam("now"),
        col(VillageMeeting.kind).in_(
            [
                MeetingKind.VILLAGERS,
                MeetingKind.HOUSEHOLDS,
                MeetingKind.REPRESENTATIVES,
                MeetingKind.ELECTION_BY_VILLAGERS,
                MeetingKind.ELECTION_BY_HOUSEHOLDS,
            ]
        ),
        col(VillageMeeting.id) < bindparam("before"),
    )
    .order_by(col(VillageMeeting.id).desc())
    .limit(bindparam("limit"))
)
"""Meetings of villagers that were called and lie ahead: their notice, for everybody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is cut by."""

    code: str
    stage: DeliberationStage | None = None
    kind: DeliberationKind | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A matter with all that was done about it."""

    matter: Deliberation
    meetings: Sequence[VillageMeeting]
    notices: Sequence[PublicNotice]


async def desk(session: Session, asked: Asked, *, by: Actor, before: UUID, limit: int) -> list[Deliberation]:
    """The matters of an area, from new to old, for those who see its work. Raises `Forbidden`."""
    await policy.check_may_read_area(session, by, asked.code)
    return await session.all(DESK, **_given(session, asked), before=before, limit=limit)


async def public(session: Session, asked: Asked, *, before: UUID, limit: int) -> list[Deliberation]:
    """Those whose resolution was published, for everybody."""
    return await session.all(SHOWN, **_given(session, asked), before=before, limit=limit)


async def ahead(session: Session, code: str, *, before: UUID, limit: int) -> list[VillageMeeting]:
    """The meetings of villagers that lie ahead in an area."""
    first, last = span_of(code)
    return await session.all(AHEAD, first=first, last=last, now=session.now, before=before, limit=limit)


async def seen(session: Session, matter_id: UUID, *, by: Actor) -> Deliberation:
    """A matter, for those who see the work of its village. Raises `NotFound`."""
    matter = await session.get(Deliberation, matter_id)
    if matter is None:
        raise NotFound()
    await policy.check_may_read(session, by, matter.division_code)
    return matter


async def published(session: Session, matter_id: UUID) -> Deliberation:
    """A matter whose resolution was published. Raises `NotFound`."""
    matter = await session.get(Deliberation, matter_id)
    if matter is None or matter.published_on is None:
        raise NotFound()
    return matter


async def whole(session: Session, matter: Deliberation) -> Whole:
    """A matter with its meetings and publications in their order."""
    return Whole(
        matter,
        await session.all(OF_MATTER, matter=matter.id),
        await session.all(NOTICES, matter=matter.id),
    )


async def objections(session: Session, matter: Deliberation, *, before: UUID, limit: int) -> list[Objection]:
    """What was said against the publications of a matter, from new to old."""
    return await session.all(OBJECTIONS, matter=matter.id, before=before, limit=limit)


async def own_objections(session: Session, person_id: UUID, *, before: UUID, limit: int) -> list[Objection]:
    """What somebody said themselves, from new to old."""
    return await session.all(OWN, person=person_id, before=before, limit=limit)


async def names_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The names of areas; a code of which nothing was heard stands for itself."""
    wanted = set(codes)
    await session.fetch(Division, wanted)
    found = {code: await session.get(Division, code) for code in wanted}
    return {code: code if one is None else one.name for code, one in found.items()}


def words_of(session: Session, matter: Deliberation) -> str:
    """What is to be decided."""
    return session.use(Vault).open(matter.words, place=place_of("deliberation", "words", matter.id))


def agenda_of(session: Session, meeting: VillageMeeting) -> str:
    """What a meeting is about."""
    return session.use(Vault).open(meeting.agenda, place=place_of("village_meeting", "agenda", meeting.id))


def notice_words(session: Session, notice: PublicNotice) -> str:
    """What was published."""
    return session.use(Vault).open(notice.words, place=place_of("public_notice", "words", notice.id))


def _given(session: Session, asked: Asked) -> dict[str, object]:
    first, last = span_of(asked.code)
    today: date = local_date(session.now)
    return {
        "first": first,
        "last": last,
        "stage": asked.stage.value if asked.stage else "",
        "kind": asked.kind.value if asked.kind else "",
        "overdue": asked.overdue,
        "today": today,
    }
