"""Reading the meter: sums by month and role, and the forms that ask for most; few holders of a post stand together."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.burden import CITIZEN, NOWHERE
from chassis.clock import local_date, real_now
from chassis.divisions import is_district, span_of
from chassis.session import Session
from services.tasks.burden.model import BurdenCount, CountKind
from services.tasks.roster.model import Post
from services.tasks.roster.views import in_office
from services.tasks.rules.pack import RuleId, RulePack

FEW = "few"
"""The kinds of posts that too few hold, together."""
MOST_FORMS = 10

_within = or_(
    col(BurdenCount.township_code).between(bindparam("first"), bindparam("last")),
    col(BurdenCount.township_code) == bindparam("also"),
)
_since = col(BurdenCount.month) >= bindparam("since", type_=BurdenCount.__table__.c.month.type)  # type: ignore[attr-defined]
SUMS = (
    columns(
        col(BurdenCount.month),
        col(BurdenCount.role),
        col(BurdenCount.kind),
        func.sum(col(BurdenCount.times)),
        func.sum(col(BurdenCount.fields)),
        func.sum(col(BurdenCount.held)),
        func.sum(col(BurdenCount.reports)),
    )
    .where(_within, _since)
    .group_by(col(BurdenCount.month), col(BurdenCount.role), col(BurdenCount.kind))
)
FORMS = (
    columns(
        col(BurdenCount.service),
        col(BurdenCount.what),
        col(BurdenCount.role),
        func.sum(col(BurdenCount.times)),
        func.sum(col(BurdenCount.fields)),
    )
    .where(_within, _since, col(BurdenCount.kind) == CountKind.FORM.value)
    .group_by(col(BurdenCount.service), col(BurdenCount.what), col(BurdenCount.role))
)
HOLDERS = (
    columns(col(Post.kind), func.count(func.distinct(col(Post.person_id))))
    .where(col(Post.division_code).between(bindparam("first"), bindparam("last")), in_office())
    .group_by(col(Post.kind))
)


@dataclass(slots=True)
class Line:
    """What one role was asked for in one month."""

    role: str
    holders: int | None  # who hold such a post today; none for citizens and for several roles together
    sent: int = 0  # forms
    fields: int = 0
    held: int = 0
    notices: int = 0
    digests: int = 0
    texts: int = 0
    reports: int = 0
    documents: int = 0
    documents_over: int = 0

    def add(self, kind: str, *, times: int, fields: int, held: int, reports: int) -> None:
        """Add a sum to its column."""
        match CountKind(kind):
            case CountKind.FORM:
                self.sent += times
            case CountKind.NOTICE:
                self.notices += times
            case CountKind.DIGEST:
                self.digests += times
            case CountKind.TEXT:
                self.texts += times
            case CountKind.DOCUMENT:
                self.documents += times
            case CountKind.DOCUMENT_OVER:
                self.documents_over += times
        self.fields += fields
        self.held += held
        self.reports += reports


@dataclass(frozen=True, slots=True)
class AskedForm:
    """How often a form was sent in, and how many fields that were."""

    service: str
    form: str
    times: int
    fields: int


@dataclass(frozen=True, slots=True)
class Meter:
    """What was counted in an area: months from new to old, and the forms that asked for most."""

    months: dict[date, list[Line]] = field(default_factory=dict)
    forms: list[AskedForm] = field(default_factory=list)
    left_out: bool = False  # so few hold the rare posts that not even their sum is shown here


async def meter(session: Session, area: str, *, months: int) -> Meter:
    """The meter of a township or a county over the last months of real time, this one included."""
    first, last = span_of(area)
    county = is_district(area)
    span = {"first": first, "last": last, "also": NOWHERE if county else first, "since": first_of(months)}
    today = local_date(session.now)
    holders = {str(kind): int(count) for kind, count in await session.all(HOLDERS, first=first, last=last, today=today)}
    least = session.use(RulePack).rule(RuleId.BURDEN_LEAST, on=today).value
    names = {kind: kind if count >= least else FEW for kind, count in holders.items()} | {CITIZEN: CITIZEN}
    shows_few = sum(count for count in holders.values() if count < least) >= least
    sums = await session.all(SUMS, **span)
    lines: dict[date, dict[str, Line]] = defaultdict(dict)
    for month, role, kind, times, fields, held, reports in sums:
        name = names.get(str(role), FEW)
        if name == FEW and not shows_few:
            continue
        line = lines[month].setdefault(name, Line(role=name, holders=holders.get(name)))
        line.add(str(kind), times=int(times), fields=int(fields), held=int(held), reports=int(reports))
    shown = {role for role in {str(row[1]) for row in sums} if shows_few or names.get(role, FEW) != FEW}
    return Meter(
        months={
            month: sorted(lines[month].values(), key=lambda one: one.role) for month in sorted(lines, reverse=True)
        },
        forms=_most(await session.all(FORMS, **span), shown),
        left_out=not shows_few and any(names.get(str(row[1]), FEW) == FEW for row in sums),
    )


def first_of(months: int) -> date:
    """The first day of the month with which so many months begin that end with this one (real time)."""
    month = local_date(real_now()).replace(day=1)
    back = month.year * 12 + month.month - months
    return date(back // 12, back % 12 + 1, 1)


def _most(rows: list[tuple[str, str, str, int, int]], shown: set[str]) -> list[AskedForm]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for service, form, role, times, fields in rows:
        if role in shown:
            found = sums[service, form]
            found[0] += int(times)
            found[1] += int(fields)
    asked = [AskedForm(service, form, times, fields) for (service, form), (times, fields) in sums.items() if fields]
    return sorted(asked, key=lambda one: (-one.fields, one.service, one.form))[:MOST_FORMS]
