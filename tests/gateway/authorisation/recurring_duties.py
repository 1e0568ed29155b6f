"""The rows of recurring duties. The thing is the monthly report of the village's branch, which its secretary has."""

from itertools import count
from uuid import UUID

from sqlmodel import select

from chassis.tables import new_id
from services.tasks.recurring_duties.model import DutyStage, RecurringDuty, RecurringPeriod
from services.tasks.recurring_duties.rules import Asks
from services.tasks.roster.model import Organization
from tests.gateway.authorisation.columns import Row, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE

ABOVE = "cadre supervisor operator"
SEES = f"secretary {ABOVE} auditor"

ROWS: list[Row] = [
    signed_in("GET /recurring-duties", "those of one's post", shows=("duty_id", "secretary")),
    signed_in(
        "GET /recurring-duties",
        "those of the organisations that one's posts reach",
        query={"whose": "below"},
        shows=("duty_id", SEES),
    ),
    signed_in("GET /recurring-duties/counts", "as the list"),
    signed_in("GET /recurring-duties/rules", "every person"),
    signed_in("GET /recurring-duties/sheet", "as the list"),
    Row("GET /recurring-duties/{duty_id}", "whose it is, and whose posts reach the organisation", 404, {200: SEES}),
    Row(
        "POST /recurring-duties/{duty_id}/done",
        "the holder of the post, or whoever acts for them",
        404,
        {200: "secretary", 403: f"{ABOVE} auditor"},
        body={"done_on": "2026-11-16"},
    ),
    Row(
        "POST /recurring-duties/{duty_id}/return",
        "those above the organisation",
        404,
        {200: ABOVE, 403: "secretary auditor"},
        about={"duty_id": "done_duty"},
        body={"words": "材料不全"},
    ),
    Row(
        "POST /recurring-duties/{duty_id}/skip",
        "the holder, and those above; another of those confirms",
        404,
        {202: f"secretary {ABOVE}", 403: "auditor"},
        body={"reason": "disaster", "words": "抗洪"},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Fresh duties of the village, each of a period of its own."""
    numbers = count(1)

    async def duty_id() -> str:
        made = new_id()
        async with there.stand.mounted.sessions() as session:
            found = await session.all(select(Organization))
            branch = next(one.id for one in found if one.division_code == VILLAGE and one.tier == "branch")
            period = RecurringPeriod(
                id=new_id(),
                rule_code=f"matrix-{next(numbers)}",
                first_on=MONDAY.date().replace(day=1),
                last_on=MONDAY.date().replace(day=30),
                due_on=MONDAY.date().replace(day=30),
                made_to=None,
                made_at=session.now,
                reminded_to=None,
                missed_to=None,
            )
            session.add(period, _duty(made, period, branch))
        return str(made)

    async def done_duty() -> str:
        found = await duty_id()
        body = {"done_on": "2026-11-16"}
        done = await there.stand.post(f"/recurring-duties/{found}/done", by=there.people["secretary"], **body)
        assert done.status_code == 200, done.text
        return found

    return {"duty_id": duty_id, "done_duty": done_duty}


def _duty(duty_id: UUID, period: RecurringPeriod, organization_id: UUID) -> RecurringDuty:
    return RecurringDuty(
        id=duty_id,
        period_id=period.id,
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        organization_id=organization_id,
        post="secretary",
        rule_code=period.rule_code,
        title="月报告",
        asks=Asks.NOTHING,
        first_on=period.first_on,
        last_on=period.last_on,
        due_on=period.due_on,
        provisional=False,
        stage=DutyStage.OPEN,
        done_on=None,
        done_by=None,
    )
