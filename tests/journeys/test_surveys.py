"""A mass survey from each side: drafted one level above, answered by code, below the line, put right above the unit."""

import json
from datetime import timedelta

from services.feedback.surveys.answers.api import BODY_BYTES
from tests.feedback.ballots.casting import solved
from tests.journeys.test_lists import unit_of
from tests.journeys.village import Village

DEFINITION = {
    "title_zh": "村党支部满意度测评",
    "pages": [{"questions": [{"code": "overall", "kind": "opinion", "title_zh": "您对村党支部满意吗？"}]}],
}


def answered(village: Village, survey: str, code: str, opinion: str) -> int:
    """Somebody answers by the code that came to their household, without signing in; the status."""
    at, client = f"{village.town.address}/api/feedback/survey-answers", village.town.client
    form = client.get(f"{at}/{survey}/form").json()
    said = {"code": code, "answers": {"overall": opinion}, "altcha": solved(form)}
    content = json.dumps(said).ljust(BODY_BYTES)
    return client.post(at, content=content, headers={"content-type": "application/json"}).status_code


def test_an_organisation_judged_below_the_line_puts_it_right_one_level_above(village: Village) -> None:
    town, cadre, owner = village.town, village.cadre, village.township_secretary
    first = town.now().date() + timedelta(days=1)
    drafted = cadre.post(
        "/feedback/surveys",
        subject="organization",
        organization_id=unit_of(village, village.code),
        audience="villagers",
        division_code=village.code,
        parts=[{"division_code": village.code, "quota": 10}],
        channels=["household"],
        opens_on=str(first),
        closes_on=str(first + timedelta(days=7)),
        publishes_on=str(first + timedelta(days=14)),
        judged="overall",
        definition=DEFINITION,
    )
    survey, path = drafted["survey"]["id"], f"/feedback/surveys/{drafted['survey']['id']}"
    cadre.post(f"{path}/announcement")
    part = next(one["id"] for one in drafted["parts"] if one["kind"] != "door")
    given = cadre.post(f"{path}/codes", part_id=part, channel="household", many=12)["codes"]
    codes = [one["code"] for one in given]
    town.move(town.now() + timedelta(days=1))
    said = ["dissatisfied"] * 6 + ["satisfied"] * 3
    assert [answered(village, survey, code, one) for code, one in zip(codes, said, strict=False)] == [200] * 9
    assert answered(village, survey, codes[0], "satisfied") == 409  # one answer for each code
    town.move(town.now() + timedelta(days=15))

    shown = town.client.get(f"{town.address}/api/feedback/survey-results/{survey}").json()
    assert village.citizen.name not in str(shown)
    [item] = [one for one in owner.get("/tasks/assignments")["items"] if "满意度测评" in one["title"]]
    assert item["stage"] == "issued"
    below = village.district_secretary.get("/feedback/shortfalls", waiting=True)["items"]
    assert survey in [one["survey"]["id"] for one in below]
