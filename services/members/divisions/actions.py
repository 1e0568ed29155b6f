"""Writing the list of divisions."""

from dataclasses import dataclass

from sqlmodel import select

from chassis import audit
from chassis.session import Session
from contracts.members import DivisionListed
from services.members.divisions.model import Division
from services.members.divisions.reading import DivisionRow

EVERY_DIVISION = select(Division).with_for_update()  # under lock, so that the facts of a division have one order


@dataclass(frozen=True, slots=True)
class Listed:
    """How many divisions were new, changed, and as before."""

    new: int
    changed: int
    unchanged: int


async def list_divisions(session: Session, rows: list[DivisionRow]) -> Listed:
    """Write divisions; what is new or changed leaves an audit row and is told, the others stay untouched."""
    held = {division.code: division for division in await session.all(EVERY_DIVISION)}
    new = changed = 0
    for row in rows:
        division = held.get(row.code)
        said = (row.name, row.kind, row.superior_code)
        if division is None:
            session.add(Division(code=row.code, name=row.name, kind=row.kind, superior_code=row.superior_code))
            new += 1
        elif (division.name, division.kind, division.superior_code) != said:
            division.name, division.kind, division.superior_code = said
            changed += 1
        else:
            continue
        session.publish(
            DivisionListed(code=row.code, name=row.name, kind=row.kind.value, superior_code=row.superior_code)
        )
        audit.record(session, actor_id=None, action="import_divisions", about=row.code)
    return Listed(new=new, changed=changed, unchanged=len(rows) - new - changed)
