"""Contact cards: who is in office in an area."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction
from services.members import paging
from services.members.divisions.codes import Code, township_of
from services.members.posts.views import PostInOffice, posts_in_area

router = APIRouter(prefix="/posts", tags=["岗位"], route_class=Route)


class PostPage(BaseModel):
    """Posts, and where the next page begins."""

    items: list[PostInOffice]
    next_cursor: str | None


@router.get("", response_model=PostPage)
async def list_posts(
    session: Transaction,
    _: SignedIn,
    division_code: Annotated[Code, Query(description="区划代码，12位")],
    cursor: paging.Cursor = None,
    limit: paging.Limit = 25,
) -> PostPage:
    """The posts held today in exactly this village, community, township or district, with their holders' names.

    For anybody signed in: citizens are promised a named person. Raises `CursorUnreadable`.
    """
    found = await posts_in_area(
        session,
        division_code,
        township_code=township_of(division_code),
        after=paging.id_after(cursor),
        most=limit + 1,
    )
    items, next_cursor = paging.cut(found, limit=limit, key=lambda post: str(post.post_id))
    return PostPage(items=items, next_cursor=next_cursor)
