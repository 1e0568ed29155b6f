"""What villagers have against a publication: answered by another, and nothing goes on before."""

import pytest

from tests.feedback.deliberations.deciding import STEPS, Village, village
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

WORDS = {"words": "我们四组没有通知到。"}
DISMISSED = {"upheld": False, "words": "四组代表已到会，签到表可查。"}
UPHELD = {"upheld": True, "words": "查实四组代表没有接到通知。"}


async def published(there: Village) -> str:
    """A matter whose resolution is published."""
    matter = str((await there.open())["matter"]["id"])
    await there.through(matter, *STEPS)
    await there.publish(matter, "resolution")
    return matter


async def objected(there: Village, matter: str) -> str:
    """Something that a villager has against it."""
    said = await there.done(f"/deliberations/{matter}/objections", by=there.villager, body=WORDS, code=201)
    return str(said["id"])


async def test_nothing_is_carried_out_before_all_is_answered(office: Office) -> None:
    there = await village(office)
    matter = await published(there)
    answer = f"/deliberations/objections/{await objected(there, matter)}/answer"
    again = await there.refused(f"/deliberations/{matter}/objections", by=there.villager, body=WORDS)
    assert again == "objected-to-notice"
    await there.days_later(8)
    assert (await there.stage(matter), await there.resolved()) == ("posted", [])
    late = await there.refused(f"/deliberations/{matter}/objections", by=there.confirmer, body=WORDS)
    assert late == "public-notice-over"
    (seen,) = (await office.get(f"/deliberations/{matter}/objections", by=there.confirmer)).json()["items"]
    assert "未经核实" in seen["residence_zh"]
    assert (seen["overdue"], seen["words"]) == (True, WORDS["words"])
    assert str(there.villager) not in str(seen)
    assert await there.refused(answer, by=there.keeper, body=DISMISSED) == "answered-by-publisher"
    assert await there.refused(answer, by=there.villager, body=DISMISSED) == "not-found"
    await there.done(answer, by=there.confirmer, body=DISMISSED)
    assert (await there.stage(matter), len(await there.resolved())) == ("implementing", 1)
    (mine,) = (await office.get("/deliberations/objections/mine", by=there.villager)).json()["items"]
    assert mine["residence_zh"] is None
    assert (mine["stage"], mine["answer"]) == ("dismissed", DISMISSED["words"])
    assert await there.refused(answer, by=there.confirmer, body=UPHELD) == "not-allowed-now"


async def test_an_objection_that_is_upheld_sends_the_resolution_back_at_once(office: Office) -> None:
    there = await village(office)
    matter = await published(there)
    answer = f"/deliberations/objections/{await objected(there, matter)}/answer"
    await there.done(answer, by=there.confirmer, body=UPHELD)
    assert await there.stage(matter) == "rejected"
    await there.days_later(8)
    assert (await there.stage(matter), await there.resolved()) == ("rejected", [])
    (notice,) = (await there.show(matter))["notices"]
    assert (notice["objections"], notice["upheld"], notice["open_objections"]) == (1, 1, 0)


async def test_a_result_that_is_objected_to_is_given_out_anew(office: Office) -> None:
    there = await village(office)
    matter = await published(there)
    await there.days_later(8)
    (told,) = await there.resolved()
    anew = {"carrier_post_id": str(there.carrier_post_id), "carry_out_by": "2024-01-31"}
    where = f"/deliberations/{matter}/carrier"
    assert await there.refused(where, by=there.keeper, body=anew) == "still-carried-out"
    await there.followed(told, "given")
    await there.followed(told, "done")
    await there.followed(told, "withdrawn")  # a fact of before, come late: it is done
    await there.publish(matter, "result")
    answer = f"/deliberations/objections/{await objected(there, matter)}/answer"
    await there.done(answer, by=there.confirmer, body=UPHELD)
    assert "请重新指定" in (await there.show(matter))["matter"]["next_zh"]
    await there.done(where, by=there.keeper, body=anew)
    _, second = await there.resolved()
    assert (second.turn, second.due_on.isoformat()) == (2, "2024-01-31")
    await there.followed(told, "done")  # of the first turn
    assert await there.stage(matter) == "implementing"
    await there.followed(second, "withdrawn")
    await there.done(where, by=there.keeper, body=anew)
    assert [one.turn for one in await there.resolved()] == [1, 2, 3]
