"""Somebody in the village is asked for a mandate, as `tasks` would tell it."""

from uuid import UUID, uuid4

from contracts.tasks import MandateAsked
from tests.mounting import Stand
from tests.tasks.conftest import MONDAY, VILLAGE


async def ask_for_consent(stand: Stand, person_id: UUID, *, by: UUID) -> UUID:
    """The consent that waits in `members`."""
    asked = MandateAsked(
        mandate_id=uuid4(), principal_id=person_id, agent_id=by, division_code=VILLAGE, way="code", asked_at=MONDAY
    )
    await stand.hear(asked)
    return asked.mandate_id
