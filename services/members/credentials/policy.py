"""Who may draw a credential of which cell: whoever was served there, once, and nobody who works there.

Whom a survey asks: `surveys/policy.py`.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in, span_of, township_of
from chassis.problems import NotFound
from chassis.session import Session
from services.members.accounts.views import identity_of
from services.members.credentials.model import CellKey, Drawing, Part, Participation
from services.members.credentials.surveys import policy as surveys
from services.members.posts.model import Post

OF_PERSON = select(Participation).where(col(Participation.person_id) == bindparam("person"))
DRAWN = select(Drawing).where(col(Drawing.person_id) == bindparam("person"))
POSTS = select(Post).where(col(Post.person_id) == bindparam("person"))
OVER_IT = select(CellKey).where(
    col(CellKey.survey_id).is_(None),
    col(CellKey.township_code).in_([bindparam("township"), bindparam("district")]),
    col(CellKey.division_code).in_([bindparam("division"), bindparam("township"), bindparam("district")]),
    col(CellKey.draws_until) >= bindparam("today"),
)
"""The cells that a village may lie in: its own, its township's and its county's."""


def served_in(parts: Sequence[Participation], cells: Sequence[CellKey], *, drawn: set[UUID]) -> list[CellKey]:
    """The cells in which somebody was served: each time in one alone, and each cell once however often.

    Where several cells are about the same thing, it counts for the one of the smallest area; if a credential of one
    of them was drawn already, for that one.
    """
    found = dict[UUID, CellKey]()
    for one in parts:
        if one.part is Part.SERVED:
            about = [cell for cell in cells if cell.covers(one)]
            already = [cell for cell in about if cell.id in drawn]
            for cell in already or sorted(about, key=_extent)[:1]:
                found[cell.id] = cell
    return list(found.values())


def works_there(cell: CellKey, parts: Sequence[Participation], posts: Sequence[Post], *, today: date) -> bool:
    """Whether somebody handled what the cell is about, or held a post of the unit since its period began."""
    return any(one.part is Part.HANDLER and cell.covers(one) for one in parts) or any(
        lies_in(post.division_code, cell.division_code) and post.held_since(cell.served_from, today=today)
        for post in posts
    )


async def open_to(session: Session, person_id: UUID) -> list[CellKey]:
    """The cells, and the parts of surveys, of which somebody may draw a credential, or has drawn it.

    None for an account that is bound to nobody: it could be one of many of the same person.
    """
    identity = await identity_of(session, person_id)
    if identity is None:
        return []
    today = local_date(session.now)
    drawn = {one.cell_id for one in await session.all(DRAWN, person=person_id)}
    posts = await session.all(POSTS, person=person_id)
    asked = await surveys.open_to(session, identity, posts, drawn=drawn, today=today)
    parts = await session.all(OF_PERSON, person=person_id)
    cells = dict[UUID, CellKey]()
    for division in {one.division_code for one in parts}:
        areas = {"division": division, "township": township_of(division), "district": f"{division[:6]}000000"}
        cells.update((cell.id, cell) for cell in await session.all(OVER_IT, today=today, **areas))
    served = served_in(parts, list(cells.values()), drawn=drawn)
    return [*(cell for cell in served if not works_there(cell, parts, posts, today=today)), *asked]


async def check_may_draw(session: Session, cell: CellKey, person_id: UUID) -> None:
    """See that the person was served or is asked there, and works there in no way. Raises `NotFound`."""
    if all(one.id != cell.id for one in await open_to(session, person_id)):
        raise NotFound()


def _extent(cell: CellKey) -> tuple[int, bool, UUID]:
    """Villages first, then townships, then the county; among equals the one for certain kinds of matter."""
    first, last = span_of(cell.division_code)
    return int(last) - int(first), not cell.item_codes, cell.id
