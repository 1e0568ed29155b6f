"""What stays unseen: grades by the handler, secrets by logs and facts, other people's cases by everybody."""

import base64
import json
from pathlib import Path

import pytest

from tests.journeys.village import Case, Village
from tests.small_roster import secrets_of
from tests.town import SEED, Json, Person, Town

GRADES = ("very_dissatisfied", "非常不满意", "asked_for_money_or_gifts", "有人索要钱物")
STREAM = "text/event-stream"
THE_WORDS_THEMSELVES = "/api/feedback/invitations/choices"  # the list of grades from which anybody chooses


def reading_routes(town: Town) -> list[tuple[str, list[Json]]]:
    """Every route that is read, with its parameters, as the gateway publishes them; streams have no end to read to."""
    paths = town.client.get(f"{town.address}/openapi.json").json()["paths"]
    reads = {path: moves["get"] for path, moves in paths.items() if "get" in moves}
    streams = [path for path, read in reads.items() if STREAM in read["responses"]["200"].get("content", {})]
    return [(path, read.get("parameters", [])) for path, read in reads.items() if path not in streams]


def everything_read_by(person: Person, case: Case) -> dict[str, str]:
    """The answer of every reading route to this person, with every choice of its parameters."""
    village = case.village
    known = {
        "request_id": [case.id],
        "rectification_id": [one["id"] for one in case.rectifications()],
        "invitation_id": [case.invitation()["id"]],
        "unit": ["division"],
        "code": [village.code],
        "month": [village.month],
        "division_code": [village.code],
        "level": ["village"],
        "whose": ["asked", "working", "below"],
        "indicator": ["solved", "satisfied", "responded", "silent", "rectified", "on_time"],
        "part": ["numerator", "denominator"],
        "role": ["proxy_agent"],
    }
    told: dict[str, str] = {}
    for path, parameters in reading_routes(village.town):
        asked: list[Json] = [{}]
        for parameter in parameters:
            values = known.get(parameter["name"], [None] if not parameter.get("required") else [case.id])
            asked = [{**one, parameter["name"]: value} for one in asked for value in values]
        for one in asked:
            given = {name: value for name, value in one.items() if value is not None}
            at = path.format(**given)
            answer = person.call("GET", at.removeprefix("/api"), query=given)
            told[f"{at} {sorted(given.items())}"] = answer.text
    return told


def test_no_page_that_the_handler_can_reach_shows_the_grade(village: Village) -> None:
    case = village.asks("disability-certificate").handled()
    case.graded("very_dissatisfied", "asked_for_money_or_gifts")
    theirs = everything_read_by(case.citizen, case)
    assert any(grade in text for grade in GRADES for at, text in theirs.items() if THE_WORDS_THEMSELVES not in at)
    handlers = everything_read_by(village.agent, case)
    assert any(case.id in text for text in handlers.values())
    shown = [
        at for at, text in handlers.items() if THE_WORDS_THEMSELVES not in at and any(grade in text for grade in GRADES)
    ]
    assert shown == []


def test_the_handler_cannot_tell_a_case_that_was_graded_from_one_that_was_only_not_solved(village: Village) -> None:
    graded = village.asks(words="一样的事").handled()
    ungraded = village.asks(words="一样的事", by=village.neighbour).handled()
    for case in (graded, ungraded):
        case.judged("no")
    graded.graded("very_dissatisfied", "attitude")

    def without_ids(case: Case) -> str:
        text = json.dumps(case.seen_by(village.agent), ensure_ascii=False)
        for rectification in case.rectifications():
            text = text.replace(rectification["id"], "-")
        return text.replace(case.id, "-").replace(case.citizen.id, "-")

    assert without_ids(graded) == without_ids(ungraded)


def test_codes_numbers_and_words_are_in_no_log_no_fact_and_no_database_in_clear(village: Village, words: str) -> None:
    town, case = village.town, village.asks(words=words)
    case.promised()
    case.reported(note=f"{words}办结")
    town.settle()
    case.judged("no")
    case.rectified(responsible=village.secretary, verifier=village.township_secretary)
    code: str = case.told["tracking_code"]
    person = [*secrets_of(Path(f"roster-{SEED}.xlsx")), case.citizen.token]
    secrets = [code, code.replace("-", ""), words, "三天内换好灯泡", "灯泡已换", *person]
    for where, text in (("logs", town.logs()), ("facts", "\n".join(town.facts())), ("databases", town.kept())):
        assert len(text) > 1000
        assert [secret for secret in secrets if secret in text] == [], where
    for file in town.directory.glob("home/*.db*"):
        assert [secret for secret in secrets if secret.encode() in file.read_bytes()] == [], file.name
    assert case.citizen.name not in "\n".join(town.facts())
    assert case.seen_by(case.citizen)["wording"] == words


def test_a_tracking_code_belongs_in_no_address(village: Village) -> None:
    case = village.asks(words="查一查进度")
    answer = village.town.client.get(f"{village.town.address}/api/tasks/tracking/{case.told['tracking_code']}")
    assert answer.status_code == 404
    assert case.told["tracking_code"] not in answer.text
    named = [parameter["name"] for _, parameters in reading_routes(village.town) for parameter in parameters]
    assert [name for name in named if "tracking" in name] == []


def test_ids_of_others_are_not_there(village: Village) -> None:
    case = village.asks(words="这是别人的事").handled()
    case.judged("no")
    case.graded("very_dissatisfied")
    elsewhere = next(one for one in village.town.people("proxy_agent") if one.division[:9] != village.code[:9])
    rectification = f"/tasks/rectifications/{case.rectifications()[0]['id']}"
    invitation = f"/feedback/invitations/{case.invitation()['id']}"
    for stranger in (village.neighbour, elsewhere):
        assert stranger.call("GET", case.path).status_code == 404
        assert stranger.refused(f"{case.path}/judgement", solved="yes", round=1)[0] == 404
        assert stranger.refused(f"{case.path}/promise", promised_on=str(village.town.now().date()))[0] == 404
        assert stranger.refused(f"{case.path}/report", note="办好了", evidence=[])[0] == 404
        assert stranger.refused(f"{case.path}/return", reason="不是我的")[0] == 404
        assert stranger.refused(f"{rectification}/plan", words="我来", ground="simple")[0] == 404
        assert stranger.refused(f"{rectification}/verification", put_right=True)[0] == 404
        assert stranger.refused(f"{invitation}/rating", rating="satisfied", reasons=[])[0] == 404
    assert case.stage == "rectifying"


def test_a_token_moves_only_what_is_its_owners(village: Village) -> None:
    case = village.asks(words="只有本人能评判").handled()
    path = f"{village.town.address}/api{case.path}/judgement"
    body = {"solved": "yes", "round": 1}
    header, payload, signature = case.citizen.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims["sub"] == case.citizen.id
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": village.neighbour.id}).encode()).decode().rstrip("=")
    bearers = [None, f"{header}.{forged}.{signature}", village.neighbour.token.rpartition(".")[0] + f".{signature}"]
    for bearer in bearers:
        headers = {"idempotency-key": "k", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
        answer = village.town.client.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "unauthenticated")
    assert village.agent.refused(f"{case.path}/judgement", **body)[0] in {403, 404}
    assert case.stage == "handled"


@pytest.mark.parametrize("indicator", ["solved", "satisfied", "rectified", "on_time"])
def test_a_figure_opens_exactly_its_cases_to_the_supervisor_and_not_to_a_citizen(
    village: Village, indicator: str
) -> None:
    bad = village.asks(words="没办好的事").handled()
    bad.judged("no")
    bad.graded("dissatisfied")
    good = village.asks("labour-export").handled()
    good.judged("yes")
    good.graded("very_satisfied")
    open_ = village.asks(words="还在办的事")
    village.town.settle()
    below = {"solved": {bad, good}, "satisfied": {bad, good}, "rectified": {bad}, "on_time": {bad, good}}[indicator]
    above = {"solved": {good}, "satisfied": {good}, "rectified": set[Case](), "on_time": {bad, good}}[indicator]
    figures = village.scorecard(by=village.citizen)
    assert figures[indicator] == (len(above), len(below))
    for part, cases in (("numerator", above), ("denominator", below)):
        assert sorted(village.cases_behind(indicator, part, by=village.supervisor)) == sorted(one.id for one in cases)
        query = {"unit": "division", "code": village.code, "month": village.month, "indicator": indicator, "part": part}
        assert village.citizen.call("GET", "/feedback/scorecards/cases", query=query).status_code == 403
    assert open_.id not in village.cases_behind(indicator, "denominator", by=village.supervisor)
