"""Pairings over HTTP."""

import asyncio
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.problems import Invalid, NotFound
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import Input, Output
from services.members.divisions.codes import Code
from services.members.households.model import Citizen, Household
from services.members.paging import cut
from services.members.pairings import actions, exporting, gaps, policy, views
from services.members.pairings.actions import Helped, Helper
from services.members.pairings.gaps import Gap
from services.members.pairings.model import EndReason, Pairing
from services.members.pairings.views import PairingLine, Part
from services.members.words import PairingKind

router = APIRouter(prefix="/pairings", tags=["结对"], route_class=Route)

EMPTY = "还没有结对记录；可由乡镇干部登记，或从表格导入。"
NO_GAP = "没有缺口。"
MOST_EXPORTED = 20_000


class OneQuestion(Invalid):
    """Ask by one of person, household, village, organisation or area."""

    title_zh = "请只选一种查法：按人、按户、按村、按组织或按辖区。"


class HelperForm(Input):
    """Who answers: a person on the roll, perhaps by a post of theirs, or an organisation."""

    person_id: UUID | None = None
    post_id: UUID | None = None
    organization_id: UUID | None = None

    def helper(self) -> Helper:
        """As the actions take it."""
        return Helper(person_id=self.person_id, post_id=self.post_id, organization_id=self.organization_id)


class NewPairing(Input):
    """Who answers for whom; local dates, both included."""

    kind: PairingKind
    helper: HelperForm
    household_id: UUID | None = None
    organization_id: UUID | None = None
    division_code: Code | None = None  # the village, where it is one that is helped
    from_on: date | None = None  # today, unless said
    to_on: date | None = None  # open, unless said


class Ending(Input):
    """The last local day, and why."""

    on: date
    reason: EndReason


class HandingOver(Input):
    """Who answers from a local day on."""

    helper: HelperForm
    on: date


class HandingOverAll(Input):
    """Whose pairings go to whom, from a local day on."""

    from_post_id: UUID
    to_post_id: UUID
    on: date


class PairingView(Output):
    """A pairing as it now stands."""

    id: UUID
    kind: PairingKind
    kind_zh: str
    stage: str
    stage_zh: str
    division_code: str
    from_on: date
    to_on: date | None
    succeeded_by: UUID | None


class PairingPage(Output):
    """Pairings, from new to old, and where the next page begins."""

    items: list[PairingLine]
    next: str | None
    hint_zh: str | None


class HandedOver(Output):
    """The pairings that go on."""

    items: list[PairingView]


class GapView(Output):
    """One gap; `about` is an id, or a village's code."""

    about: str
    name: str
    place: str
    there: int
    least: int | None
    most: int | None


class GapPage(Output):
    """Gaps of one kind, and where the next page begins."""

    gap_zh: str
    items: list[GapView]
    next: str | None
    hint_zh: str | None


@router.post("", status_code=201)
async def make_pairing(body: NewPairing, session: Transaction, actor: SignedIn) -> PairingView:
    """Pair two ends; for a cadre of the township and the county's operator.

    Refusals: `forbidden`, `ends-do-not-fit`, `no-such-household`, `no-such-helper`, `no-such-village`,
    `no-such-organization`, `pairing-days-wrong`, `paired-already`, `too-many-households`, `too-many-departments`
    (bounds: rules `pairing.*`, dated data with source).
    """
    made = await actions.make(
        session,
        by=actor,
        kind=body.kind,
        helper=body.helper.helper(),
        helped=Helped(body.household_id, body.organization_id, body.division_code),
        from_on=body.from_on,
        to_on=body.to_on,
    )
    return _view(made)


@router.get("")
async def pairings(
    session: Transaction,
    actor: SignedIn,
    *,
    person_id: Annotated[UUID | None, Query(description="某人负责的结对；不填任何条件为本人")] = None,
    household_id: Annotated[UUID | None, Query(description="某户由谁负责")] = None,
    village_code: Annotated[Code | None, Query(description="某村（社区）由谁联系、包村")] = None,
    organization_id: Annotated[UUID | None, Query(description="某党组织由谁联系")] = None,
    helping_organization_id: Annotated[UUID | None, Query(description="某部门包了哪些村")] = None,
    division_code: Annotated[Code | None, Query(description="某辖区内全部在册结对")] = None,
    own_household: Annotated[bool, Query(description="本户由谁负责")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PairingPage:
    """Pairings of a person (oneself, unless said), a household, a village, an organisation, or a whole area.

    Another person's are shown as far as one's posts reach. Raises `OneQuestion`, `NotFound`, `Forbidden`,
    `WrongCursor`.
    """
    asked = (person_id, household_id, village_code, organization_id, helping_organization_id, division_code)
    if sum(one is not None for one in asked) + own_household > 1:
        raise OneQuestion()
    if own_household:
        citizen = await session.get(Citizen, actor.person_id)
        household_id = citizen.household_id if citizen else None
        if household_id is None:
            return PairingPage(items=[], next=None, hint_zh=EMPTY)
    part = Part(before=place(cursor), most=limit + 1)
    if household_id is not None:
        household = await _household(session, household_id)
        await policy.check_sees_household(session, actor, household)
        found = await views.of_household(session, household, part)
    elif village_code is not None:
        found = await views.of_village(session, village_code, part)
    elif organization_id is not None:
        found = await views.of_organization(session, organization_id, part, helping=False)
    elif helping_organization_id is not None:
        found = await views.of_organization(session, helping_organization_id, part, helping=True)
    elif division_code is not None:
        await policy.check_sees_area(session, actor, division_code)
        found = await views.in_area(session, division_code, part)
    else:
        own = person_id in {None, actor.person_id}
        within = None if own else await policy.areas_seen(session, actor)
        found = await views.of_person(session, person_id or actor.person_id, part, within=within)
    items, following = cut(found, limit=limit, cursor=lambda line: cursor_after(line.id))
    return PairingPage(items=items, next=following, hint_zh=None if items else EMPTY)


@router.get("/gaps")
async def pairing_gaps(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[Code, Query(description="区划代码，12位：县、乡镇或村")],
    gap: Annotated[Gap, Query(description="哪一种缺口")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> GapPage:
    """Where nobody answers in an area today, or too few or too many by the rules; for posts that see the whole area.

    Raises `Forbidden`, `WrongCursor`.
    """
    await policy.check_sees_area(session, actor, division_code)
    lines, following = await gaps.page(session, division_code, gap, cursor=cursor, limit=limit)
    items = [
        GapView(about=line.about, name=line.name, place=line.place, there=line.there, least=line.least, most=line.most)
        for line in lines
    ]
    return GapPage(gap_zh=gap.zh, items=items, next=following, hint_zh=None if items else NO_GAP)


@router.get(
    "/gaps/export",
    response_class=Response,
    responses=GIVEN_OUT,
)
async def export_gaps(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[Code, Query(description="区划代码，12位：县、乡镇或村")],
    gap: Annotated[Gap, Query(description="哪一种缺口")],
) -> Response:
    """The same as an .xlsx, whole, up to 20,000 lines. Raises `Forbidden`."""
    await policy.check_sees_area(session, actor, division_code)
    lines, _ = await gaps.page(session, division_code, gap, cursor=None, limit=MOST_EXPORTED)
    content = await asyncio.to_thread(exporting.spreadsheet, gap, lines)
    name = quote(f"{gap.zh}-{local_date(session.now).isoformat()}.xlsx")
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


@router.post("/hand-overs")
async def hand_over_all(body: HandingOverAll, session: Transaction, actor: SignedIn) -> HandedOver:
    """Give everything that somebody answers for by one post to the holder of another; all of it, or nothing.

    Refusals: `forbidden`, `not-found` where there is nothing, `no-such-helper`, `too-many-households`,
    `pairing-days-wrong`.
    """
    made = await actions.hand_over_all(
        session, by=actor, from_post_id=body.from_post_id, to_post_id=body.to_post_id, on=body.on
    )
    return HandedOver(items=[_view(one) for one in made])


@router.get("/{pairing_id}")
async def pairing(pairing_id: UUID, session: Transaction, actor: SignedIn) -> PairingLine:
    """One pairing. Raises `NotFound`."""
    found = await session.get(Pairing, pairing_id)
    if found is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    line = await views.one(session, pairing_id)
    if line is None:
        raise NotFound()
    return line


@router.post("/{pairing_id}/end")
async def end_pairing(pairing_id: UUID, body: Ending, session: Transaction, actor: SignedIn) -> PairingView:
    """Let a pairing last until the end of a local day. Refusals: `not-found`, `forbidden`, `not-allowed-now`,
    `pairing-days-wrong`."""
    return _view(await actions.end(session, pairing_id, by=actor, on=body.on, reason=body.reason))


@router.post("/{pairing_id}/hand-over", status_code=201)
async def hand_over_pairing(pairing_id: UUID, body: HandingOver, session: Transaction, actor: SignedIn) -> PairingView:
    """Have somebody else answer from a local day on; the answer is the pairing that goes on.

    Refusals: as making one, and `not-allowed-now`.
    """
    made = await actions.hand_over(session, pairing_id, by=actor, helper=body.helper.helper(), on=body.on)
    return _view(made)


async def _household(session: Session, household_id: UUID) -> Household:
    household = await session.get(Household, household_id)
    if household is None:
        raise NotFound()
    return household


def _view(found: Pairing) -> PairingView:
    return PairingView(
        id=found.id,
        kind=found.kind,
        kind_zh=found.kind.zh,
        stage=found.stage.value,
        stage_zh=found.stage.zh,
        division_code=found.division_code,
        from_on=found.from_on,
        to_on=found.to_on,
        succeeded_by=found.succeeded_by,
    )
