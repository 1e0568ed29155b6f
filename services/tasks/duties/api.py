"""Duty lists over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Limit
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Output
from services.tasks.duties import actions, views
from services.tasks.duties.model import DutyEntry, DutyKind, DutyList

router = APIRouter(prefix="/duties", tags=["履职事项清单"], route_class=Route)

EMPTY = "该乡镇（街道）在这一天没有施行的履职事项清单；由县级管理员导入并确定施行后可查。"
NOT_FOUND = "没有找到含有这些词的事项，请换一个说法，或去掉类别再查。"
EXAMPLE = "这是随系统提供的示例清单，不是本地依法公布的清单，仅供试用。"


class DutyEntryView(Output):
    """One line: what the duty is, whose, and by which law."""

    id: UUID
    list_id: UUID
    number: str
    name: str
    category: str | None
    kind: str
    kind_zh: str
    department: str | None  # the county's, that has it or leads
    lead_organization_id: UUID | None
    county_part: str | None
    township_part: str | None
    helping: list[str]
    legal_basis: str | None
    keywords: list[str]
    item_codes: list[str]


class DutyListView(Output):
    """One version of a township's list."""

    id: UUID
    township_code: str
    version: int
    title: str
    stage: str
    stage_zh: str
    example: bool
    from_on: date
    to_on: date | None
    imported_at: datetime
    decided_at: datetime | None


class CountsView(Output):
    """How many lines of each kind a version has."""

    basic: int
    cooperating: int
    taken_back: int


class DutyPage(Output):
    """Lines of the version that holds, in the order of the list; no version where none holds."""

    version: DutyListView | None
    counts: CountsView | None
    items: list[DutyEntryView]
    next: int | None  # give it as `after` for the next page
    hint_zh: str | None


class DutyListsView(Output):
    """The versions of a township's list, the newest first."""

    items: list[DutyListView]


class OneEntryView(Output):
    """One line, with the version that it belongs to."""

    entry: DutyEntryView
    version: DutyListView


@router.get("")
async def duties(
    session: Transaction,
    _: SignedIn,
    *,
    township_code: DivisionCode,
    on: Annotated[date | None, Query(description="看哪一天有效的清单；不填为今天")] = None,
    kind: Annotated[DutyKind | None, Query(description="只看基本履职、配合履职或上级收回的")] = None,
    words: Annotated[str | None, Query(max_length=60, pattern=PLAIN, description="最多三个词，用空格分开")] = None,
    after: Annotated[int, Query(ge=0, le=100_000, description="上一页给出的位置；第一页不填")] = 0,
    limit: Limit = 25,
) -> DutyPage:
    """The duties of a township as they hold today or on another day, all or those in which these words stand."""
    today = local_date(session.now)
    held = await views.in_force(session, township_code, on=on or today)
    if held is None:
        return DutyPage(version=None, counts=None, items=[], next=None, hint_zh=EMPTY)
    found = await views.page(session, held.id, kind=kind, words=words, after=after, limit=limit)
    hint = EXAMPLE if held.example else None
    return DutyPage(
        version=list_view(held, today=today),
        counts=await _counts(session, held.id),
        items=[entry_view(one) for one in found],
        next=found[-1].position if len(found) == limit else None,
        hint_zh=hint if found else NOT_FOUND,
    )


@router.get("/lists")
async def duty_lists(session: Transaction, actor: SignedIn, township_code: DivisionCode) -> DutyListsView:
    """Every version of a township's list; drafts for those who keep it."""
    today = local_date(session.now)
    found = await views.versions(session, actor, township_code)
    return DutyListsView(items=[list_view(one, today=today) for one in found])


@router.get("/{entry_id}")
async def duty(entry_id: UUID, session: Transaction, actor: SignedIn) -> OneEntryView:
    """One line of a list."""
    entry, held = await views.entry_seen(session, actor, entry_id)
    return OneEntryView(entry=entry_view(entry), version=list_view(held, today=local_date(session.now)))


@router.post("/lists/{list_id}/in-force")
async def put_in_force(list_id: UUID, session: Transaction, actor: SignedIn) -> DutyListView:
    """Have an imported list hold from its date.

    Refusals: `may-not-decide-duties`, `list-begins-too-early`, `not-allowed-now`.
    """
    held = await actions.put_in_force(session, list_id, by=actor)
    return list_view(held, today=local_date(session.now))


@router.post("/lists/{list_id}/draft")
async def take_back(list_id: UUID, session: Transaction, actor: SignedIn) -> DutyListView:
    """Make a list a draft again whose first day lies ahead. Refusals: `may-not-decide-duties`, `list-has-begun`."""
    held = await actions.take_back(session, list_id, by=actor)
    return list_view(held, today=local_date(session.now))


def entry_view(one: DutyEntry) -> DutyEntryView:
    """A line for the screen."""
    return DutyEntryView(
        id=one.id,
        list_id=one.list_id,
        number=one.number,
        name=one.name,
        category=one.category,
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        department=one.department,
        lead_organization_id=one.lead_organization_id,
        county_part=one.county_part,
        township_part=one.township_part,
        helping=one.helping,
        legal_basis=one.legal_basis,
        keywords=one.keywords,
        item_codes=one.item_codes,
    )


def list_view(held: DutyList, *, today: date) -> DutyListView:
    """A version for the screen, as it stands on this local day."""
    return DutyListView(
        id=held.id,
        township_code=held.township_code,
        version=held.version,
        title=held.title,
        stage=held.stage.value,
        stage_zh=held.title_on(today),
        example=held.example,
        from_on=held.from_on,
        to_on=held.to_on,
        imported_at=held.imported_at,
        decided_at=held.decided_at,
    )


async def _counts(session: Session, list_id: UUID) -> CountsView:
    found = await views.tally(session, list_id)
    return CountsView(**{kind.value: found.get(kind, 0) for kind in DutyKind})
