"""Writing a checked roster: nothing or all good rows, in one transaction, and only what is new or changed."""

from dataclasses import dataclass

from chassis.problems import Invalid
from chassis.session import Session
from chassis.sheets.collecting import not_collecting
from services.members.imports.intake import Progress, Tally
from services.members.imports.offices import take_in_posts
from services.members.imports.people import take_in_citizens, take_in_members
from services.members.imports.places import take_in_organizations
from services.members.imports.registers import read_registers
from services.members.imports.rows import Checked


class RosterFaulty(Invalid):
    """Some rows of this roster are not right, and nothing of it was taken in."""

    title_zh = "名册中有错误，没有导入任何内容：请按报告改正后重新导入，或选择只导入正确的行。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, kind by kind."""

    organizations: Tally
    members: Tally
    posts: Tally
    households: Tally
    citizens: Tally


def _unseen(_table: str, _done: int, _total: int) -> None:
    """Nobody watches."""


async def import_roster(
    session: Session, checked: Checked, *, leave_out_faulty: bool = False, progress: Progress = _unseen
) -> Imported:
    """Write the good rows; with a fault among the rows nothing, unless the faulty ones are to be left out.

    Repeated, it changes nothing. What is new or changed leaves an audit row and, for organisations and posts, a fact.
    Rows that are there and not in the file stay. Raises `RosterFaulty` and `OrganizationWithoutDivision`.
    """
    if checked.faults and not leave_out_faulty:
        raise RosterFaulty(faults=len(checked.faults), rows=len({(fault.sheet, fault.row) for fault in checked.faults}))
    with not_collecting():
        organizations, of_organizations = await take_in_organizations(session, checked.organizations, progress=progress)
        registers = await read_registers(session)
        await registers.read_salts(session)
        of_members = await take_in_members(session, checked.members, organizations, registers, progress=progress)
        of_posts = await take_in_posts(session, checked.posts, organizations, registers, progress=progress)
        of_households, of_citizens = await take_in_citizens(session, checked.citizens, registers, progress=progress)
        await registers.write_salts(session)
    return Imported(of_organizations, of_members, of_posts, of_households, of_citizens)
