"""Posts are claimed and left, models take two persons, and volunteers sign up, come, and are erased with their rows."""

from datetime import timedelta

import pytest
from sqlmodel import select

from chassis.clock import real_now
from contracts.members import PersonErased
from services.tasks.post_duties.model import PostDutyClaim
from services.tasks.volunteering.model import Volunteer, VolunteerSignUp
from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.pledges.acting import DAYS, branch_of, did, opinions, paper, post_of, refused, seen_by_all

pytestmark = pytest.mark.asyncio

SERVICE = {
    "title": "义务清河",
    "what": "清理河道",
    "places": 1,
    "from_at": "2026-11-20T09:00:00+08:00",
    "to_at": "2026-11-20T11:00:00+08:00",
}


async def duty_of(village: Village, *, places: int = 1) -> str:
    """The secretary sets a post up."""
    body = {"organization_id": await branch_of(village), "title": "卫生监督岗", "duties": "每周巡查", "places": places}
    return str((await did(village, "/post-duties", village.people.secretary, **body, **DAYS))["id"])


async def test_a_post_is_claimed_confirmed_and_left(village: Village) -> None:
    people, duty = village.people, await duty_of(village)
    claim = (await did(village, f"/post-duties/{duty}/claims", people.villager))["id"]
    assert await refused(village, f"/post-duties/{duty}/claims", people.villager) == "claimed-already"
    assert await refused(village, f"/post-duties/{duty}/claims", people.neighbour) == "post-duty-full"
    said = {"about": "post_duty", "about_id": duty, "opinion": "satisfied"}
    assert await refused(village, "/opinions", people.neighbour, **said) == "nothing-to-judge-yet"
    own = await refused(village, f"/post-duty-claims/{claim}/decision", people.villager, agreed=True)
    assert own == "not-your-claim"
    await did(village, f"/post-duty-claims/{claim}/decision", people.secretary, agreed=True)
    assert await refused(village, "/opinions", people.villager, **said) == "own-doing"
    await did(village, "/opinions", people.neighbour, **said)
    seen = (await village.stand.get(f"/post-duties/{duty}", by=people.neighbour)).json()
    assert (seen["claimed"], seen["claims"]) == (1, []), "who holds it is shown to those who run it"
    run = (await village.stand.get(f"/post-duties/{duty}", by=people.secretary)).json()
    assert [one["person_id"] for one in run["claims"]] == [str(people.villager)]
    await did(village, f"/post-duty-claims/{claim}/end", people.villager)
    await did(village, f"/post-duties/{duty}/claims", people.neighbour)
    await did(village, f"/post-duties/{duty}/end", people.secretary)
    mine = (await village.stand.get("/post-duty-claims", by=people.neighbour)).json()["items"]
    assert [one["stage"] for one in mine] == ["ended"]
    assert await refused(village, f"/post-duties/{duty}/claims", people.villager) == "post-duty-over"


async def test_a_model_takes_two_persons_and_is_taken_back_with_a_reason(village: Village) -> None:
    people = village.people
    body = {
        "organization_id": await branch_of(village),
        "kind": "post",
        "title": "代办示范岗",
        "post_id": await post_of(village, people.agent),
        "reason": "件件按期",
        "to_on": "2027-11-16",
    }
    assert await refused(village, "/model-posts", people.secretary, **body) == "may-not-distinguish"
    asked = await did(village, "/model-posts", people.cadre, **body)
    assert await refused(village, "/model-posts", people.operator, **body) == "distinguished-already"
    assert (await seen_by_all(village, "/model-posts", division_code=VILLAGE))["items"] == []
    proposal = f"/proposals/{asked['proposal_id']}/confirmation"
    assert await refused(village, proposal, people.cadre) == "same-person"
    await did(village, proposal, people.supervisor)
    (line,) = (await seen_by_all(village, "/model-posts", division_code=VILLAGE))["items"]
    assert (line["title"], line["from_on"], line["reason"]) == ("代办示范岗", "2026-11-16", "件件按期")
    said = {"about": "model_post", "about_id": asked["id"], "opinion": "satisfied"}
    for own in (people.agent, people.cadre, people.supervisor):
        assert await refused(village, "/opinions", own, **said) == "own-doing"
    await did(village, "/opinions", people.villager, **said)
    await did(village, f"/model-posts/{asked['id']}/revocation", people.cadre, words="连续两次逾期")
    assert (await seen_by_all(village, "/model-posts", division_code=VILLAGE))["items"] == []
    assert (await seen_by_all(village, f"/model-posts/{asked['id']}"))["revoked_reason"] == "连续两次逾期"
    again = await did(village, "/model-posts", people.cadre, **body)
    await did(village, f"/proposals/{again['proposal_id']}/refusal", people.operator)
    await did(village, "/model-posts", people.cadre, **body)


async def test_a_distinction_ends_with_its_last_day(village: Village) -> None:
    people = village.people
    body = {
        "organization_id": await branch_of(village),
        "kind": "counter",
        "title": "一号窗口",
        "reason": "不用排队",
        "to_on": "2026-12-16",
    }
    asked = await did(village, "/model-posts", people.cadre, **body)
    await did(village, f"/proposals/{asked['proposal_id']}/confirmation", people.operator)
    village.clock.at += timedelta(days=31)
    assert (await seen_by_all(village, "/model-posts", division_code=VILLAGE))["items"] == []
    said = {"about": "model_post", "about_id": asked["id"], "opinion": "satisfied"}
    assert await refused(village, "/opinions", people.villager, **said) == "nothing-to-judge-yet"
    await did(village, "/model-posts", people.cadre, **body | {"to_on": "2027-12-16"})


async def test_volunteers_sign_up_come_and_it_is_done_with_evidence(village: Village) -> None:
    people, branch = village.people, await branch_of(village)
    service = (await did(village, "/volunteer-services", people.secretary, organization_id=branch, **SERVICE))["id"]
    late = SERVICE | {"to_at": "2026-11-21T11:00:00+08:00"}
    wrong = await refused(village, "/volunteer-services", people.secretary, organization_id=branch, **late)
    assert wrong == "service-times-wrong"
    path = f"/volunteer-services/{service}"
    assert await refused(village, f"{path}/sign-up", people.villager) == "not-a-volunteer"
    for person in (people.villager, people.neighbour):
        await did(village, "/volunteers", person, division_code=VILLAGE)
    assert await refused(village, "/volunteers", people.villager, division_code=VILLAGE) == "volunteer-already"
    await did(village, f"{path}/sign-up", people.villager)
    assert await refused(village, f"{path}/sign-up", people.villager) == "signed-up-already"
    assert await refused(village, f"{path}/sign-up", people.neighbour) == "service-full"
    await did(village, f"{path}/stepping-back", people.villager)
    assert await refused(village, f"{path}/stepping-back", people.villager) == "sign-up-over"
    await did(village, f"{path}/sign-up", people.neighbour)
    mine = (await village.stand.get("/volunteer-services/mine", by=people.neighbour)).json()["items"]
    assert [one["id"] for one in mine] == [service]
    done = {"took_part": 1, "evidence": [await paper(village, people.secretary)]}
    assert await refused(village, f"{path}/done", people.secretary, **done) == "service-not-begun"
    village.clock.at += timedelta(days=4, hours=3)
    assert await refused(village, f"{path}/sign-up", people.villager) == "sign-up-over"
    assert await refused(village, f"{path}/done", people.agent, **done) == "not-your-service"
    await did(village, f"{path}/done", people.secretary, **done)
    said = {"about": "volunteer_service", "about_id": service, "opinion": "satisfied"}
    assert await refused(village, "/opinions", people.neighbour, **said) == "own-doing"
    await opinions(village, "volunteer_service", service, "satisfied", how_many=5)
    shown = await seen_by_all(village, path)
    assert (shown["stage"], shown["took_part"], shown["opinions"][0]["satisfied"]) == ("done", 1, 5)
    assert await refused(village, f"{path}/cancellation", people.secretary, words="下雨") == "not-allowed-now"


async def test_a_cancelled_service_says_why(village: Village) -> None:
    people = village.people
    made = await did(
        village, "/volunteer-services", people.secretary, organization_id=await branch_of(village), **SERVICE
    )
    await did(village, f"/volunteer-services/{made['id']}/cancellation", people.cadre, words="下雨")
    (line,) = (await seen_by_all(village, "/volunteer-services", division_code=VILLAGE))["items"]
    assert (line["stage"], line["cancelled_reason"]) == ("cancelled", "下雨")


async def test_of_an_erased_person_no_claim_and_no_sign_up_is_left(village: Village) -> None:
    people, duty = village.people, await duty_of(village)
    await did(village, f"/post-duties/{duty}/claims", people.villager)
    await did(village, "/volunteers", people.villager, division_code=VILLAGE)
    made = await did(
        village, "/volunteer-services", people.secretary, organization_id=await branch_of(village), **SERVICE
    )
    await did(village, f"/volunteer-services/{made['id']}/sign-up", people.villager)
    await village.stand.hear(PersonErased(person_id=people.villager, erased_at=real_now()))
    async with village.stand.mounted.sessions() as session:
        for table in (PostDutyClaim, Volunteer, VolunteerSignUp):
            assert await session.all(select(table)) == []
