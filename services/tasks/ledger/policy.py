"""Whose hands keep a village's book: posts of the township or above, and readers of the area.

The township keeps the village's books (村账乡管): nobody records, approves or pays by a post of the village itself.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.roster import views as roster
from services.tasks.roster.model import READERS
from services.tasks.roster.views import covered_by_a_post

KEEPERS = ("township_cadre", "county_operator")


class Hand(StrEnum):
    """What somebody does with a book."""

    RECORD = "record"
    APPROVE = "approve"
    PAY = "pay"


_POSTS = {Hand.RECORD: KEEPERS, Hand.APPROVE: (*KEEPERS, "secretary"), Hand.PAY: KEEPERS}


class MayNotKeepBooks(Forbidden):
    """A village's book is kept by posts of its township or of the county."""

    title_zh = "村账由乡镇代管：请由乡镇或县级的岗位登记、审批和付款；村干部可以查看本村账目。"


class HandsNotSeparate(Forbidden):
    """Whoever recorded, approved or paid an entry does none of the other two."""

    title_zh = "登记、审批、付款必须由三个人分别办理，请由另一位有权限的人员办理这一步。"


async def check_may_read(session: Session, actor: Actor, division_code: str) -> None:
    """Posts that see the work of this area. Raises `NotFound`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    reading = next((post for post in posts if post.kind in READERS and post.covers(division_code)), None)
    if reading is None:
        raise NotFound()
    session.by_post = reading.id


async def check_hand(session: Session, actor: Actor, division_code: str, hand: Hand) -> None:
    """Posts of the township or above that do this with the book of an area. Raises `NotFound`, `MayNotKeepBooks`."""
    await check_may_read(session, actor, division_code)
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    for post in posts:
        if post.kind in _POSTS[hand] and post.covers(division_code) and post.division_code.endswith("000"):
            session.by_post = post.id
            return
    raise MayNotKeepBooks()


def read_by(code: Mapped[str]) -> ColumnElement[bool]:
    """The same for the rows of a list; give `person` and `today`."""
    return covered_by_a_post(code, *READERS)
