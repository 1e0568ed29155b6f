"""What may be the same matter: by place, time, errand and words, and only among cases that the asker reaches.

Complaints about somebody and cases of people who want to stay unnamed are never suggested. Words are compared as the
search has them indexed (keyed tokens of the township), so that nothing is opened for a comparison.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, bindparam
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import REACHED
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import wording_of
from services.tasks.rules.pack import MatterKind, RuleId, RulePack
from services.tasks.search.indexes import OPEN
from services.tasks.search.model import SearchText
from services.tasks.search.tokens import overlap, terms_of, tokens_of

LOOKED_THROUGH = 100  # newest cases near a place, and as many of the village
SHOWN = 10

_CASES = ServiceRequest.__table__.c  # type: ignore[attr-defined]
_COLUMNS = (
    _CASES.id,
    _CASES.division_code,
    _CASES.item_code,
    _CASES.kind,
    _CASES.stage,
    _CASES.submitted_at,
    _CASES.promised_on,
    _CASES.cell_y,
    _CASES.cell_x,
    col(SearchText.tokens),
)
_MAY_BE_SHOWN = (
    _CASES.township_code == bindparam("township"),
    _CASES.submitted_at >= bindparam("since"),
    _CASES.id != bindparam("past"),
    _CASES.about_post_id.is_(None),
    _CASES.anonymous.is_(sa.false()),
    OPEN,
    _CASES.stage != Stage.MERGED,
    REACHED,
)
_IN_VILLAGE = _CASES.division_code == bindparam("village")
_NEAR = sa.and_(
    _CASES.cell_y.between(bindparam("south"), bindparam("north")),
    _CASES.cell_x.between(bindparam("west"), bindparam("east")),
)


def _newest(*where: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    cases = ServiceRequest.__table__.outerjoin(  # type: ignore[attr-defined]
        SearchText.__table__,  # type: ignore[attr-defined]
        col(SearchText.request_id) == _CASES.id,
    )
    found = sa.select(*_COLUMNS).select_from(cases).where(*_MAY_BE_SHOWN, *where)
    return found.order_by(_CASES.id.desc()).limit(LOOKED_THROUGH)


VILLAGE = _newest(_IN_VILLAGE)
_both = [
    _newest(_NEAR).subquery(),
    _newest(_IN_VILLAGE, _CASES.cell_y.is_(None)).subquery(),
]
AROUND = sa.union_all(*(sa.select(one) for one in _both))
PLACED = sa.select(*AROUND.subquery().c)


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a matter so far."""

    division_code: str
    cell: tuple[int, int] | None
    kind: MatterKind | None
    item_code: str | None
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that may be the same matter, and by what."""

    request_id: UUID
    division_code: str
    item_code: str | None
    kind: MatterKind
    stage: Stage
    submitted_at: datetime
    promised_on: date | None
    near: bool  # within the cells around
    same_item: bool
    likeness: int  # of the words, in percent

    @property
    def why_zh(self) -> str:
        """Why it is suggested."""
        said = ["地点相近" if self.near else "同一村（社区）"]
        said += ["同一事项"] if self.same_item else []
        said += [f"文字相似 {self.likeness}%"] if self.likeness else []
        return "、".join(said)


async def alike(session: Session, actor: Actor, asked: Described, *, past: UUID) -> list[Alike]:
    """Open cases of the last days that may be the same matter, the likeliest first."""
    if not asked.terms and asked.item_code is None:
        return []
    today, pack = local_date(session.now), session.use(RulePack)
    township = f"{asked.division_code[:9]}000"
    tokens = set(tokens_of(asked.terms, vault=session.use(Vault), township_code=township))
    given: dict[str, object] = {
        "township": township,
        "village": asked.division_code,
        "since": session.now - timedelta(days=pack.rule(RuleId.DUPLICATES_WINDOW, on=today).value),
        "past": past,
        "person": actor.person_id,
        "today": today,
    }
    if asked.cell is None:
        rows = await session.all(VILLAGE, **given)
    else:
        y, x = asked.cell
        around = {"south": y - 1, "north": y + 1, "west": x - 1, "east": x + 1}
        rows = await session.all(PLACED, **given, **around)
    threshold = pack.rule(RuleId.DUPLICATES_LIKENESS, on=today).value
    found = [_compared(asked, tokens, row) for row in rows]
    likely = [one for one in found if one.likeness >= threshold or (one.same_item and (one.near or not tokens))]
    likely.sort(key=lambda one: (one.same_item and one.near, one.likeness, one.near, one.submitted_at), reverse=True)
    return likely[:SHOWN]


def described(session: Session, request: ServiceRequest) -> Described:
    """A case as it is compared with others."""
    cell = (request.cell_y, request.cell_x) if request.cell_y is not None and request.cell_x is not None else None
    return Described(
        division_code=request.division_code,
        cell=cell,
        kind=request.kind,
        item_code=request.item_code,
        terms=terms_of(wording_of(session, request) or ""),
    )


def likeness(one: set[str], other: set[str]) -> int:
    """How alike two texts are, in percent: what they share of all, or of the shorter where it is in the longer."""
    if not one or not other:
        return 0
    within = len(one & other) / min(len(one), len(other))
    return round(100 * max(overlap(one, other), within))


def _compared(asked: Described, tokens: set[str], row: tuple[object, ...]) -> Alike:
    request_id, division_code, item_code, kind, stage, submitted_at, promised_on, cell_y, _, words = row
    return Alike(
        request_id=request_id,  # type: ignore[arg-type]
        division_code=str(division_code),
        item_code=item_code,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        stage=stage,  # type: ignore[arg-type]
        submitted_at=submitted_at,  # type: ignore[arg-type]
        promised_on=promised_on,  # type: ignore[arg-type]
        near=asked.cell is not None and cell_y is not None,
        same_item=asked.item_code is not None and item_code == asked.item_code,
        likeness=likeness(tokens, set(str(words or "").split())),
    )
