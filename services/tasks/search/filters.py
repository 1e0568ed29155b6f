"""By what a desk's list of cases is cut: what may be asked for, and which walk through the table that makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, field_validator

from chassis.clock import local_date, midnight
from chassis.divisions import is_district
from chassis.identity import Actor
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input
from services.tasks.requests.channels import Channel
from services.tasks.requests.stages import Stage
from services.tasks.requests.walks import NOTHING, SEEING, Walks, by_posts
from services.tasks.roster import views as roster
from services.tasks.roster.duty import acted_for
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.search.tokens import query_of, terms_sought

SELECTIVE = ("text", "requester", "handler", "organization")
"""Filters that find few cases by an index of their own, wherever those lie."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,32}$")]


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Between these lie all the days of a list; beyond the calendar's ends no instant can be told."""


def _of_our_time(at: datetime) -> datetime:
    if not FIRST_DAY.year <= at.year <= LAST_DAY.year:
        raise ValueError("时间应在 2000 年至 2100 年之间")
    return at


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class Order(StrEnum):
    """In which order a list runs."""

    NEWEST = "newest"  # from new to old
    LIMIT = "limit"  # by the limit that ends next; open cases alone


class Along(StrEnum):
    """By what the rows of a list follow each other, and after what its next page begins."""

    ID = "id"  # from new to old, as they came in
    LIMIT = "limit"
    ASKED = "asked"  # from new to old, by when they were asked for


class CaseFilter(Input):
    """Which cases a list shows: all that is said must be so. Nothing said is everything within one's reach."""

    text: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)] | None
    ) = Field(None, description="事项文字中同时出现的词；至少两个连续的汉字")
    stage: tuple[Stage, ...] = Field((), max_length=17, description="环节，可多选")
    person_id: UUID | None = Field(None, description="群众编号；先按电话或证件号在成员服务中查得，不按姓名")
    area: DivisionCode | None = Field(None, description="乡镇（街道）或村（社区）的 12 位区划代码")
    item: Code | None = Field(None, description="代办事项代码")
    kind: MatterKind | None = Field(None, description="事项类别")
    urgency: Urgency | None = Field(None, description="紧急程度")
    channel: Channel | None = Field(None, description="来自哪个渠道")
    colour: tuple[Code, ...] = Field((), max_length=8, description="预警颜色代码，可多选")
    due_from: Moment | None = Field(None, description="办结时限不早于")
    due_before: Moment | None = Field(None, description="办结时限早于")
    overdue: bool = Field(False, description="只看已超过办结时限而未办结的")
    open: bool = Field(False, description="只看尚未办结的")
    handler_id: UUID | None = Field(None, description="正在办理或签收办理的人员")
    organization_id: UUID | None = Field(None, description="承办组织")
    submitted_from: Day | None = Field(None, description="提出日期，当地日期，含当日")
    submitted_to: Day | None = Field(None, description="提出日期，当地日期，含当日")

    @field_validator("stage", "colour")
    @classmethod
    def _each_once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(given)))


class Words(StrEnum):
    """How a list comes to the cases that have the words of a query."""

    MET = "met"  # on its walk: so many have them
    FIRST = "first"  # looked up before anything else: few have them
    SOME = "some"  # the same, of many only as many as are looked at


class Ground(StrEnum):
    """Where a list is looked for; what lies in several is shown once."""

    POST = "post"  # what one's posts reach
    WORKING = "working"  # what waits for oneself
    ACTING = "acting"  # what waits for a colleague for whom one acts
    SIGNED = "signed"  # what one signed for
    HELPING = "helping"  # what one helps with, while somebody else leads
    REACHED = "reached"  # everywhere, what is found by a selective filter


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a list's statement depends on what was asked; lists of one shape share their statement."""

    grounds: tuple[Ground, ...]
    named: frozenset[str]  # filters with one value each
    stages: tuple[Stage, ...] = ()
    colours: int = 0
    townships: int = 0  # that are named one by one, where a list looks through all of them
    words: Words = Words.MET
    walks: Walks = NOTHING.walks  # by which what one's posts reach is found
    home: bool = False  # of that, what lies in the one township where one's posts all are
    absent: int = 0  # colleagues for whom one acts
    by_post: bool = False  # only what one's posts reach, not what one works on oneself

    def along(self, order: Order) -> Along:
        """How such a list is walked: one of certain days begins at these days, not at today."""
        if order is Order.LIMIT:
            return Along.LIMIT
        return Along.ASKED if self.named & {"submitted_from", "submitted_before"} else Along.ID

    def by_township(self) -> bool:
        """Whether an index of its filters, which begins with the township, gives its rows sooner than a walk."""
        return bool(self.stages or self.colours or self.named & {"item", "submitted_from", "submitted_before"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as somebody asked for it: the shape of its statement, and the values."""

    shape: Shape
    values: Mapping[str, object] = field(default_factory=dict)


async def asked_by(session: Session, actor: Actor, cut: CaseFilter, *, by_post: bool = False) -> Asked:
    """A filter as a statement's shape and values, for what this person reaches. Raises `NothingToFind`."""
    today = local_date(session.now)
    named = _named(cut, now=session.now)
    posts = [post for post in await roster.posts_of(session, actor.person_id, today=today) if post.kind in SEEING]
    areas = [post.division_code for post in posts]
    if cut.text is not None:
        named["text"] = await _query(session, cut.text, within=cut.area, areas=areas)
    nowhere = named.get("text") == ""  # an area without townships: nothing can be found in it
    grounds = () if nowhere else _grounds(named, areas, by_post=by_post)
    absent = await acted_for(session, actor.person_id, today=today) if Ground.WORKING in grounds else []
    if absent:
        grounds += (Ground.ACTING,)
    reached = await by_posts(session, actor.person_id, posts, today=today) if Ground.POST in grounds else NOTHING
    values = {**named, "person": actor.person_id, "today": today, **reached.values}
    values |= {f"colour_{n}": code for n, code in enumerate(cut.colour)}
    values |= {f"absent_{n}": person for n, person in enumerate(absent)}
    home = Ground.POST in grounds and "township" not in named and _lie_in_one_township(areas)
    if home:
        values["home"] = f"{areas[0][:9]}000"
    shape = Shape(
        grounds=grounds,
        named=frozenset(named),
        stages=tuple(cut.stage),
        colours=len(cut.colour),
        walks=reached.walks,
        home=home,
        absent=len(absent),
        by_post=by_post,
    )
    return Asked(shape, values)


def _grounds(named: Mapping[str, object], areas: list[str], *, by_post: bool) -> tuple[Ground, ...]:
    if by_post and not areas:
        return ()
    if named.keys() & set(SELECTIVE):
        return (Ground.REACHED,)
    of_posts: tuple[Ground, ...] = (Ground.POST,) if areas else ()
    return of_posts if by_post else (*of_posts, Ground.WORKING, Ground.SIGNED, Ground.HELPING)


def _lie_in_one_township(areas: list[str]) -> bool:
    return len({area[:9] for area in areas}) == 1 and not is_district(areas[0])


def _named(cut: CaseFilter, *, now: datetime) -> dict[str, object]:
    """The filters that were given one value each, by the names of their conditions."""
    found: dict[str, object] = {
        "requester": cut.person_id,
        "handler": cut.handler_id,
        "organization": cut.organization_id,
        "item": cut.item,
        "kind": cut.kind,
        "urgency": cut.urgency,
        "channel": cut.channel,
        "due_from": cut.due_from,
        "due_before": cut.due_before,
        "submitted_from": _midnight(cut.submitted_from),
        "submitted_before": _midnight(cut.submitted_to, days=1),
        "overdue": now if cut.overdue else None,
        "open": True if cut.open else None,
    }
    if cut.area is not None:
        if is_district(cut.area):
            found["district"] = cut.area[:6]
        else:
            found["township"] = f"{cut.area[:9]}000"
            found["village"] = None if cut.area.endswith("000") else cut.area
    return {name: value for name, value in found.items() if value is not None}


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else midnight(day + timedelta(days=days))


async def _query(session: Session, text: str, *, within: str | None, areas: list[str]) -> str:
    """What the index of words is asked: in the townships of an area, of one's posts, or of them all."""
    codes = [within] if within is not None else areas
    if not codes or any(is_district(code) for code in codes):
        districts = {code[:6] for code in codes}
        townships = [code for code in await roster.townships(session) if not districts or code[:6] in districts] + [
            f"{code[:9]}000" for code in codes if not is_district(code)
        ]
    else:
        townships = [f"{code[:9]}000" for code in codes]
    terms = terms_sought(text)
    return query_of(terms, vault=session.use(Vault), township_codes=sorted(set(townships)))
