"""The phone's side: each screen is one small call, and a file goes on where the network broke."""

from io import BytesIO

import httpx
from tusclient.client import TusClient

from gateway.screens.fitting import MOST_BYTES
from tests.journeys.village import Village
from tests.town import Json, Person

PAPER = b"%PDF-1.7 " + bytes(range(256)) * 2000


def screen(person: Person, path: str, *, tag: str = "") -> httpx.Response:
    """A screen as the phone asks for it; with a tag if it holds one already."""
    headers = {"authorization": f"Bearer {person.token}", "accept-encoding": "identity"}
    answer = person.town.client.get(
        f"{person.town.address}/api/screens{path}", headers=headers | ({"if-none-match": tag} if tag else {})
    )
    assert answer.status_code in {200, 304}, answer.text
    assert len(answer.content) <= MOST_BYTES
    return answer


def parts(person: Person, path: str) -> Json:
    """What a screen shows; every service answered."""
    told = screen(person, path).json()
    assert told["missing"] == []
    found: Json = told["parts"]
    return found


def test_a_citizen_finds_their_case_and_what_waits_for_their_word_at_home(village: Village) -> None:
    case = village.asks("identity-card")
    village.town.settle()
    home = parts(village.citizen, "/home")
    assert home["cases"]["items"][0]["id"] == case.id
    assert home["cases"]["items"][0]["title_zh"].startswith("居民身份证")
    assert case.id not in str(home["to_rate"])
    case.handled()
    home = parts(village.citizen, "/home")
    assert case.id in [one["request_id"] for one in home["to_rate"]["items"]]
    assert case.id in [one["request_id"] for one in home["notices"]["items"]]
    whole = parts(village.citizen, f"/cases/{case.id}")
    assert whole["case"]["id"] == case.id
    assert [one["request_id"] for one in whole["to_rate"]["items"]] == [case.id]


def test_an_agent_sees_the_day_and_a_supervisor_the_area(village: Village) -> None:
    case = village.asks(words="村口路灯不亮")
    village.town.settle()
    assert case.id in str(parts(village.agent, "/agent-day"))
    open_now = parts(village.supervisor, "/overview")["cases"]["items"]
    assert [one["finish_due_at"] for one in open_now] == sorted(one["finish_due_at"] for one in open_now)
    assert case.id in [one["id"] for one in village.supervisor.get("/tasks/cases", area=village.code)["items"]]
    assert case.id not in str(parts(village.neighbour, "/agent-day"))
    assert village.neighbour.call("GET", f"/screens/cases/{case.id}").status_code == 404


def test_a_screen_that_has_not_changed_is_not_sent_again(village: Village) -> None:
    case = village.asks(words="水管漏水")
    village.town.settle()
    first = screen(village.citizen, f"/cases/{case.id}")
    again = screen(village.citizen, f"/cases/{case.id}", tag=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    case.promised()
    assert screen(village.citizen, f"/cases/{case.id}", tag=first.headers["etag"]).status_code == 200


def test_a_client_that_others_wrote_sends_a_file_in_pieces_and_goes_on(village: Village) -> None:
    agent, case = village.agent, village.asks("medical-reimbursement")
    case.promised()
    address = f"{village.town.address}/api/tasks/attachments/uploads"
    client = TusClient(address, headers={"authorization": f"Bearer {agent.token}", "idempotency-key": case.id})
    first = client.uploader(file_stream=BytesIO(PAPER), chunk_size=200_000)
    first.upload_chunk()
    assert first.offset == 200_000
    # Another uploader, as after a restart of the phone: it asks where the upload stands, and goes on from there.
    rest = client.uploader(file_stream=BytesIO(PAPER), chunk_size=200_000, url=first.url)
    assert rest.offset == 200_000
    rest.upload()
    path = first.url.removeprefix(f"{village.town.address}/api")
    attachment = agent.get(path)["attachment_id"]
    agent.post(f"{case.path}/report", note="已报销", evidence=[attachment])
    [kept] = agent.get(f"{case.path}/attachments")["items"]
    assert village.town.client.get(f"{village.town.address}{kept['address']}").content == PAPER
