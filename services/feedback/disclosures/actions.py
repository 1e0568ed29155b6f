"""Listing an event, writing an edition, letting it out or sending it back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from chassis.words import points_to_somebody
from services.feedback.disclosures import policy
from services.feedback.disclosures.model import (
    CorrectionNeedsReason,
    Disclosure,
    DisclosureEdition,
    EditionStage,
    EditionWaits,
    EventAhead,
    EventKnown,
    FiguresMissing,
    NoSuchDisclosureKind,
    SaysWhoSomebodyIs,
)
from services.feedback.disclosures.planning import VILLAGES, put_on_list
from services.feedback.disclosures.schedule import Beat, DisclosureSchedule
from services.feedback.roster.model import Division
from services.feedback.scorecards.units import NoSuchUnit

LISTED = select(Disclosure.id).where(
    col(Disclosure.kind_code) == bindparam("kind"),
    col(Disclosure.first_on) == bindparam("first"),
    col(Disclosure.division_code) == bindparam("village"),
    col(Disclosure.event) == bindparam("event"),
)
NUMBERED = (
    select(DisclosureEdition)
    .where(
        col(DisclosureEdition.disclosure_id) == bindparam("disclosure"),
        col(DisclosureEdition.number) == bindparam("number"),
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a disclosure."""

    title: str
    amount: str
    unit: str


@dataclass(frozen=True, slots=True)
class File:
    """A paper beside a disclosure: what it is called and where it lies, and the SHA-256 of its scan."""

    title: str
    digest: str


async def list_event(
    session: Session, *, by: Actor, division_code: str, kind_code: str, event: str, on: date
) -> Disclosure:
    """Put on a village's list what has happened and is to be public within days, by its kind.

    Raises `NoSuchUnit`, `MayNotDisclose`, `NoSuchDisclosureKind`, `EventAhead`, `EventKnown`, `SaysWhoSomebodyIs`.
    """
    await policy.check_may_list(session, by, division_code)
    village = await session.get(Division, division_code)
    if village is None or village.kind not in VILLAGES:
        raise NoSuchUnit()
    if on > local_date(session.now):
        raise EventAhead()
    rule = session.use(DisclosureSchedule).on(kind_code, on)
    if rule is None or rule.beat is not Beat.AT_ONCE:
        raise NoSuchDisclosureKind()
    check_nobodys(event)
    if await session.first(LISTED, kind=kind_code, first=on, village=division_code, event=event) is not None:
        raise EventKnown()
    listed = Disclosure(
        id=new_id(),
        division_code=division_code,
        kind_code=rule.code,
        title=rule.title,
        beat=rule.beat,
        event=event,
        first_on=on,
        last_on=on,
        due_on=rule.due_on(on),
        listed_at=session.now,
        listed_by=by.person_id,
        published_at=None,
        edition=0,
        written=0,
        waiting=False,
    )
    put_on_list(session, listed)
    return listed


async def write(
    session: Session,
    disclosure_id: UUID,
    *,
    by: Actor,
    words: str,
    figures: Sequence[Line],
    files: Sequence[File],
    book_month: str | None,
    reason: str | None,
) -> DisclosureEdition:
    """Write an edition, which another person looks over before anybody reads it.

    Raises `NotFound`, `MayNotDisclose`, `EditionWaits`, `CorrectionNeedsReason`, `FiguresMissing`,
    `SaysWhoSomebodyIs`.
    """
    disclosure = await _locked(session, disclosure_id)
    reached = await policy.check_may_write(session, by, disclosure.division_code)
    if disclosure.waiting:
        raise EditionWaits()
    if disclosure.edition and not reason:
        raise CorrectionNeedsReason()
    rule = session.use(DisclosureSchedule).on(disclosure.kind_code, disclosure.first_on)
    if rule is not None and rule.figures and not figures and book_month is None:
        raise FiguresMissing()
    check_nobodys(
        words, reason or "", *(f"{one.title} {one.amount} {one.unit}" for one in figures), *(one.title for one in files)
    )
    disclosure.written += 1
    disclosure.waiting = True
    edition = DisclosureEdition(
        id=new_id(),
        disclosure_id=disclosure.id,
        number=disclosure.written,
        words=words,
        figures=json.dumps([asdict(one) for one in figures], ensure_ascii=False),
        files=json.dumps([asdict(one) for one in files], ensure_ascii=False),
        book_month=book_month,
        reason=reason if disclosure.edition else None,
        stage=EditionStage.WAITING,
        written_at=session.now,
        written_by=by.person_id,
        writer=policy.named(reached),
        decided_at=None,
        decided_by=None,
        decider=None,
        remark=None,
    )
    session.add(edition)
    return edition


async def confirm(session: Session, disclosure_id: UUID, *, by: Actor) -> DisclosureEdition:
    """Let the edition that waits out to the public; the one before it stays readable.

    Raises `NotFound`, `MayNotSupervise`, `NotAllowedNow`, `WriterMayNotConfirm`.
    """
    disclosure = await _locked(session, disclosure_id)
    reached = await policy.check_may_supervise(session, by, disclosure.division_code)
    edition = await _numbered(session, disclosure, disclosure.written)
    edition.confirm(by=by.person_id, named=policy.named(reached), at=session.now)
    if disclosure.edition:
        (await _numbered(session, disclosure, disclosure.edition)).give_way()
    disclosure.edition, disclosure.waiting = edition.number, False
    disclosure.published_at = disclosure.published_at or session.now
    return edition


async def send_back(session: Session, disclosure_id: UUID, *, by: Actor, remark: str) -> DisclosureEdition:
    """Send the edition that waits back, with what is missing or wrong.

    Raises `NotFound`, `MayNotSupervise`, `NotAllowedNow`.
    """
    disclosure = await _locked(session, disclosure_id)
    reached = await policy.check_may_supervise(session, by, disclosure.division_code)
    edition = await _numbered(session, disclosure, disclosure.written)
    edition.send_back(remark, by=by.person_id, named=policy.named(reached), at=session.now)
    disclosure.waiting = False
    return edition


def check_nobodys(*words: str) -> None:
    """Raises `SaysWhoSomebodyIs` for words by which somebody is found."""
    if any(points_to_somebody(one) for one in words):
        raise SaysWhoSomebodyIs()


async def _locked(session: Session, disclosure_id: UUID) -> Disclosure:
    found = await session.get(Disclosure, disclosure_id, lock=True)
    if found is None:
        raise NotFound()
    return found


async def _numbered(session: Session, disclosure: Disclosure, number: int) -> DisclosureEdition:
    found = await session.first(NUMBERED, disclosure=disclosure.id, number=number)
    if found is None:
        raise NotFound()
    return found
