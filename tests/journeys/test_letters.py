"""A letter of responsibility and a bulletin, from the side of everybody who has to do with them, over the gateway."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pypdf

from chassis.documents.codes import as_svg
from tests.journeys.village import Village
from tests.town import Json, Person

BASE = "http://localhost:8000"  # what papers lead to where nobody said an address


def post_of(village: Village, person: Person, *, division: str) -> str:
    """The post that somebody holds there."""
    posts = village.citizen.get("/members/posts", division_code=division, limit=100)["items"]
    return str(next(one["post_id"] for one in posts if one["person_id"] == person.id))


def line(number: int, due_on: str) -> Json:
    """An item of the letter."""
    return {
        "item_id": f"00000000-0000-0000-0000-{number:012}",
        "number": f"〔2026〕{number}",
        "title": "修好村道路灯",
        "due_on": due_on,
    }


def test_a_cadre_makes_a_letter_its_person_signs_the_cadre_countersigns_and_a_citizen_checks_it(
    village: Village,
) -> None:
    cadre, secretary, citizen = village.cadre, village.secretary, village.citizen
    made = cadre.post(
        "/tasks/letters",
        post_id=post_of(village, secretary, division=village.code),
        year=village.town.now().year,
        title="责任书",
        lines=[line(1, "2027-12-31"), line(2, "2027-12-31")],
    )
    village.town.settle()
    path = f"/tasks/letters/{made['letter']['id']}"
    [told] = [one for one in secretary.get("/tasks/notices")["items"] if one["kind"] == "letter_to_sign"]
    assert told["about_id"] == made["letter"]["id"]

    read = secretary.get(path)["versions"][0]
    digest = read["text_digest"]
    assert sha256(read["text"].encode()).hexdigest() == digest
    assert made["letter"]["id"] in [one["id"] for one in cadre.get("/tasks/letters", stage="unsigned")["items"]]
    assert citizen.refused(f"{path}/signature", text_digest=digest) == (404, "not-found")
    assert cadre.refused(f"{path}/signature", text_digest=digest) == (403, "may-not-sign")
    secretary.post(f"{path}/refusal", text_digest=digest, words="村里没有这笔钱")
    assert made["letter"]["id"] in [one["id"] for one in cadre.get("/tasks/letters", stage="refused")["items"]]
    cadre.post(f"{path}/refusal/answer", words="经费由县里安排")
    assert secretary.get(path)["versions"][0]["refusal"]["answer"] == "经费由县里安排"
    secretary.post(f"{path}/signature", text_digest=digest)
    assert secretary.refused(f"{path}/countersignature", text_digest=digest) == (403, "may-not-countersign")
    cadre.post(f"{path}/countersignature", text_digest=digest)

    paper = secretary.call("GET", f"{path}/versions/1/document")
    said = "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper.content)).pages).split())
    assert digest in said
    address = f"/api/tasks/letters/checks/{made['letter']['number']}/{digest}"
    html = secretary.call("GET", f"{path}/versions/1/document", query={"form": "html"}).text
    assert as_svg(f"{BASE}{address}/page") in html  # what the code on the paper leads to

    client = village.town.client  # nobody is signed in here
    page = client.get(f"{village.town.address}{address}/page")
    assert "这是最新版本" in page.text
    assert secretary.name not in page.text
    assert [one["role"] for one in client.get(f"{village.town.address}{address}").json()["signatures"]] == [
        "responsible",
        "superior",
    ]
    forged = client.get(f"{village.town.address}{address[:-1]}{'0' if address[-1] != '0' else '1'}")
    assert (forged.status_code, forged.json()["code"]) == (404, "letter-text-unknown")

    cadre.post(f"{path}/versions", lines=[line(1, "2027-12-31")])
    later = client.get(f"{village.town.address}{address}").json()
    assert (later["newest"], later["newest_version"], len(later["signatures"])) == (False, 2, 2)
    assert [len(one["signatures"]) for one in secretary.get(path)["versions"]] == [0, 2]


def test_a_groups_day_is_reported_by_itself_and_a_bulletin_read_by_everybody(village: Village) -> None:
    town, cadre, secretary = village.town, village.cadre, village.secretary
    today = town.now().date()
    group = cadre.post(
        "/tasks/groups",
        division_code=village.code,
        title="人居环境工作组",
        matter="人居环境整治",
        leader_post_id=post_of(village, secretary, division=village.code),
        member_post_ids=[post_of(village, village.agent, division=village.code)],
        from_on=str(today),
        to_on=str(today + timedelta(days=1)),
    )["group"]["id"]
    village.asks(words="村口路灯不亮").handled()
    live = village.agent.get(f"/tasks/groups/{group}/today")
    assert (live["total"]["received"], live["total"]["handled"]) == (1, 1)
    assert village.agent.get(f"/tasks/groups/{group}/daily-reports")["items"] == []

    town.move(town.now() + timedelta(days=1))
    [report] = village.agent.get(f"/tasks/groups/{group}/daily-reports")["items"]
    assert village.agent.get(f"/tasks/daily-reports/{report['id']}")["content"] == live

    organization = next(
        one["organization_id"]
        for one in village.citizen.get("/members/posts", division_code=village.township, limit=100)["items"]
        if one["person_id"] == cadre.id
    )
    published = cadre.post("/tasks/bulletins", organization_id=organization, first_on=str(today), last_on=str(today))
    address = f"{town.address}/api/tasks/bulletins/{published['bulletin']['id']}"
    read = town.client.get(address).json()
    units = {one["code"]: one["figures"] for one in read["content"]["units"]}
    assert (units[village.code]["received"], units[village.code]["handled"]) == (1, 1)
    assert [one["code"] for one in read["content"]["units"]] == sorted(units)
    assert town.client.get(f"{address}/document").content.startswith(b"%PDF")
    for person in (cadre, secretary, village.agent):
        assert person.name not in str(read)
