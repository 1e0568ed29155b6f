"""An erased person's grades stay in the figures, and nothing says any more whose they were."""

from pathlib import Path
from uuid import UUID

import pytest

from chassis.clock import real_now
from contracts.members import PersonErased
from services.feedback.cases.model import CaseRecord
from services.feedback.ratings.model import Invitation
from tests.three_services import alive

pytestmark = pytest.mark.asyncio


async def test_a_grade_of_an_erased_person_is_nobodys(tmp_path: Path) -> None:
    async with alive("feedback", tmp_path) as lived:
        stand, requester = lived.stand, lived.people["requester"]
        (asked,) = (await stand.get("/invitations", by=requester)).json()["items"]
        path = f"/invitations/{asked['id']}/rating"
        assert (await stand.post(path, by=requester, rating="dissatisfied", reasons=["attitude"])).is_success

        await stand.hear(PersonErased(person_id=requester, erased_at=real_now()))

        assert (await stand.get("/invitations", by=requester)).json()["items"] == []
        async with stand.mounted.sessions() as session:
            kept = await session.get(Invitation, UUID(asked["id"]))
            case = await session.get(CaseRecord, UUID(asked["request_id"]))
        assert kept is not None
        assert case is not None
        assert (kept.rating, kept.citizen_id == requester) == ("dissatisfied", False)
        assert (case.requester_id, case.rated_bad) == (None, True)
