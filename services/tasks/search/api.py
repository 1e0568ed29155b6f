"""A desk's lists over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from services.tasks.search import policy, views
from services.tasks.search.filters import CaseFilter
from services.tasks.search.forms import CaseLine, CaseLines, ChipView, CountsView, FilterAsked, ListAsked
from services.tasks.search.views import Chip, Line

router = APIRouter(tags=["检索与列表"], route_class=Route)


@router.get("/cases")
async def cases(asked: Annotated[ListAsked, Query()], session: Transaction, actor: SignedIn) -> CaseLines:
    """The cases that wait for you, that you signed for, or that your posts reach, cut by a filter.

    By words: each must be in what was said; two Chinese characters that stand together, or a whole word or number. By
    person: the id that `members` found by a telephone or number; nobody is found so in a case in which they want to
    stay unnamed or complain of somebody in office. Refusals: `nothing-to-find`, `too-many-words`, `wrong-cursor`.
    """
    cut = CaseFilter.model_validate(asked.model_dump(exclude={"order", "cursor", "limit"}))
    found, following = await views.page(session, actor, cut, order=asked.order, cursor=asked.cursor, limit=asked.limit)
    return CaseLines(items=[line_view(session, one) for one in found], next=following)


@router.get("/cases/counts")
async def counts(asked: Annotated[FilterAsked, Query()], session: Transaction, actor: SignedIn) -> CountsView:
    """How many cases a list would show at each stage, with each warning colour, and late; up to a thousand each."""
    found = await views.counts(session, actor, CaseFilter.model_validate(asked.model_dump()))
    return CountsView(
        stages=[_chip(one) for one in found.stages],
        colours=[_chip(one) for one in found.colours],
        overdue=_chip(found.overdue),
    )


@router.get("/persons/{person_id}/cases")
async def history(
    person_id: UUID, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> CaseLines:
    """What somebody asked in the last months, for whoever takes requests in for the area; from new to old.

    Complaints, reports, and cases in which they wanted to stay unnamed are left out. The audit shows them who looked.
    """
    await policy.check_takes_in(session, actor)
    found = await views.history(session, actor, person_id, before=place(cursor), limit=limit)
    policy.note_history(session, actor, person_id)
    following = cursor_of_next(found, limit=limit)
    return CaseLines(items=[line_view(session, one) for one in found], next=following)


def line_view(session: Session, line: Line) -> CaseLine:
    """One line as it is shown."""
    return CaseLine(
        id=line.id,
        title_zh=views.title_of(session, line),
        kind=line.kind.value,
        urgency=line.urgency.value,
        urgency_zh=line.urgency.title_zh,
        item_code=line.item_code,
        stage=line.stage.value,
        stage_zh=line.stage.title_zh,
        division_code=line.division_code,
        channel=line.channel.value,
        channel_zh=line.channel.title_zh,
        submitted_at=line.submitted_at,
        finish_due_at=line.finish_due_at,
        finish_provisional=line.finish_provisional,
        overdue=line.overdue(session.now),
        promised_on=line.promised_on,
        round=line.round,
        colour=line.colour,
        organization_id=line.organization_id,
        named_person=line.named_person,
    )


def _chip(chip: Chip) -> ChipView:
    return ChipView(code=chip.code, title_zh=chip.title_zh, count=chip.count, shown_zh=chip.shown_zh)
