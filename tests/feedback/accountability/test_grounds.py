"""What of the record may be a ground, and what may not."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.event import Event
from contracts.tasks import RecurringDutyDone, RecurringDutyMissed, RecurringDutyReturned, RecurringDutySkipped
from tests.feedback.accountability.committee import BRANCH, CADRE, convened
from tests.feedback.facts import FAR_VILLAGE, NOON, VILLAGE
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


class TestGrounds:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_recurring_duty_is_a_ground_once_its_day_is_over_and_as_long_as_it_is_not_done(
        self, office: Office
    ) -> None:
        await convened(office)
        of: dict[str, Any] = {
            "rule_code": "monthly-report",
            "organization_id": UUID(BRANCH),
            "division_code": VILLAGE,
            "due_on": NOON.date(),
        }

        async def accepted(*facts: Event) -> bool:
            await office.hear(*facts)
            ground = {"kind": "duty", "id": facts[0].key}
            body = {"organization_id": BRANCH, "measure": "order_to_rectify", "grounds": [ground], "reason": "逾期"}
            answer = await office.post("/accountability", by=CADRE, body=body)
            assert answer.status_code == 201 or answer.json()["code"] == "ground-not-in-record", answer.text
            return answer.status_code == 201

        missed = RecurringDutyMissed(duty_id=uuid4(), missed_at=NOON, **of)
        done = RecurringDutyDone(duty_id=uuid4(), done_on=NOON.date(), in_time=True, **of)
        back = RecurringDutyReturned(duty_id=done.duty_id, missed=True, returned_at=NOON, **of)
        late = RecurringDutyDone(duty_id=missed.duty_id, done_on=NOON.date(), in_time=False, **of)
        left_out = RecurringDutySkipped(duty_id=missed.duty_id, reason="disaster", skipped_at=NOON, **of)
        elsewhere = missed.model_copy(update={"duty_id": uuid4(), "division_code": FAR_VILLAGE})
        for facts, so in (
            ((missed, missed), True),
            ((late,), True),
            ((left_out,), False),
            ((done,), False),
            ((back,), True),
            ((elsewhere,), False),
        ):
            assert await accepted(*facts) is so, facts


class TestOnPostgres(TestGrounds):
    """The same on PostgreSQL."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres
