"""Working groups over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output
from services.tasks.groups import actions, views
from services.tasks.groups.model import MOST_MEMBERS, WorkGroup
from services.tasks.letters.words import post_title

router = APIRouter(prefix="/groups", tags=["工作组"], route_class=Route)

EMPTY = "这里还没有工作组；由乡镇或县级工作人员按任务组建。"
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=PLAIN)]
Matter = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]


class Posts(Input):
    """Who is in the group, by post."""

    leader_post_id: UUID
    member_post_ids: tuple[UUID, ...] = Field((), max_length=MOST_MEMBERS, description="组员岗位，最多 50 个")


class GroupAsked(Posts):
    """A new group."""

    division_code: DivisionCode
    title: Title
    matter: Matter
    from_on: date
    to_on: date = Field(description="最后一天（北京时间）")


class Nothing(Input):
    """A body without anything in it."""


class GroupMemberView(Output):
    """A post in the group."""

    post_id: UUID
    person_id: UUID
    person_name: str
    post_zh: str
    leads: bool
    joined_at: datetime
    left_at: datetime | None


class GroupLine(Output):
    """A group in a list."""

    id: UUID
    title: str
    matter: str
    division_code: str
    leader_post_id: UUID
    from_on: date
    to_on: date


class GroupPage(Output):
    """From new to old."""

    items: list[GroupLine]
    next: str | None
    hint_zh: str | None


class GroupView(Output):
    """A group with everybody who is or was in it."""

    group: GroupLine
    members: list[GroupMemberView]
    interviews: str  # where the interviews of its members are read (督查反馈约谈)


@router.post("", status_code=201)
async def set_up_group(body: GroupAsked, session: Transaction, actor: SignedIn) -> GroupView:
    """Set a working group up in an area of yours.

    Refusals: `may-not-set-up-groups`, `wrong-group-days`, `not-in-office`.
    """
    group = await actions.set_up(
        session,
        by=actor,
        division_code=body.division_code,
        title=body.title,
        matter=body.matter,
        leader_post_id=body.leader_post_id,
        member_post_ids=body.member_post_ids,
        from_on=body.from_on,
        to_on=body.to_on,
    )
    return await _view(session, group)


@router.get("")
async def groups(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> GroupPage:
    """The groups that you are in, and those of your area."""
    found = await views.page(session, actor, before=place(cursor), limit=limit)
    return GroupPage(
        items=[_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


@router.get("/{group_id}")
async def group(group_id: UUID, session: Transaction, actor: SignedIn) -> GroupView:
    """A group: for its members, and for those in office over its area."""
    return await _view(session, await views.seen(session, actor, group_id))


@router.post("/{group_id}/members")
async def change_group(group_id: UUID, body: Posts, session: Transaction, actor: SignedIn) -> GroupView:
    """Have these posts be the group. Refusals: `may-not-set-up-groups`, `group-is-over`, `not-in-office`."""
    changed = await actions.change(
        session, group_id, by=actor, leader_post_id=body.leader_post_id, member_post_ids=body.member_post_ids
    )
    return await _view(session, changed)


@router.post("/{group_id}/end")
async def end_group(group_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> GroupView:
    """Have today be its last day. Refusals: `may-not-set-up-groups`, `group-is-over`."""
    return await _view(session, await actions.end(session, group_id, by=actor))


def _line(one: WorkGroup) -> GroupLine:
    return GroupLine(
        id=one.id,
        title=one.title,
        matter=one.matter,
        division_code=one.division_code,
        leader_post_id=one.leader_post_id,
        from_on=one.from_on,
        to_on=one.to_on,
    )


async def _view(session: Session, group: WorkGroup) -> GroupView:
    return GroupView(
        group=_line(group),
        members=[
            GroupMemberView(
                post_id=one.post_id,
                person_id=one.person_id,
                person_name=one.person_name,
                post_zh=post_title(one.post_kind),
                leads=one.post_id == group.leader_post_id and one.left_at is None,
                joined_at=one.joined_at,
                left_at=one.left_at,
            )
            for one in await views.members(session, group)
        ],
        interviews=f"/groups/{group.id}/interviews",
    )
