"""A township's list from each side: who sends it down, whose it is, who finds it done, and the citizen served."""

from datetime import date, timedelta
from uuid import uuid4

from tests.journeys.village import Village
from tests.town import Json, Person


def unit_of(village: Village, code: str) -> str:
    """The organisation of an area."""
    level = village.cadre.get("/members/organizations")["items"]
    while level:
        for one in level:
            if one["division_code"] == code:
                return str(one["id"])
        below = [village.cadre.get("/members/organizations", superior_id=one["id"], limit=100) for one in level]
        level = [one for page in below for one in page["items"]]
    raise LookupError(code)


def broken_down(village: Village, *titles: str) -> tuple[str, Json]:
    """A list of the township's, down to the village; its id, and what the breakdown wrote."""
    cadre, today = village.cadre, village.town.now().date()
    days = {"from_on": str(today), "to_on": str(today + timedelta(days=300))}
    unit = unit_of(village, village.code[:9] + "000")
    made = cadre.post("/tasks/checklists", organization_id=unit, kind="task", title="全镇任务清单", **days)["id"]
    for title in titles:
        cadre.post(f"/tasks/checklists/{made}/items", title=title, due_on=str(today + timedelta(days=30)))
    cadre.post(f"/tasks/checklists/{made}/publication")
    asked: Json = {"level": "village", "areas": [village.code]}
    shown = cadre.post(f"/tasks/checklists/{made}/breakdown/preview", **asked)
    assert cadre.get(f"/tasks/checklists/{made}")["progress"] is None  # nothing was written yet
    return made, cadre.post(f"/tasks/checklists/{made}/breakdown", **asked, token=shown["token"])


def mine(person: Person, title: str) -> Json:
    """A person's item of this title."""
    found: Json = next(one for one in person.get("/tasks/assignments")["items"] if one["title"] == title)
    return found


def in_days(village: Village, days: int) -> str:
    """A date so many days from now."""
    on: date = village.town.now().date() + timedelta(days=days)
    return str(on)


def test_an_item_goes_down_is_signed_for_found_done_and_counted_by_nobody(village: Village) -> None:
    water, light = f"修水渠{uuid4().hex[:6]}", f"装路灯{uuid4().hex[:6]}"
    made, written = broken_down(village, water, light)
    assert (written["leaves"], written["vacant"]) == (2, 0)
    item = mine(village.secretary, water)
    path = f"/tasks/assignments/{item['id']}"
    assert item["stage"] == "issued"
    signed = village.secretary.post(f"{path}/pledge", promised_on=in_days(village, 10), words="先清淤")
    assert signed["first_promised_on"] == in_days(village, 10)
    village.secretary.post(f"{path}/progress", share=60, words="清到村口")
    village.secretary.post(f"{path}/report", words="通水")
    assert village.secretary.refused(f"{path}/acceptance") == (403, "may-not-accept")
    village.cadre.post(f"{path}/acceptance", words="看过现场")
    assert village.cadre.post(f"{path}/closing-out")["stage"] == "closed_out"
    village.town.settle()
    told = village.cadre.get(f"/tasks/checklists/{made}")["progress"]
    assert (told["leaves"], told["signed"], told["done"], told["closed"], told["share"]) == (2, 1, 1, 1, 50)
    assert village.neighbour.call("GET", f"/tasks/checklists/{made}").status_code == 404
    assert village.neighbour.get("/tasks/assignments")["items"] == []


def test_what_nobody_did_is_late_on_its_day_and_told_above(village: Village) -> None:
    title = f"清垃圾{uuid4().hex[:6]}"
    made, _ = broken_down(village, title)
    item = mine(village.secretary, title)
    village.town.move(village.town.now() + timedelta(days=32))
    village.town.settle()
    assert village.cadre.get(f"/tasks/checklists/{made}")["progress"]["late"] == 1
    late = village.cadre.get("/tasks/assignments", whose="below", late=True, checklist_id=made)["items"]
    assert [one["id"] for one in late] == [item["id"]]


def test_a_problem_of_a_citizens_case_is_struck_off_when_the_citizen_says_so(village: Village) -> None:
    case = village.asks(words="水渠堵了").handled()
    raised = village.cadre.post(
        f"/tasks/requests/{case.id}/problems",
        title="水渠年久失修",
        due_on=in_days(village, 20),
        organization_id=unit_of(village, village.code),
    )
    path = f"/tasks/assignments/{raised['holder']['assignment_id']}"
    village.secretary.post(f"{path}/pledge", promised_on=in_days(village, 5))
    headers = {"authorization": f"Bearer {village.secretary.token}", "idempotency-key": uuid4().hex}
    kept = village.town.client.post(
        f"{village.town.address}/api/tasks/attachments", content=b"%PDF-1.7", headers=headers
    )
    village.secretary.post(f"{path}/report", words="修好了", evidence=[kept.json()["id"]])
    village.cadre.post(f"{path}/acceptance")
    assert village.cadre.refused(f"{path}/closing-out") == (409, "signal-not-turned")
    case.judged("yes")
    assert village.cadre.post(f"{path}/closing-out")["stage"] == "closed_out"
    unit = unit_of(village, village.code[:9] + "000")
    on = village.town.now().date()
    assert village.cadre.refused("/tasks/coordination-meetings", organization_id=unit, on=str(on)) == (
        409,
        "no-problems-open",
    )
