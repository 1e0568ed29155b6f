"""What anybody may read: the services, the published cases, their steps, and the number behind a token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVarTuple
from uuid import UUID

from chassis.clock import SHANGHAI, local_date
from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.attachments.kinds import BY_MEDIA_TYPE
from services.tasks.attachments.model import Attachment
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks.limits import PROVISIONAL_ZH, latest_promise
from services.tasks.open311 import asked
from services.tasks.open311.actions import token_index
from services.tasks.open311.lines import FILES, LISTS, ONE, STEPS, STEPS_OF, TOKEN, Row
from services.tasks.open311.refusals import NoSuchReport, NoSuchService, NoSuchToken
from services.tasks.open311.status import NOTES, status_of
from services.tasks.places.model import middle_of
from services.tasks.publications.model import Publication, ReleasedFile, Step, Supplement
from services.tasks.publications.offered import OfferedService
from services.tasks.publications.views import public_words_of, sentence_of, words_place
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Division, Organization

Columns = TypeVarTuple("Columns")

PROVISIONAL = f"expected_datetime 为{PROVISIONAL_ZH}。"
NEUTRAL = "公开说明尚未审核，暂以统一用语显示。"
LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A picture that was let out."""

    id: UUID
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase:
    """One case as the public sees it."""

    id: UUID
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency: str | None
    notice: str | None
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime
    address: str
    address_id: str
    latitude: float | None
    longitude: float | None
    files: tuple[PublicFile, ...]


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """One step as the public reads it."""

    id: UUID
    request_id: UUID
    status: str
    at: datetime
    description: str


def services(session: Session) -> tuple[OfferedService, ...]:
    """What may be reported today."""
    return session.use(Catalogue).all_offered_outside(on=local_date(session.now))


def service(session: Session, code: str) -> OfferedService:
    """One of them. Raises `NoSuchService`."""
    found = session.use(Catalogue).offered_outside(code, on=local_date(session.now))
    if found is None:
        raise NoSuchService()
    return found


async def cases(
    session: Session,
    *,
    district: Division,
    codes: Sequence[str],
    span: asked.Range,
    statuses: frozenset[str],
    page: asked.Page,
) -> list[PublicCase]:
    """Published cases from new to old. Raises `NoSuchService`."""
    if not set(codes) <= {one.code for one in session.use(Catalogue).published}:
        raise NoSuchService()
    found = await session.all(
        LISTS[statuses],
        district=district.code,
        since=span.start,
        until=span.end,
        codes=f",{','.join(codes)}," if codes else "",
        limit=min(page.size, asked.FIRST - page.skip),
        skip=page.skip,
    )
    return await _cases(session, found)


async def numbered(session: Session, ids: Sequence[UUID], *, district: Division) -> list[PublicCase]:
    """The published ones among cases that are named by their numbers."""
    found = [line for one in ids for line in await session.all(ONE, request=one, district=district.code)]
    return await _cases(session, found)


async def case(session: Session, request_id: UUID | None, *, district: Division) -> PublicCase:
    """One published case. Raises `NoSuchReport`."""
    line = await session.first(ONE, request=request_id, district=district.code) if request_id else None
    if line is None:
        raise NoSuchReport()
    return (await _cases(session, [line]))[0]


async def number_of(session: Session, token: str) -> UUID:
    """The number of the case behind a token, once a named person has it. Raises `NoSuchToken`."""
    found = await session.first(TOKEN, token=token_index(session.use(Vault), token))
    if found is None or found[1] == 0:
        raise NoSuchToken()
    return found[0]


async def updates(session: Session, *, district: Division, span: asked.Range, page: asked.Page) -> list[PublicUpdate]:
    """The public steps of cases, from new to old."""
    given = {"limit": min(page.size, asked.FIRST - page.skip), "skip": page.skip}
    found = await session.all(STEPS, district=district.code, since=span.start, until=span.end, **given)
    await session.fetch(Supplement, [line[4] for line in found if line[4] is not None])
    return [
        PublicUpdate(id_, request_id, _status_after(step), at, await _told(session, step, supplement_id))
        for id_, request_id, step, at, supplement_id in found
    ]


async def updates_of(session: Session, request_id: UUID, *, district: Division) -> list[PublicUpdate]:
    """The public steps of one published case, from new to old. Raises `NoSuchReport`."""
    await case(session, request_id, district=district)
    return [
        PublicUpdate(
            one.id, request_id, _status_after(one.step), one.at, await _told(session, one.step, one.supplement_id)
        )
        for one in await session.all(STEPS_OF, request=request_id)
    ]


async def released(session: Session, attachment_id: UUID) -> Attachment:
    """A picture that was let out and whose case the public sees. Raises `NoSuchReport`."""
    out = await session.get(ReleasedFile, attachment_id)
    request = await session.get(ServiceRequest, out.request_id) if out else None
    published = await session.get(Publication, out.request_id) if out else None
    file = await session.get(Attachment, attachment_id) if out else None
    if request is None or published is None or file is None or file.key is None:
        raise NoSuchReport()
    if published.withheld or request.anonymous or request.about_post_id is not None:
        raise NoSuchReport()
    return file


async def _cases(session: Session, lines: Sequence[tuple[*Columns]]) -> list[PublicCase]:
    rows = [Row(*line) for line in lines]  # type: ignore[arg-type, call-arg]
    names = await _names(session, rows)
    return [await _case(session, row, names) for row in rows]


async def _names(session: Session, rows: Sequence[Row]) -> dict[UUID | str, str]:
    """The names of the organisations and areas of some cases."""
    organizations = {row.organization_id for row in rows if row.organization_id is not None}
    villages = {row.division_code for row in rows}
    areas = villages | {f"{code[:9]}000" for code in villages} | {f"{code[:6]}000000" for code in villages}
    await session.fetch(Organization, sorted(organizations))
    await session.fetch(Division, sorted(areas))
    names: dict[UUID | str, str] = {}
    for one in organizations:
        if (organization := await session.get(Organization, one)) is not None:
            names[one] = organization.name
    for code in areas:
        if (division := await session.get(Division, code)) is not None:
            names[code] = division.name
    return names


async def _case(session: Session, row: Row, names: Mapping[UUID | str, str]) -> PublicCase:
    code = row.division_code
    areas = dict.fromkeys((f"{code[:6]}000000", f"{code[:9]}000", code))
    spot = None if row.cell_y is None or row.cell_x is None else middle_of(row.cell_y, row.cell_x)
    offered = session.use(Catalogue).published
    status = status_of(row.stage)
    updated = row.updated_at
    if status == "closed":
        updated = row.closed_at or row.archived_at or updated
    return PublicCase(
        id=row.request_id,
        status=status,
        status_notes=NOTES[row.stage],
        service_name=next((one.name for one in offered if one.code == row.service_code), row.service_code),
        service_code=row.service_code,
        description=_words(session, row),
        agency=names.get(row.organization_id) if row.organization_id else None,
        notice=_notice(row),
        requested_at=row.submitted_at,
        updated_at=updated,
        expected_at=_expected(row.promised_on, row.finish_due_at),
        address="".join(names[area] for area in areas if area in names),
        address_id=code,
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
        files=await _files(session, row.request_id) if row.files else (),
    )


def _notice(row: Row) -> str | None:
    """What whoever reads it is to know; that a limit is provisional where it and no earlier promise is expected."""
    by_limit = row.promised_on is None or row.promised_on >= latest_promise(row.finish_due_at)
    provisional = row.finish_provisional and by_limit
    said = [*([] if row.words else [NEUTRAL]), *([PROVISIONAL] if provisional else [])]
    return "".join(said) or None


def _words(session: Session, row: Row) -> str:
    if row.words is None:
        return sentence_of(session, row.service_code)
    return session.use(Vault).open(row.words, place=words_place(row.request_id))


def _expected(promised_on: date | None, due_at: datetime) -> datetime:
    """When it can be expected: at the end of the promised day, else at the last second of its limit."""
    if promised_on is not None:
        return datetime.combine(promised_on, LAST_MOMENT, SHANGHAI)
    return due_at - timedelta(seconds=1)


async def _files(session: Session, request_id: UUID) -> tuple[PublicFile, ...]:
    found = await session.all(FILES, request=request_id)
    return tuple(PublicFile(id_, BY_MEDIA_TYPE[media_type].ending) for id_, media_type in found if media_type)


def _status_after(step: Step) -> str:
    return "closed" if step.closes else "open"


async def _told(session: Session, step: Step, supplement_id: UUID | None) -> str:
    added = await session.get(Supplement, supplement_id) if supplement_id else None
    return (public_words_of(session, added) if added else None) or step.title_zh
