"""What is somebody's is planted at every door, in every disguise, and looked for in all that must not have it."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.members.imports.headings import CITIZENS
from services.members.imports.rows import CitizenRow
from services.members.imports.writing import write_sheets
from services.members.words import HouseholdTie, Sex
from tests.journeys.planting import DISGUISES, Planted, disguised, found, plant
from tests.journeys.village import Case, Village
from tests.town import Person, programs

WRONG_BODIES = ("division_code", "kind", "item_code", "channel", "requester_id", "surplus")
QUERIES = ("cursor", "limit", "whose", "surplus", "division_code", "month", "code", "token")

HEADERS = (b"idempotency-key", b"traceparent", b"tracestate", b"user-agent", b"referer", b"cookie", b"x-forwarded-for")


@pytest.fixture(scope="module")
def planted() -> Planted:
    """The same values at every door, so that they are found wherever they went in."""
    return plant()


def brought_in(village: Village, planted: Planted, directory: Path) -> str:
    """The person is imported, in a row that is good and in one that is not; all that the command said."""
    said = ""
    good = CitizenRow(
        household_code=f"{village.code}-P",
        citizen_number=planted.citizen_number,
        name=planted.name,
        sex=Sex.MALE if int(planted.citizen_number[16]) % 2 else Sex.FEMALE,
        division_code=village.code,
        address=planted.address,
        phone=planted.phone,
        tie=HouseholdTie.HEAD,
        generated=True,
    )
    for name, code in (("good", 0), ("bad", 1)):
        workbook = directory / f"{name}.xlsx"
        write_sheets(workbook, [(CITIZENS, [good])])
        if name == "bad":
            wrong = directory / "bad.csv"
            heads, values = _first_sheet(workbook)
            # One number too many at the end, and every value in a column where it does not belong.
            values = [f"{value}9" if value == planted.citizen_number else value for value in values]
            lines = [heads, values, list(reversed(values))]
            wrong.write_text("\n".join(map(",".join, lines)), encoding="utf-8")
            workbook = wrong
        done = village.town.operate("import", "roster", str(workbook))
        assert done.returncode == code, done.stdout + done.stderr
        said += done.stdout + done.stderr
    return said


def _first_sheet(workbook: Path) -> tuple[list[str], list[str]]:
    from chassis.sheets.reading import read_workbook

    (sheet,) = read_workbook(workbook).sheets
    heads, values = sheet.cells[:2]
    return [str(cell or "") for cell in heads], [str(cell or "") for cell in values]


def refused(village: Village, planted: Planted) -> Iterator[httpx.Response]:
    """Every wrong way in which the values can be sent; what was answered."""
    town, citizen = village.town, village.citizen
    api = f"{town.address}/api"
    for disguise in DISGUISES:
        for value in planted.values:
            sent = disguised(value, disguise)
            yield citizen.call("POST", "/tasks/requests", body=dict.fromkeys(WRONG_BODIES, sent))
            yield citizen.call("POST", f"/tasks/requests/{sent}/judgement", body={"solved": sent, "round": 1})
            yield citizen.call("GET", f"/tasks/requests/{sent}")
            yield citizen.call("GET", f"/{sent}/{sent}")
            yield citizen.call("GET", "/tasks/requests", query=dict.fromkeys(QUERIES, sent))
            yield citizen.call("GET", "/members/posts", query=dict.fromkeys(QUERIES, sent))
            yield town.client.post(f"{api}/tasks/tracking", json={"code": sent})
            yield town.client.post(f"{api}/members/sign-in/development", json={"person_id": sent, "code": sent})
            yield town.client.post(f"{api}/members/sign-in/password", json={"sign_in_name": sent, "password": sent})
            cut_short = f'{{"wording": "{sent}'.encode()
            yield town.client.post(f"{api}/tasks/requests", content=cut_short, headers=_bearer(citizen))
            headers = dict.fromkeys(HEADERS, sent.encode())
            if disguise != "base64":  # as a name of a request, base64 is as good as any
                headers[b"x-request-id"] = sent.encode()
            yield town.client.get(f"{api}/members/me", headers={**headers, b"authorization": f"Bearer {sent}".encode()})
            yield town.client.get(f"{api}/tasks/requests/{uuid.uuid4()}", headers={**_bearer(citizen), **headers})


def _bearer(person: Person) -> dict[bytes, bytes]:
    return {b"authorization": f"Bearer {person.token}".encode(), b"idempotency-key": uuid.uuid4().hex.encode()}


def told_rightly(village: Village, planted: Planted, disguise: str) -> Case:
    """The values in every place where words may stand, through the whole life of a case."""
    said = "，".join(disguised(value, disguise) for value in planted.values)
    case = village.asks(words=said)
    posts = village.cadre.get("/members/posts", division_code=village.code)["items"]
    for kind in ("stand_in", "secretary"):
        holding = {"stand_in": village.agent, "secretary": village.stand_in}[kind]
        returned = holding.call("POST", f"{case.path}/return", body={"reason": said})
        assert returned.status_code == 200, returned.text
        post = next(one for one in posts if one["kind"] == kind)
        village.cadre.post(f"{case.path}/dispatch", post_id=post["post_id"])
    village.secretary.post(f"{case.path}/return", reason=said)  # the third: its chair binds the agent to it
    agency = next(one for one in posts if one["kind"] == "proxy_agent")
    village.township_secretary.post(f"{case.path}/dispatch", post_id=agency["post_id"])
    case.promised()
    case.reported(note=said)
    village.town.settle()
    case.judged("no")
    path = f"/tasks/rectifications/{case.rectifications()[-1]['id']}"
    village.secretary.post(f"{path}/plan", words=said, ground="simple")
    village.secretary.post(f"{path}/report", words=said, evidence=[village.secretary.attaches()])
    village.agent.post(
        "/members/unmaskings",
        person_id=village.citizen.id,
        request_id=case.id,
        parts=["phone"],
        reason="visit",
        words=said,
    )
    village.town.settle()
    assert case.seen_by(case.citizen)["wording"] == said
    return case


def test_what_is_somebodys_is_in_no_output_that_must_not_have_it(
    village: Village, planted: Planted, tmp_path: Path
) -> None:
    town = village.town
    outputs = {"import": brought_in(village, planted, tmp_path)}
    for disguise in DISGUISES:
        told_rightly(village, planted, disguise)
    answers = list(refused(village, planted))
    assert len(answers) > 100
    assert {answer.status_code // 100 for answer in answers} <= {2, 4}
    outputs["answers"] = "\n".join(f"{answer.headers} {answer.text}" for answer in answers)
    town.settle()
    outputs |= {"logs": town.logs(), "facts": "\n".join(town.facts())}
    for name in programs(town):
        figures = town.client.get(f"{town.process(name).address}/metrics")
        outputs[f"figures of {name}"] = figures.text
    # In members a name stands in the open: everything else of the person is sealed there, too.
    kept = {service: town.kept_by(service) for service in ("members", "tasks", "feedback")}
    kept["members"] = kept["members"].replace(planted.name, "-", 1)
    outputs |= {f"tables of {service}": text for service, text in kept.items()}
    assert min(len(text) for name, text in outputs.items() if name in {"logs", "facts", "answers"}) > 1000
    assert {name: found(planted, text) for name, text in outputs.items() if found(planted, text)} == {}


def test_the_search_finds_a_value_in_every_disguise(planted: Planted) -> None:
    for name, value in vars(planted).items():
        for disguise in DISGUISES:
            text = f"…{disguised(value, disguise)}…"
            assert name in found(planted, text), (name, disguise)
            assert name in found(planted, json.dumps(text)), (name, disguise)
        for offset in range(3):
            assert name in found(planted, disguised("x" * offset + value + "yz", "base64"))
    assert found(planted, "") == []
