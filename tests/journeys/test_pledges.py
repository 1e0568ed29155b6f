"""A secretary's promises: made in public, judged from above; and the duty that comes back until it is done."""

import pytest

from tests.journeys.village import Village
from tests.town import Refusal


def test_a_secretary_pledges_in_public_and_does_what_comes_back(village: Village) -> None:
    town, secretary = village.town, village.secretary
    post = next(one for one in secretary.get("/members/me")["posts"] if one["kind"] == "secretary")
    days = {"from_on": f"{town.now():%Y-%m-%d}", "to_on": f"{town.now().year + 1}-12-31"}
    made = secretary.post("/tasks/pledges", post_id=post["post_id"], words="年底前修好村口的路", **days)
    path = f"/tasks/pledges/{made['id']}"
    secretary.post(f"{path}/publication")
    public = town.client.get(f"{town.address}/api/tasks/pledges/public", params={"division_code": village.code})
    assert made["id"] in {one["id"] for one in public.json()["items"]}
    village.citizen.post("/tasks/opinions", about="pledge", about_id=made["id"], opinion="satisfied")
    with pytest.raises(Refusal) as refused:
        secretary.post("/tasks/opinions", about="pledge", about_id=made["id"], opinion="satisfied")
    assert refused.value.status == 403

    mine = secretary.get("/tasks/recurring-duties", rule="monthly-report")["items"]
    assert mine, "it came by itself"
    duty = mine[-1]
    material = secretary.get(f"/tasks/recurring-duties/{duty['id']}")["material"]
    read = secretary.call("GET", material["address"].removeprefix("/api"))
    assert read.status_code == 200, read.text
    below = {"whose": "below", "rule": "monthly-report", "limit": 100}
    page = village.cadre.get("/tasks/recurring-duties", **below)
    seen = {one["id"] for one in page["items"]}
    while page["next"] is not None:  # the town is shared, and months may have passed in it
        page = village.cadre.get("/tasks/recurring-duties", **below, cursor=page["next"])
        seen |= {one["id"] for one in page["items"]}
    assert duty["id"] in seen
    done = secretary.post(f"/tasks/recurring-duties/{duty['id']}/done", done_on=f"{town.now():%Y-%m-%d}")
    assert done["stage"] == "done"
    assert village.cadre.get("/tasks/burden", division_code=village.township)["division_code"] == village.township
