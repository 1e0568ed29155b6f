"""Contact cards: who is in office in an area."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.divisions import township_of
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.words import Input, Output
from services.members.divisions.codes import Code
from services.members.paging import cut
from services.members.posts import actions
from services.members.posts.model import Post
from services.members.posts.views import PostInOffice, posts_in_area
from services.members.words import PostKind

router = APIRouter(prefix="/posts", tags=["岗位"], route_class=Route)


class NewPost(Input):
    """Whom to put in office, where, and from when to when (local dates, both included)."""

    person_id: UUID
    kind: PostKind
    organization_id: UUID
    division_code: Code | None = None  # that of the organisation, unless said
    from_on: date | None = None  # today, unless said
    to_on: date | None = None  # open, unless said


class LastDay(Input):
    """The last day of a post; today ends it at once."""

    to_on: date


class PostView(Output):
    """A post as it now stands."""

    post_id: UUID
    person_id: UUID
    kind: PostKind
    kind_zh: str
    organization_id: UUID
    division_code: str
    from_on: date
    to_on: date | None
    over: bool  # ended by order, whatever its last day says


class PostPage(BaseModel):
    """Posts, and where the next page begins."""

    items: list[PostInOffice]
    next: str | None


@router.get("", response_model=PostPage)
async def list_posts(
    session: Transaction,
    _: SignedIn,
    division_code: Annotated[Code, Query(description="区划代码，12位")],
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PostPage:
    """The posts held today in exactly this village, community, township or district, with their holders' names.

    For anybody signed in: citizens are promised a named person. Raises `WrongCursor`.
    """
    found = await posts_in_area(
        session,
        division_code,
        township_code=township_of(division_code),
        before=place(cursor),
        most=limit + 1,
    )
    items, cursor_of_next = cut(found, limit=limit, cursor=lambda post: cursor_after(post.post_id))
    return PostPage(items=items, next=cursor_of_next)


@router.post("", status_code=201)
async def give_post(body: NewPost, session: Transaction, actor: SignedIn) -> PostView:
    """Put somebody on the roll in office; for the county's operator and secretaries of organisations above.

    Refusals: `forbidden`, `not-for-oneself`, `for-the-county-alone`, `no-such-holder`, `no-such-organization`,
    `area-elsewhere`, `wrong-days`, `conflict` where they hold it from that day already.
    """
    return _view(await actions.give(session, by=actor, **dict(body)))


@router.post("/{post_id}/end")
async def end_post(post_id: UUID, body: LastDay, session: Transaction, actor: SignedIn) -> PostView:
    """Let a post end after a day; with today, it gives no right from this moment on.

    Refusals: `not-found`, `not-for-oneself`, `for-the-county-alone`, `wrong-days`, `post-over`.
    """
    return _view(await actions.end(session, post_id, by=actor, to_on=body.to_on))


def _view(post: Post) -> PostView:
    return PostView(
        post_id=post.id,
        person_id=post.person_id,
        kind=post.kind,
        kind_zh=post.kind.zh,
        organization_id=post.organization_id,
        division_code=post.division_code,
        from_on=post.from_on,
        to_on=post.to_on,
        over=post.ended_at is not None,
    )
