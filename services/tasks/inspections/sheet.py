"""Inspections, as a spreadsheet: which unit was visited when, how much was found, and how much of it is put right."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.clock import local_date
from chassis.sheets.tables import table
from services.tasks.inspections.model import Inspection

COLUMNS = ("被督查单位", "到访日期", "登记日期", "登记人", "发现问题", "其中已销号")


def spreadsheet(inspections: Sequence[Inspection], found: Mapping[UUID, tuple[int, int]]) -> bytes:
    """The .xlsx; `found` says how many findings an inspection has, and how many are struck off."""
    return table(
        "督查记录",
        COLUMNS,
        (
            (
                one.organization_name,
                one.visited_on,
                local_date(one.sent_at),
                one.sent_by_name,
                *found.get(one.id, (0, 0)),
            )
            for one in inspections
        ),
    )
