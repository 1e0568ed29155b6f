"""Public pledges, as a spreadsheet: who promised what until when, and what became of it."""

from collections.abc import Sequence

from chassis.clock import local_date
from chassis.session import Session
from chassis.sheets.tables import table
from services.tasks.pledges import views
from services.tasks.pledges.model import PublicPledge

COLUMNS = ("组织", "区划代码", "承诺人", "承诺内容", "开始", "期限", "情况", "公开日期", "认定日期", "认定人", "理由")


def spreadsheet(session: Session, pledges: Sequence[PublicPledge]) -> bytes:
    """The .xlsx."""
    return table(
        "公开承诺",
        COLUMNS,
        [
            (
                one.organization_name,
                one.division_code,
                one.pledger_name,
                views.words_of(session, one),
                one.from_on,
                one.to_on,
                one.stage.title_zh,
                local_date(one.published_at) if one.published_at else None,
                one.found_on,
                one.found_by_name,
                views.reason_of(session, one),
            )
            for one in pledges
        ],
    )
