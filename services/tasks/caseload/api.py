"""The caseload over HTTP: an agent's day in one answer."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.clock import local_date
from chassis.cursors import cursor_after_instant, place_by_instant
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Limit
from chassis.session import Session
from chassis.words import Output
from services.tasks.caseload import policy, views
from services.tasks.caseload.views import Days, When
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks.limits import PROVISIONAL_ZH
from services.tasks.mandates.model import MandateScope
from services.tasks.rules.pack import RuleId, RulePack

router = APIRouter(prefix="/caseload", tags=["代办台账"], route_class=Route)


class CaseInHand(Output):
    """A case that is the agent's move, or that they follow for a villager."""

    id: UUID
    title_zh: str
    stage: str
    stage_zh: str
    division_code: str
    requester_id: UUID | None  # none where whoever asked is to stay unknown
    promised_on: date | None
    colour: str | None
    urgency: str
    urgency_zh: str
    mine: bool  # the next move is the agent's, or an absent colleague's
    due_at: datetime  # the first limit that still runs
    provisional: bool  # that limit counts working days of a year without a published calendar
    provisional_zh: str | None
    when: When
    when_zh: str


class Heading(Output):
    """How many cases stand under a heading."""

    when: When
    when_zh: str
    cases: int


class CallDue(Output):
    """Somebody to be called, and why."""

    request_id: UUID
    person_id: UUID
    last_word_at: datetime
    why_zh: str


class Principal(Output):
    """A villager for whom the agent acts."""

    person_id: UUID
    mandate_id: UUID
    scope: MandateScope
    scope_zh: str
    to_on: date
    ends_soon: bool


class NoteWaiting(Output):
    """A note that waits for the villager's word."""

    id: UUID
    principal_id: UUID
    kept_until: datetime


class Caseload(Output):
    """An agent's day."""

    headings: list[Heading]
    counted_at_most: int
    cases: list[CaseInHand]
    next: str | None
    to_call: list[CallDue]
    principals: list[Principal]
    notes: list[NoteWaiting]
    empty_zh: str | None


@router.get("")
async def caseload(
    session: Transaction,
    actor: SignedIn,
    when: Annotated[When | None, Query(description="只看某一类时限的事项")] = None,
    cursor: Annotated[str | None, Query(max_length=160, description="上一页给出的位置；第一页不填")] = None,
    limit: Limit = 25,
) -> Caseload:
    """What you have in hand as an agent, what is due first at the top; whom to call, for whom you act, what waits.

    Refusals: `no-agent`, `wrong-cursor`.
    """
    await policy.agents_post(session, actor)
    days, after = Days.at(session.now), place_by_instant(cursor)
    found = await views.cases(session, actor.person_id, when, days=days, after=after, most=limit)
    counted = await views.counts(session, actor.person_id, days=days)
    calls = await views.calls(session, actor.person_id)
    held = await views.held(session, actor.person_id)
    waiting = await views.waiting(session, actor.person_id)
    soon = session.use(RulePack).rule(RuleId.MANDATE_ENDS_SOON, on=local_date(session.now)).value
    today = local_date(session.now)
    return Caseload(
        headings=[Heading(when=one, when_zh=one.title_zh, cases=counted[one]) for one in When],
        counted_at_most=views.MOST_COUNTED,
        cases=[_case(session, one, days) for one in found],
        next=cursor_after_instant(found[-1][-1], found[-1][0]) if len(found) == limit else None,
        to_call=[
            CallDue(
                request_id=request_id,
                person_id=person_id,
                last_word_at=last_word_at,
                why_zh="还没有联系过" if contacted_at is None else "已有一段时间没有回音，请写一条阶段性答复",
            )
            for request_id, person_id, _, contacted_at, last_word_at in calls
        ],
        principals=[
            Principal(
                person_id=one.principal_id,
                mandate_id=one.id,
                scope=one.scope,
                scope_zh=one.scope.title_zh,
                to_on=one.to_on,
                ends_soon=(one.to_on - today).days < soon,
            )
            for one in held
        ],
        notes=[NoteWaiting(id=found_id, principal_id=whose, kept_until=until) for found_id, whose, until in waiting],
        empty_zh=None if found or calls or held or waiting else "手上没有待办事项。群众委托您代办后，会出现在这里。",
    )


def _case(session: Session, line: views.Case, days: Days) -> CaseInHand:
    found, kind, item_code, submitted_at, stage, area, requester, anonymous = line[:8]
    promised_on, colour, urgency, mine, provisional, due_at = line[8:]
    item = session.use(Catalogue).item(item_code, on=local_date(submitted_at)) if item_code else None
    when = days.when(due_at)
    return CaseInHand(
        id=found,
        title_zh=item.name if item else kind.title_zh,
        stage=stage.value,
        stage_zh=stage.title_zh,
        division_code=area,
        requester_id=None if anonymous else requester,
        promised_on=promised_on,
        colour=colour,
        urgency=urgency.value,
        urgency_zh=urgency.title_zh,
        mine=bool(mine),
        due_at=due_at,
        provisional=bool(provisional),
        provisional_zh=PROVISIONAL_ZH if provisional else None,
        when=when,
        when_zh=when.title_zh,
    )
