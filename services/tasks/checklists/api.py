"""Lists and their items over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import PLAIN, Input, Words
from services.tasks.checklists import actions, changes, views
from services.tasks.checklists.model import ChecklistItem, ChecklistKind, ChecklistStage
from services.tasks.checklists.showing import (
    AroundView,
    ItemLine,
    ItemPage,
    ListLine,
    ListPage,
    TemplateLine,
    TemplatesView,
    TemplateView,
    list_view,
    shown_item,
    shown_items,
    shown_list,
)
from services.tasks.checklists.templates import ListTemplates

router = APIRouter(prefix="/checklists", tags=["清单"], route_class=Route)
items = APIRouter(prefix="/checklist-items", tags=["清单"], route_class=Route)
of_requests = APIRouter(prefix="/requests", tags=["清单"], route_class=Route)

NO_LISTS = "没有符合条件的清单；组织负责人可以新建清单，或选用清单模板。"
NO_ITEMS = "清单还没有事项；请逐条添加、选用模板，或从表格导入。"

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._()-]{0,39}$")]
Measure = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=PLAIN)]


class NewList(Input):
    """A list that is begun; with a template, with its lines."""

    organization_id: UUID
    kind: ChecklistKind
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PLAIN)]
    from_on: date
    to_on: date
    template_code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")] | None = None


class NewLine(Input):
    """A line of a list. Without a post it is given to nobody yet."""

    title: Title
    due_on: date
    number: Number | None = None
    measure: Measure | None = None
    evidence: bool = False
    post_id: UUID | None = None
    duty_entry_id: UUID | None = None
    budget_line_id: UUID | None = None
    assessment_line: Line | None = None


class ChangedLine(Input):
    """What is different about a line from now on; what is left out stays as it is."""

    title: Title | None = None
    due_on: date | None = None
    measure: Measure | None = None
    evidence: bool | None = None
    duty_entry_id: UUID | None = None
    budget_line_id: UUID | None = None
    assessment_line: Line | None = None


class NewProblem(Input):
    """A problem that was met in doing an item, or what is done about a problem; on the list of an organisation."""

    title: Title
    due_on: date
    organization_id: UUID | None = None  # the item's own, if not given
    post_id: UUID | None = None
    measure: Measure | None = None


class Withdrawing(Input):
    """Why a line is taken off the list."""

    words: Words


class Giving(Input):
    """To the holder of which post."""

    post_id: UUID


@router.get("/templates")
async def list_templates(session: Transaction, _: SignedIn) -> TemplatesView:
    """Lists that come ready to use, each with its source and how well that is founded."""
    return TemplatesView(
        items=[
            TemplateView(
                code=one.code,
                kind=one.kind.value,
                kind_zh=one.kind.title_zh,
                title=one.title,
                note=one.note,
                source=one.source,
                confidence_zh=one.confidence.title_zh,
                level=one.level.value,
                level_zh=one.level.title_zh,
                items=[TemplateLine(**line.model_dump()) for line in one.items],
            )
            for one in session.use(ListTemplates).templates
        ]
    )


@router.post("", status_code=201)
async def make_checklist(body: NewList, session: Transaction, actor: SignedIn) -> ListLine:
    """Begin a list of an organisation, as a draft. Dates are local.

    Refusals: `organization-not-in-tree`, `may-not-keep-lists`, `period-backwards`, `no-such-list-template`.
    """
    template = session.use(ListTemplates).template(body.template_code) if body.template_code else None
    made = await actions.make(session, by=actor, **body.model_dump())
    if template is not None:
        await actions.append(session, made, template.items_of(body.from_on, body.to_on), by=actor.person_id)
    return list_view(made, None)


@router.get("")
async def checklists(
    session: Transaction,
    actor: SignedIn,
    *,
    kind: Annotated[ChecklistKind | None, Query(description="只看这一类清单")] = None,
    stage: Annotated[ChecklistStage | None, Query(description="只看这一步的")] = None,
    organization_id: Annotated[UUID | None, Query(description="只看这个组织的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> ListPage:
    """Lists of the organisations that your posts reach, and those on which you have an item."""
    found = await views.page(
        session,
        actor,
        kind=kind,
        stage=stage,
        organization_id=organization_id,
        before=place(cursor),
        limit=limit,
    )
    tallies = await views.tallies_of(session, [one.id for one in found])
    return ListPage(
        items=[list_view(one, tallies.get(one.id)) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else NO_LISTS,
    )


@router.get("/{checklist_id}")
async def checklist(checklist_id: UUID, session: Transaction, actor: SignedIn) -> ListLine:
    """One list."""
    return await shown_list(session, await views.seen(session, actor, checklist_id))


@router.get("/{checklist_id}/items")
async def checklist_items(
    checklist_id: UUID,
    session: Transaction,
    actor: SignedIn,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ItemPage:
    """The lines of a list in its order, each with who has it and how far it is."""
    found = await views.seen(session, actor, checklist_id)
    position, after = views.place_in_list(cursor)
    page = await session.all(views.ITEMS, list=found.id, position=position, after=after, limit=limit)
    return ItemPage(
        items=await shown_items(session, page),
        next=views.cursor_in_list(page, limit=limit),
        title_zh="" if page else NO_ITEMS,
    )


@router.post("/{checklist_id}/items", status_code=201)
async def write_item(checklist_id: UUID, body: NewLine, session: Transaction, actor: SignedIn) -> ItemLine:
    """Write a line, and give it to the holder of a post if one is named and the list is published.

    Refusals: `may-not-keep-lists`, `list-closed`, `list-not-published`, `number-taken`, `period-backwards`,
    `not-in-office`, `outside-the-organization`.
    """
    found = await actions.locked(session, checklist_id, by=actor)
    new = actions.NewItem(**body.model_dump(exclude={"post_id"}))
    item = await actions.write(session, found, new)
    if body.post_id is not None:
        post = await actions.post_below(session, body.post_id, found.organization_id)
        await actions.give(session, item, post, by=actor.person_id)
    return await shown_item(session, item)


@router.post("/{checklist_id}/publication")
async def publish_checklist(checklist_id: UUID, session: Transaction, actor: SignedIn) -> ListLine:
    """Publish a list: from now on its items can be given and broken down. Refusals: `not-allowed-now`."""
    return await shown_list(session, await actions.move(session, checklist_id, "publish", by=actor))


@router.post("/{checklist_id}/close")
async def close_checklist(checklist_id: UUID, session: Transaction, actor: SignedIn) -> ListLine:
    """End a list: nothing of it is worked on or changed any more. Refusals: `not-allowed-now`."""
    return await shown_list(session, await actions.move(session, checklist_id, "close", by=actor))


@router.post("/{checklist_id}/reopening")
async def reopen_checklist(checklist_id: UUID, session: Transaction, actor: SignedIn) -> ListLine:
    """Go on with a list that was ended. Refusals: `not-allowed-now`."""
    return await shown_list(session, await actions.move(session, checklist_id, "reopen", by=actor))


@items.get("/{item_id}")
async def checklist_item(item_id: UUID, session: Transaction, actor: SignedIn) -> AroundView:
    """An item with what stands around it: plan, parts, problems, rectifications."""
    found, on = await views.item_seen(session, actor, item_id)
    above = await views.above(session, found)
    below = await session.all(views.BELOW, item=found.id)
    arisen = await session.all(views.ARISEN, item=found.id)
    source = await session.get(ChecklistItem, found.origin_id) if found.origin_id else None
    lines = {
        one.id: one
        for one in await shown_items(session, [found, *above, *below, *arisen, *([source] if source else [])])
    }
    return AroundView(
        item=lines[found.id],
        list_title=on.title,
        list_kind_zh=on.kind.title_zh,
        above=[lines[one.id] for one in above],
        below=[lines[one.id] for one in below],
        arisen_from=lines[source.id] if source else None,
        arisen=[lines[one.id] for one in arisen],
    )


@items.post("/{item_id}/changes")
async def change_item(item_id: UUID, body: ChangedLine, session: Transaction, actor: SignedIn) -> ItemLine:
    """Change a line; those that it was broken down into stay as they are, and are changed on their own lists.

    Refusals: `may-not-keep-lists`, `list-closed`, `item-withdrawn`, `period-backwards`.
    """
    found, on = await actions.item_locked(session, item_id, by=actor)
    await changes.change(session, found, on, by=actor, **body.model_dump(exclude_none=True))
    return await shown_item(session, found)


@items.post("/{item_id}/withdrawal")
async def withdraw_item(item_id: UUID, body: Withdrawing, session: Transaction, actor: SignedIn) -> ItemLine:
    """Take a line off the list, with the reason; with it goes what it was broken down into, if none of it is done.

    Refusals: `may-not-keep-lists`, `list-closed`, `item-withdrawn`, `not-allowed-now`.
    """
    found, on = await actions.item_locked(session, item_id, by=actor)
    await changes.withdraw(session, found, on, by=actor, words=body.words)
    return await shown_item(session, found)


@items.post("/{item_id}/holder")
async def give_item(item_id: UUID, body: Giving, session: Transaction, actor: SignedIn) -> ItemLine:
    """Give a line that nobody has to the holder of a post.

    Refusals: `not-in-office`, `outside-the-organization`, `item-given-already`.
    """
    found, on = await actions.item_locked(session, item_id, by=actor)
    changes.check_free(found)
    post = await actions.post_below(session, body.post_id, on.organization_id)
    await actions.give(session, found, post, by=actor.person_id)
    return await shown_item(session, found)


@items.post("/{item_id}/problems", status_code=201)
async def raise_problem(item_id: UUID, body: NewProblem, session: Transaction, actor: SignedIn) -> ItemLine:
    """Put a problem that was met in doing an item on the list of problems; by whoever has the item or keeps its list.

    Refusals: `may-not-keep-lists`, `nobody-answers`, `not-in-office`, `outside-the-organization`.
    """
    made = await changes.raise_from(session, item_id, ChecklistKind.PROBLEM, by=actor, **body.model_dump())
    return await shown_item(session, made)


@items.post("/{item_id}/rectifications", status_code=201)
async def raise_rectification(item_id: UUID, body: NewProblem, session: Transaction, actor: SignedIn) -> ItemLine:
    """Put what is to be done about a problem on the list of rectifications, in one person's name."""
    made = await changes.raise_from(session, item_id, ChecklistKind.RECTIFICATION, by=actor, **body.model_dump())
    return await shown_item(session, made)


@of_requests.post("/{request_id}/problems", status_code=201)
async def raise_problem_from_case(
    request_id: UUID, body: NewProblem, session: Transaction, actor: SignedIn
) -> ItemLine:
    """Put what a case brought to light on the list of problems; it leaves the list once the citizen says «solved».

    Refusals: `may-not-keep-lists`, `nobody-answers`, `not-in-office`, `outside-the-organization`.
    """
    made = await changes.raise_from_case(session, request_id, by=actor, **body.model_dump())
    return await shown_item(session, made)
