"""Open311 in both profiles, over a gateway that listens: clients that others wrote report, follow and read."""

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import uuid4

import georeport
import httpx
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from tests.journeys.georeport import DEFINITION, REQUESTS, SERVICES, key_of, three
from tests.journeys.village import Village
from tests.small_roster import DISTRICT

DRAFT = Draft202012Validator.FORMAT_CHECKER


@dataclass
class Outside:
    """A system of a township with its key."""

    village: Village
    key: str

    @property
    def base(self) -> str:
        """Of every address."""
        return f"{self.village.town.address}/open311/v2"

    def post(self, path: str, files: Any = None, **said: str) -> httpx.Response:
        """A form."""
        return self.village.town.client.post(f"{self.base}/{path}", data={"api_key": self.key, **said}, files=files)

    def get(self, path: str, **said: str) -> httpx.Response:
        """What anybody reads."""
        return self.village.town.client.get(f"{self.base}/{path}", params=said)

    def reports(self, words: str, **more: str) -> str:
        """A street light, by its number."""
        answer = self.post(
            "requests.json",
            **{
                "service_code": "street-light",
                "lat": "29.0404",
                "long": "111.6906",
                "address_id": self.village.code,
                "description": words,
                "attribute[fault]": "out",
                **more,
            },
        )
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()[0]["service_request_id"])


@pytest.fixture
def outside(village: Village) -> Outside:
    """A system of the village's township."""
    return Outside(village, key_of(village.town, f"T{village.township}"))


def check(schema: dict[str, Any], document: Any) -> Any:
    """The document, if it is as the schema says."""
    Draft202012Validator(schema, format_checker=DRAFT).validate(document)
    return document


def test_three_makes_all_its_seven_calls(village: Village, outside: Outside, words: str) -> None:
    client = three(f"{outside.base}/", api_key=outside.key, jurisdiction=DISTRICT)
    [endpoint] = client.discovery()["endpoints"]
    assert endpoint["url"] == outside.base
    assert {one["service_code"] for one in client.services()} >= {"street-light", "suggestion"}
    assert [one["code"] for one in client.services("street-light")["attributes"]] == ["fault", "pole"]
    sent = {"lat": 29.0404, "long": 111.6906, "address": f"{village.code} 旁", "attribute[fault]": "out"}
    [told] = client.post("street-light", description=words, address_id=village.code, **sent)
    number = told["service_request_id"]
    village.town.settle()
    [shown] = client.request(number)
    assert (shown["service_request_id"], shown["status"]) == (number, "open")
    assert words not in str(shown)  # nobody has looked the description over
    assert number in [one["service_request_id"] for one in client.requests("street-light")]
    [waiting] = client.post("suggestion", description=words, address_id=village.code)
    assert set(waiting) == {"token", "service_notice", "account_id"}
    assert client.token(waiting["token"])[0]["service_request_id"]


def test_three_sends_a_picture(village: Village, outside: Outside, words: str) -> None:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "JPEG")
    drawn.seek(0)
    client = three(f"{outside.base}/", api_key=outside.key)
    sent = {"lat": 29.0404, "long": 111.6906, "attribute[fault]": "out", "media": drawn}
    [told] = client.post("street-light", description=words, address_id=village.code, **sent)
    assert "收下 1 个附件" in told["service_notice"]
    path = f"/tasks/requests/{told['service_request_id']}"
    village.town.settle()
    [file] = village.agent.get(f"{path}/attachments")["items"]
    shown = outside.get(f"requests/{told['service_request_id']}.json").json()[0]
    assert shown["media_url"] is None
    village.cadre.post(f"{path}/publication/files", attachment_id=file["id"], released=True)
    address = outside.get(f"requests/{told['service_request_id']}.json").json()[0]["media_url"]
    picture = village.town.client.get(address)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(picture.content)).size == (8, 8)
    village.cadre.post(f"{path}/publication/files", attachment_id=file["id"], released=False)
    assert village.town.client.get(address).status_code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_in_both_forms(outside: Outside, words: str, form: str) -> None:
    first, second = outside.reports(words), outside.reports(words + "二")
    client = georeport.GeoReport(outside.base, jurisdiction=DISTRICT, output_format=form)
    assert "street-light" in [one["service_code"] for one in client.get_service_list()]
    assert client.get_service_definition("street-light")["service_code"] == "street-light"
    found = client.get_service_requests(service_code="street-light", status="open")
    assert {first, second} <= {one["service_request_id"] for one in found}
    both = client.get_service_requests(service_request_id=f"{first},{second}")
    assert [one["service_request_id"] for one in both] == [first, second]
    shown = client.get_service_request(first)
    assert (shown["status"], float(shown["lat"]), float(shown["long"])) == ("open", 29.0405, 111.6905)


def test_every_answer_is_as_the_published_schemas_say(outside: Outside, words: str) -> None:
    number = outside.reports(words)
    for service in check(SERVICES, outside.get("services.json").json()):
        check(DEFINITION, outside.get(f"services/{service['service_code']}.json").json())
    assert check(REQUESTS, outside.get("requests.json").json())
    [shown] = check(REQUESTS, outside.get(f"requests/{number}.json").json())
    assert all(shown[name].endswith("+08:00") for name in shown if name.endswith("datetime"))


def test_xml_and_json_say_the_same_with_the_types_that_are_written_down(outside: Outside, words: str) -> None:
    number = outside.reports(words)
    for path in ("discovery", "services", "services/road-damage", "requests", f"requests/{number}"):
        as_xml, as_json = outside.get(f"{path}.xml"), outside.get(f"{path}.json")
        assert as_xml.headers["content-type"] == "text/xml; charset=utf-8"
        assert as_json.headers["content-type"] == "application/json; charset=utf-8"
        assert as_xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
        assert _spark(ET.fromstring(as_xml.content)) == _texts(as_json.json()), path


def test_what_is_public_follows_the_case_and_its_reviewer(village: Village, outside: Outside, words: str) -> None:
    number = outside.reports(words, email="", phone="13900000000", first_name="样", last_name="张")
    path = f"/tasks/requests/{number}"
    village.town.settle()
    village.cadre.post(f"{path}/publication", description="路口第三根路灯不亮。")
    assert village.cadre.refused(f"{path}/publication", description="请打 139 0000 0000") == (422, "looks-personal")
    shown = outside.get(f"requests/{number}.json").json()[0]
    assert (shown["description"], shown["service_notice"]) == ("路口第三根路灯不亮。", None)
    assert shown["agency_responsible"]
    promised = village.town.now().date()
    village.agent.post(f"{path}/promise", promised_on=str(promised))
    village.agent.post(f"{path}/report", note="换了灯泡", evidence=[])
    village.town.settle()
    shown = outside.get(f"requests/{number}.json").json()[0]
    assert (shown["status"], shown["expected_datetime"]) == ("open", f"{promised}T23:59:59+08:00")
    told = outside.get("servicerequestupdates.json", service_request_id=number).json()
    assert [one["description"][:4] for one in told] == ["承办单位", "承办人已", "已交承办", "已收到，"]
    village.cadre.post(f"{path}/publication/withholding", withheld=True)
    assert outside.get(f"requests/{number}.json").status_code == 404
    assert outside.get("servicerequestupdates.json", service_request_id=number).status_code == 404
    assert number not in outside.get("requests.json").text
    tables = ("service_request", "publication", "public_step", "supplement", "outside_report", "notice")
    kept = [str(row) for table in tables for row in village.town.rows("tasks", f'SELECT * FROM "{table}"')]
    everywhere = "\n".join([*village.town.facts(), village.town.logs(), *kept])
    assert "13900000000" not in everywhere
    assert words not in everywhere


def test_an_update_from_outside_is_read_inside_and_public_once_reviewed(
    village: Village, outside: Outside, words: str
) -> None:
    number = outside.reports(words)
    village.town.settle()
    said = {"service_request_id": number, "update_id": uuid4().hex, "status": "open", "description": "又坏了一根"}
    said["updated_datetime"] = "2025-03-10T09:00:00+08:00"
    first = outside.post("servicerequestupdates.xml", **said)
    assert first.status_code == 200, first.text
    kept = ET.fromstring(first.content).findtext("request_update/update_id")
    again = outside.post("servicerequestupdates.json", **said)
    assert again.json() == [{"update_id": kept}]
    stranger = Outside(village, key_of(village.town, f"T{village.township}"))
    assert stranger.post("servicerequestupdates.json", **said).status_code == 404
    path = f"/tasks/requests/{number}/publication"
    [added] = village.agent.get(path)["supplements"]
    assert added["said"].startswith("又坏了一根")
    assert "又坏了" not in outside.get("servicerequestupdates.json").text
    village.cadre.post(f"{path}/supplements", supplement_id=added["id"], description="反映人说又坏了一根。")
    assert "又坏了一根" in outside.get("servicerequestupdates.json").text


def test_refusals_are_in_the_form_that_was_asked_for(outside: Outside) -> None:
    for answer, status in (
        (outside.get("requests.json", start_date="2025-01-01T00:00:00Z", end_date="2025-06-01T00:00:00Z"), 400),
        (outside.get("requests.json", start_date="yesterday"), 400),
        (outside.get("requests.json", status="done"), 400),
        (outside.get("requests.json", jurisdiction_id="110101"), 404),
        (outside.get(f"requests/{uuid4()}.json"), 404),
        (outside.get("services/no-such.json"), 404),
        (outside.get(f"tokens/{'0' * 40}.json"), 404),
        (outside.get("nothing.json"), 404),
        (outside.post("requests.json", service_code="litter"), 400),
        (outside.post("requests.json", service_code="no-such"), 404),
        (outside.post("requests.json", api_key=""), 403),
        (outside.post("requests.json", api_key="x" * 76), 403),
        (outside.post("requests.json", api_key=f"{'0' * 32}.{'A' * 43}"), 403),
        (outside.post("services.json"), 405),
        (outside.village.town.client.post(f"{outside.base}/requests.json", json={"api_key": outside.key}), 400),
    ):
        assert answer.status_code == status, (answer.request.url.path, answer.text)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        [error] = answer.json()
        assert error["code"] == status
        assert error["description"]
    as_xml = outside.get("requests.xml", start_date="yesterday")
    root = ET.fromstring(as_xml.content)
    assert (root.tag, root.findtext("error/code"), as_xml.status_code) == ("errors", "400", 400)


def test_what_has_not_changed_need_not_be_sent_again(outside: Outside) -> None:
    first = outside.get("services.json")
    assert first.headers["cache-control"] == "public, max-age=300"
    held = {"if-none-match": first.headers["etag"]}
    again = outside.village.town.client.get(f"{outside.base}/services.json", headers=held)
    assert (again.status_code, again.content) == (304, b"")


def test_copies_at_once_are_one_case_with_one_number(outside: Outside, words: str) -> None:
    with ThreadPoolExecutor(8) as many:
        numbers = set(many.map(lambda _: outside.reports(words, account_id="a-1"), range(60)))
    assert len(numbers) == 1


def _spark(element: ET.Element) -> Any:
    """XML by the Spark convention, every leaf as its text."""
    if element.tag in {"services", "service_requests", "attributes", "values", "endpoints", "formats"}:
        return [_spark(child) for child in element]
    if len(element):
        return {child.tag: _spark(child) for child in element}
    return element.text or ""


def _texts(document: Any) -> Any:
    if isinstance(document, list):
        return [_texts(one) for one in document]
    if isinstance(document, dict):
        return {name: _texts(value) for name, value in document.items()}
    if isinstance(document, bool):
        return str(document).lower()
    return "" if document is None else str(document)
