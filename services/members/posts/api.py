"""Contact cards: who is in office in an area."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from services.members.divisions.codes import Code, township_of
from services.members.paging import cut
from services.members.posts.views import PostInOffice, posts_in_area

router = APIRouter(prefix="/posts", tags=["岗位"], route_class=Route)


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
