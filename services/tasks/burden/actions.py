"""Adding up what the services told, and measuring a document that goes out."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, real_now
from chassis.session import Session
from contracts.burden import CountedDay, CountedLine
from services.tasks.burden.fields import Fields
from services.tasks.burden.model import BurdenCount, CountKind, DocumentKind
from services.tasks.rules.pack import RuleId, RulePack

OF_SERVICE = (
    select(BurdenCount)
    .where(
        col(BurdenCount.township_code) == bindparam("township"),
        col(BurdenCount.month) == bindparam("month"),
        col(BurdenCount.service) == bindparam("service"),
    )
    .with_for_update()
)
Key = tuple[str, date, str, str, str, str]
"""Township, month, role, service, kind, what."""

_LIMITS = {
    DocumentKind.GENERAL: RuleId.DOCUMENT_LENGTH,
    DocumentKind.SPECIAL: RuleId.DOCUMENT_SPECIAL_LENGTH,
}


async def add_up(session: Session, day: CountedDay, *, service: str) -> None:
    """Add a day of one service in one township to its month, by the file of fields as it stands."""
    month, fields = day.day.replace(day=1), session.use(Fields)
    there = await session.all(OF_SERVICE, township=day.township_code, month=month, service=service)
    known = {(one.role, one.kind, one.what): one for one in there}
    for line in day.lines:
        found = known.get((line.role, line.kind, line.what))
        asked = _asked(fields, line, service)
        if asked is None:
            continue
        if found is None:
            key = (day.township_code, month, line.role, service, line.kind, line.what)
            found = known[line.role, line.kind, line.what] = _nothing(key)
            session.add(found)
        found.times += line.times
        found.fields += line.times * asked[0]
        found.held += line.times * asked[1]
        found.reports += line.times * asked[2]


async def measure_document(
    session: Session, *, township_code: str, role: str, kind: DocumentKind, characters: int
) -> bool:
    """Count a document that is issued to those below, by the role of who issues it; whether it is longer than allowed.

    It is issued all the same: the meter shows it.
    """
    limit = session.use(RulePack).rule(_LIMITS[kind], on=local_date(session.now)).value
    over = characters > limit
    kinds = [CountKind.DOCUMENT, CountKind.DOCUMENT_OVER] if over else [CountKind.DOCUMENT]
    month = local_date(real_now()).replace(day=1)
    for counted in kinds:
        key = (township_code, month, role, "tasks", counted.value, kind.value)
        found = await session.get(BurdenCount, *key, lock=True)
        if found is None:
            found = _nothing(key)
            session.add(found)
        found.times += 1
    return over


def _asked(fields: Fields, line: CountedLine, service: str) -> Sequence[int] | None:
    """How many fields one sending asks for, how many of them are held, and whether it is a report; none if no form."""
    if CountKind(line.kind) is not CountKind.FORM:
        return 0, 0, 0
    form = fields.form(service, line.what)
    if form is None:
        return None
    return fields.asked(form), fields.asked_though_held(form), int(form.typed_report)


def _nothing(key: Key) -> BurdenCount:
    township_code, month, role, service, kind, what = key
    return BurdenCount(
        township_code=township_code,
        month=month,
        role=role,
        service=service,
        kind=kind,
        what=what,
        times=0,
        fields=0,
        held=0,
        reports=0,
    )
