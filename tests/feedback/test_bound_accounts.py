"""Whom an account was asked on behalf of: the person that it is bound to, whichever fact comes first."""

from uuid import uuid4

import pytest

from contracts.members import AccountBound
from tests.feedback.facts import NOON, Case
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("bound_first", [False, True])
async def test_the_person_is_asked_what_the_account_was_asked(office: Office, bound_first: bool) -> None:
    case, person = Case(), uuid4()
    bound = AccountBound(account_id=case.requester, person_id=person, bound_at=NOON)
    facts = [bound, *case.up_to_handling()] if bound_first else [*case.up_to_handling(), bound]
    await office.hear(*facts, bound)
    assert (await office.get("/invitations", by=case.requester)).json()["items"] == []
    [asked] = (await office.get("/invitations", by=person)).json()["items"]
    given = {"rating": "satisfied", "reasons": []}
    answer = await office.post(f"/invitations/{asked['id']}/rating", by=person, body=given)
    assert answer.status_code == 200, answer.text
    await office.hear(case.handled(of_round=2))  # told before `tasks` had heard of the binding
    assert [one["round"] for one in (await office.get("/invitations", by=person)).json()["items"]] == [2, 1]
