"""Whoever acts for a villager is never asked for a grade, and gives none, on whatever device they are signed in."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from contracts.members import AccountBound, PersonErased
from contracts.tasks import MandateEnded, MandateGiven
from services.feedback.mandates.model import Mandated
from tests.feedback.facts import NOON, Case
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


def given(case: Case, agent: UUID, **other: object) -> MandateGiven:
    """The person served gave somebody leave to act for them."""
    said = {
        "mandate_id": uuid4(),
        "principal_id": case.requester,
        "agent_id": agent,
        "scope": "all",
        "way": "phone",
        "from_on": date(2020, 1, 1),
        "to_on": date(2999, 1, 1),
        "given_at": NOON,
    }
    return MandateGiven.model_validate(said | other)


def ended(mandate: MandateGiven) -> MandateEnded:
    """It was taken back."""
    return MandateEnded(
        mandate_id=mandate.mandate_id,
        principal_id=mandate.principal_id,
        agent_id=mandate.agent_id,
        how="revoked",
        ended_at=NOON,
    )


async def rate(office: Office, case: Case, *, by: UUID) -> tuple[int, str]:
    """Grade the newest round of the person served as somebody; the code, and the problem's if it is one."""
    items = (await office.get("/invitations", by=case.requester)).json()["items"]
    body = {"rating": "very_satisfied", "reasons": []}
    answer = await office.post(f"/invitations/{items[0]['id']}/rating", by=by, body=body)
    return answer.status_code, answer.json().get("code", "")


async def test_who_acts_for_the_person_served_is_neither_asked_nor_taken_a_grade_from(office: Office) -> None:
    case, agent = Case(), uuid4()
    await office.hear(given(case, agent), *case.up_to_handling())
    assert (await office.get("/invitations", by=agent)).json()["items"] == []
    assert await rate(office, case, by=agent) == (403, "agent-may-not-rate")
    assert await rate(office, case, by=uuid4()) == (404, "not-found")
    assert await rate(office, case, by=case.requester) == (200, "")


async def test_the_refusal_ends_with_the_mandate_and_the_grade_is_still_nobody_elses(office: Office) -> None:
    case, agent = Case(), uuid4()
    mandate = given(case, agent)
    await office.hear(mandate, mandate, *case.up_to_handling(), ended(mandate), ended(mandate))
    assert await rate(office, case, by=agent) == (404, "not-found")
    over = Case()
    await office.hear(given(over, agent, to_on=date(2020, 1, 2)), *over.up_to_handling())
    assert await rate(office, over, by=agent) == (404, "not-found")


async def test_a_mandate_that_was_never_given_is_no_news(office: Office) -> None:
    case, agent = Case(), uuid4()
    await office.hear(ended(given(case, agent)), *case.up_to_handling())
    assert await rate(office, case, by=agent) == (404, "not-found")


@pytest.mark.parametrize("bound_first", [False, True])
async def test_what_an_account_gave_is_the_persons(office: Office, bound_first: bool) -> None:
    case, agent, person = Case(), uuid4(), uuid4()
    bound = AccountBound(account_id=case.requester, person_id=person, bound_at=NOON)
    facts = [given(case, agent), *case.up_to_handling()]
    await office.hear(*([bound, *facts] if bound_first else [*facts, bound]))
    [asked] = (await office.get("/invitations", by=person)).json()["items"]
    body = {"rating": "satisfied", "reasons": []}
    answer = await office.post(f"/invitations/{asked['id']}/rating", by=agent, body=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "agent-may-not-rate")


async def test_of_an_erased_person_no_mandate_is_kept(office: Office) -> None:
    case = Case()
    await office.hear(given(case, uuid4()), PersonErased(person_id=case.requester, erased_at=NOON))
    async with office.mounted.sessions() as session:
        assert await session.all(select(Mandated)) == []
