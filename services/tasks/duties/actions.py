"""Taking a duty list in as a draft, putting it in force from its date, and taking that back while it lies ahead."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.clock import local_date
from chassis.divisions import is_district
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.catalogue.model import Catalogue
from services.tasks.duties import policy, views
from services.tasks.duties.book import DutyBook
from services.tasks.duties.model import DutyEntry, DutyList, ListStage
from services.tasks.duties.rows import Checked, DutyRow, Known, digest_of
from services.tasks.roster.model import Organization
from services.tasks.roster.views import division

OF_THE_COUNTY = select(Organization).where(col(Organization.division_code).like(bindparam("county")))
LOCKED_ENTRIES = select(DutyEntry).where(col(DutyEntry.list_id) == bindparam("list")).with_for_update()


class NoSuchTownship(Invalid):
    """A duty list is a township's; import the divisions first, or correct the code."""

    title_zh = "没有这个乡镇（街道），请核对12位区划代码，或先导入行政区划。"


class DutiesFaulty(Invalid):
    """Some rows of this list are not right, and nothing of it was taken in."""

    title_zh = "清单中有错误，没有导入任何内容：请按报告改正后重新导入，或选择只导入正确的行。"


class ListDecidedAlready(Conflict):
    """The list of this date is in force and does not change; a changed list begins on another date."""

    title_zh = "该日期的清单已经确定施行，内容不能再改；修改后的清单请另定施行日期导入。"


@dataclass(frozen=True, slots=True)
class Imported:
    """The version that was taken in, and what changed in it."""

    version: int
    new: int
    changed: int
    unchanged: int
    gone: int


async def known(session: Session, township_code: str) -> Known:
    """What a list of this township may refer to. Raises `NoSuchTownship`."""
    area = await division(session, township_code)
    if area is None or not township_code.endswith("000") or is_district(township_code):
        raise NoSuchTownship(township=township_code)
    there = await session.all(OF_THE_COUNTY, county=f"{township_code[:6]}%")
    names: dict[str, list[UUID]] = {}
    for one in there:
        names.setdefault(one.name, []).append(one.id)
    return Known(
        organizations={one.code: one.id for one in there},
        names={name: ids[0] for name, ids in names.items() if len(ids) == 1},
        items=frozenset(item.code for item in session.use(Catalogue).items),
    )


async def import_duties(
    session: Session,
    checked: Checked,
    *,
    township_code: str,
    from_on: date,
    title: str,
    example: bool = False,
    leave_out_faulty: bool = False,
) -> Imported:
    """Take the good rows in as the draft of this date; with a fault nothing, unless faulty rows are to be left out.

    Repeated, it changes nothing; a changed file changes the draft. Raises `DutiesFaulty`, `ListDecidedAlready`.
    """
    if checked.faults and not leave_out_faulty:
        raise DutiesFaulty(faults=len(checked.faults), rows=len({(one.sheet, one.row) for one in checked.faults}))
    digest = digest_of(checked.rows)
    versions = await session.all(views.OF_TOWNSHIP, township=township_code)
    same = next((one for one in versions if one.from_on == from_on), None)
    if same is not None and same.digest == digest:
        return Imported(same.version, new=0, changed=0, unchanged=len(checked.rows), gone=0)
    if same is not None and same.stage is not ListStage.DRAFT:
        raise ListDecidedAlready(from_on=from_on.isoformat(), version=same.version)
    if same is None:
        held = DutyList(
            id=new_id(),
            township_code=township_code,
            version=1 + max((one.version for one in versions), default=0),
            stage=ListStage.DRAFT,
            title=title,
            example=example,
            from_on=from_on,
            to_on=None,
            digest=digest,
            imported_at=session.now,
            decided_by=None,
            decided_at=None,
        )
        session.add(held)
        await session.flush()
    else:
        held = await _locked(session, same.id)
        held.digest, held.title, held.example, held.imported_at = digest, title, example, session.now
    audit.record(session, actor_id=None, action="import_duties", about=held.id)
    return await _take_lines(session, held, checked.rows)


async def put_in_force(session: Session, list_id: UUID, *, by: Actor) -> DutyList:
    """Have a draft hold from its date, in place of the one before it."""
    await views.list_seen(session, by, list_id)
    held = await _locked(session, list_id)
    await policy.check_may_decide(session, by, held)
    before = await session.first(views.LATEST_IN_FORCE, township=held.township_code)
    replaced = before if before is not None and before.id != held.id else None
    held.put_in_force(by.person_id, at=session.now, today=local_date(session.now), replaced=replaced)
    session.use(DutyBook).forget()
    return held


async def take_back(session: Session, list_id: UUID, *, by: Actor) -> DutyList:
    """Make a version a draft again whose first day lies ahead; the one before it holds on."""
    await views.list_seen(session, by, list_id)
    held = await _locked(session, list_id)
    await policy.check_may_decide(session, by, held)
    day_before = date.fromordinal(held.from_on.toordinal() - 1)
    replaced = await session.first(views.ENDING_ON, township=held.township_code, day=day_before)
    held.take_back(today=local_date(session.now), replaced=replaced)
    session.use(DutyBook).forget()
    return held


async def _locked(session: Session, list_id: UUID) -> DutyList:
    held = await session.get(DutyList, list_id, lock=True)
    if held is None:
        raise NotFound()
    return held


async def _take_lines(session: Session, held: DutyList, rows: Sequence[DutyRow]) -> Imported:
    """Make a draft's lines these; a line keeps its id as long as its number stands."""
    there = {one.number: one for one in await session.all(LOCKED_ENTRIES, list=held.id)}
    new = changed = 0
    for position, row in enumerate(rows, start=1):
        values = asdict(row) | {"position": position, "searched": _searched(row)}
        before = there.pop(row.number, None)
        if before is None:
            session.add(DutyEntry(id=new_id(), list_id=held.id, township_code=held.township_code, **values))
            new += 1
        elif any(getattr(before, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(before, name, value)
            changed += 1
    for gone in there.values():
        session.delete(gone)
    return Imported(held.version, new=new, changed=changed, unchanged=len(rows) - new - changed, gone=len(there))


def _searched(row: DutyRow) -> str:
    parts = [row.number, row.name, row.category or "", row.department or "", row.township_part or "", *row.keywords]
    return " ".join(parts).casefold()
