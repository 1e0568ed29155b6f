"""Taking in what a system outside reports and adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.divisions import is_district
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks.limits import limit
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.open311 import asked
from services.tasks.open311.jurisdictions import Found, division_of, jurisdiction
from services.tasks.open311.model import OutsideReport
from services.tasks.open311.refusals import DescriptionMissing, NoSuchService, ServiceCodeMissing
from services.tasks.places.model import Where
from services.tasks.publications.model import Supplement
from services.tasks.publications.offered import OfferedService
from services.tasks.publications.views import said_place
from services.tasks.requests import actions as requests
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import NotInItsArea
from services.tasks.requests.views import load
from services.tasks.roster.model import ApiClient, Post
from services.tasks.roster.views import in_office
from services.tasks.rules.pack import RuleId, RulePack

SAME = (
    select(OutsideReport)
    .where(col(OutsideReport.client_id) == bindparam("client"), col(OutsideReport.sameness) == bindparam("sameness"))
    .order_by(col(OutsideReport.at).desc())
    .limit(1)
)
ADDED = select(Supplement).where(col(Supplement.outside_index) == bindparam("outside"))
OPERATORS = select(Post).where(
    col(Post.kind) == "county_operator", col(Post.division_code) == bindparam("district"), in_office()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report as it came in, its arguments as text; nothing of it says who somebody is but `requester_id`."""

    jurisdiction_id: str | None
    service_code: str | None
    lat: str | None
    long: str | None
    address_string: str | None
    address_id: str | None
    description: str | None
    media_url: str | None
    account_id: str | None
    device_id: str | None
    requester_id: UUID | None
    attributes: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Received:
    """Which case a report is, and whether it was that already."""

    request_id: UUID
    token: str | None  # in place of the number, which is given once somebody has it
    repeated: bool
    offered: OfferedService
    placed: bool  # in a village or community


async def report(session: Session, said: Reported, *, by: Actor) -> Received:
    """Take a report in, once: the same account, service, place and text within the window are the same case.

    Raises the refusals of this slice, and `NotInItsArea`.
    """
    today = local_date(session.now)
    district = await jurisdiction(session, said.jurisdiction_id)
    if not said.service_code:
        raise ServiceCodeMissing()
    offered = session.use(Catalogue).offered_outside(said.service_code, on=today)
    if offered is None:
        raise NoSuchService()
    where = asked.where(lat=said.lat, long=said.long, address=said.address_string, address_id=said.address_id)
    wording = _wording(offered, said)
    # Two copies of one report at the same moment: the second waits here until the first is there to be found.
    client = await session.get(ApiClient, by.person_id, lock=True)
    if client is None:
        raise NotInItsArea()
    sameness = _sameness(session, offered, said, where=where, wording=wording)
    before = await session.first(SAME, client=client.id, sameness=sameness)
    if before is not None and session.now < _same_until(session, before):
        request = await session.get(ServiceRequest, before.request_id)
        placed = request is not None and not request.division_code.endswith("000")
        return Received(before.request_id, _token(session, before), repeated=True, offered=offered, placed=placed)
    found = await division_of(session, client, district=district, address_id=said.address_id, where=where)
    done = await requests.submit(
        session,
        by=by,
        requester_id=said.requester_id or by.person_id,
        division_code=found.code,
        channel=Channel.OPEN311,
        kind=offered.kind,
        item_code=offered.item,
        wording=wording,
        where=where,
    )
    kept = _keep(session, done.request, offered, said, sameness=sameness)
    if not found.is_village:
        await _tell_the_county(session, done.request, found)
    return Received(done.request.id, _token(session, kept), repeated=False, offered=offered, placed=found.is_village)


async def supplement(
    session: Session, request_id: UUID, *, by: Actor, outside_id: str | None, words: str
) -> Supplement:
    """Add something to a case that this system sent in; the same update again is the same. Raises `NotFound`."""
    request = await load(session, request_id)
    if request.client_id != by.person_id:
        raise NotFound()
    vault = session.use(Vault)
    index = vault.index(f"{by.person_id}\0{outside_id}", place="supplement.outside") if outside_id else None
    if index is not None and (before := await session.first(ADDED, outside=index)):
        return before
    added_id = new_id()
    added = Supplement(
        id=added_id,
        request_id=request_id,
        client_id=by.person_id,
        outside_index=index,
        said=vault.seal(words, place=said_place(added_id)),
        public_words=None,
        at=session.now,
        reviewed_at=None,
        reviewed_by=None,
    )
    session.add(added)
    if request.working_person_id is not None:
        tell(session, request.working_person_id, NoticeKind.SUPPLEMENTED, request_id=request_id)
    return added


def token_index(vault: Vault, token: str) -> bytes:
    """By which the report of a token is found."""
    return vault.index(token, place="outside_report.token_index")


def _wording(offered: OfferedService, said: Reported) -> str | None:
    """What whoever works on it reads: the answers to the questions, and what was said in free words."""
    lines = [f"{question.words}：{'、'.join(values)}" for question, values in asked.answers(offered, said.attributes)]
    if offered.item is None and not said.description:
        raise DescriptionMissing()
    return "\n".join([*lines, *([said.description] if said.description else [])]) or None


def _sameness(
    session: Session, offered: OfferedService, said: Reported, *, where: Where | None, wording: str | None
) -> bytes:
    cell = where.cell if where else None
    place = (f"{cell[0]} {cell[1]}" if cell else "", (where.address if where else None) or "", said.address_id or "")
    account = (said.account_id or "", said.device_id or "", str(said.requester_id or ""))
    parts = (offered.code, *account, *place, "".join((wording or "").split()))
    return session.use(Vault).digest("\0".join(parts).encode(), place="outside_report.sameness")


def _same_until(session: Session, before: OutsideReport) -> datetime:
    rule = session.use(RulePack).rule(RuleId.SAME_REPORT, on=local_date(before.at))
    return limit(rule.amount, before.at, session.use(WorkCalendar)).due_at


def _keep(
    session: Session, request: ServiceRequest, offered: OfferedService, said: Reported, *, sameness: bytes
) -> OutsideReport:
    vault, kept_id = session.use(Vault), new_id()
    link = said.media_url
    kept = OutsideReport(
        id=kept_id,
        client_id=request.client_id or request.requester_id,
        request_id=request.id,
        sameness=sameness,
        token_index=None,
        media_link=vault.seal(link, place=place_of("outside_report", "media_link", kept_id)) if link else None,
        at=session.now,
    )
    if not offered.public:
        kept.token_index = token_index(vault, _token_of(session, kept))
    session.add(kept)
    return kept


def _token(session: Session, kept: OutsideReport) -> str | None:
    return None if kept.token_index is None else _token_of(session, kept)


def _token_of(session: Session, kept: OutsideReport) -> str:
    """The same for whoever asks again, and unknown to whoever was not told."""
    return session.use(Vault).digest(kept.id.bytes, place="outside_report.token").hex()[:40]


async def _tell_the_county(session: Session, request: ServiceRequest, found: Found) -> None:
    """Nobody could tell in which village it lies: where there is no township either, the county gives it out."""
    if is_district(found.code):
        today = local_date(session.now)
        for post in await session.all(OPERATORS, district=found.code, today=today):
            tell(session, post.person_id, NoticeKind.UNASSIGNED, request_id=request.id)
