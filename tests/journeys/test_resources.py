"""Work goes down without the list's word and without money: both ends and the county see it, until it is supplied."""

from pathlib import Path
from uuid import uuid4

from typer.testing import CliRunner

from profiles.cli import app
from tests.journeys.test_lists import broken_down, mine
from tests.journeys.village import Village
from tests.town import Person

HEADINGS = "序号,事项名称,类别,领域,县级主管部门,上级部门职责,乡镇配合职责,法律依据,关键词,代办事项编码"


def told(person: Person, kind: str) -> bool:
    """Whether the newest notices of somebody say this."""
    return any(one["kind"] == kind for one in person.get("/tasks/notices", limit=100)["items"])


def listed(village: Village, county: Person, name: str, folder: Path) -> str:
    """The line of this name in the township's duty list, which the county puts in force today; its id."""
    file = folder / "duties.csv"
    file.write_text(f"{HEADINGS}\n1,{name},基本履职,,,,,,,\n", encoding="utf-8")
    today = f"{village.town.now():%Y-%m-%d}"
    environment, options = village.town.at("tasks")
    words = ["import", "duties", str(file), "--township", village.township, "--from", today, *options]
    done = CliRunner().invoke(app, words, env=environment)
    assert done.exit_code == 0, done.output
    newest = county.get("/tasks/duties/lists", township_code=village.township)["items"]
    county.post(f"/tasks/duties/lists/{max(newest, key=lambda one: one['version'])['id']}/in-force")
    found = county.get("/tasks/duties", township_code=village.township, words=name)["items"]
    return str(next(one["id"] for one in found if one["name"] == name))


def test_what_goes_down_without_means_is_flagged_until_it_is_supplied(village: Village, tmp_path: Path) -> None:
    cadre, secretary, county = village.cadre, village.secretary, village.town.people("county_operator")[0]
    title, duty = f"水库巡查{uuid4().hex[:6]}", f"水库安全{uuid4().hex[:6]}"
    made, _ = broken_down(village, title)
    village.town.settle()
    item = mine(secretary, title)
    assert item["stage"] == "issued"  # it went down all the same
    assert told(secretary, "resources_lacking")
    assert told(cadre, "resources_lacking_sent")
    assert told(county, "resources_lacking_county")

    for person in (secretary, cadre, county):
        [flag] = [one for one in person.get("/tasks/resource-flags")["items"] if one["division_code"] == village.code]
        assert (flag["items"], flag["without_duty"], flag["without_budget"]) == (1, 1, 1)
    counted = {one["sender_id"]: one["items"] for one in county.get("/tasks/resource-flags/senders")["items"]}
    assert counted[flag["sender_id"]] >= 1
    assert village.citizen.get("/tasks/resource-flags")["items"] == []

    book = cadre.post("/tasks/ledger/books", division_code=village.code, from_on=f"{village.town.now():%Y-%m}-01")
    line = {"code": "WATER", "title": "水库巡查经费", "year": village.town.now().year, "commodity": "money"}
    money = cadre.post(f"/tasks/ledger/books/{book['id']}/budget-lines", **line)["id"]
    [top] = [one for one in cadre.get(f"/tasks/checklists/{made}/items")["items"] if one["title"] == title]
    path = f"/tasks/checklist-items/{top['id']}"
    half = cadre.post(f"{path}/resources", budget_line_id=money)
    assert half["items"] == 2  # the township's and the village's
    [flag] = [one for one in secretary.get("/tasks/resource-flags")["items"] if one["id"] == flag["id"]]
    assert (flag["without_duty"], flag["without_budget"]) == (1, 0)
    cadre.post(f"{path}/resources", duty_entry_id=listed(village, county, duty, tmp_path))
    for person in (secretary, cadre, county):
        assert flag["id"] not in [one["id"] for one in person.get("/tasks/resource-flags")["items"]]
    assert counted[flag["sender_id"]] - 1 == sum(
        one["items"]
        for one in county.get("/tasks/resource-flags/senders")["items"]
        if one["sender_id"] == flag["sender_id"]
    )
