"""A mass survey from each side: drafted one level above, answered by code, below the line, put right above the unit.

Another one is answered by credential: drawn by whoever is asked, and by nobody who works where it looks.
"""

import json
from datetime import timedelta
from secrets import token_bytes

from services.feedback.surveys.answers.api import BODY_BYTES
from tests.clients.phones import Phones, phones
from tests.feedback.ballots.casting import solved
from tests.journeys.test_lists import unit_of
from tests.journeys.village import Village
from tests.members.credentials.client import blind, bytes_of, finalize, key_of, listed_key, prepare, text_of
from tests.small_roster import DISTRICT
from tests.town import Json, Person

DEFINITION = {
    "title_zh": "村党支部满意度测评",
    "pages": [{"questions": [{"code": "overall", "kind": "opinion", "title_zh": "您对村党支部满意吗？"}]}],
}


def answered(village: Village, survey: str, opinion: str, **right: object) -> int:
    """Somebody answers by a code or a credential, without signing in; the status."""
    at, client = f"{village.town.address}/api/feedback/survey-answers", village.town.client
    form = client.get(f"{at}/{survey}/form").json()
    said = right | {"answers": {"overall": opinion}, "altcha": solved(form)}
    content = json.dumps(said).ljust(BODY_BYTES)
    return client.post(at, content=content, headers={"content-type": "application/json"}).status_code


def drawn(village: Village, person: Person, survey: str) -> Json | None:
    """What somebody's phone draws of a survey; nothing where they are not asked."""
    shown = [one for one in person.get("/members/credentials")["items"] if one["survey_id"] == survey]
    if not shown:
        return None
    [one] = shown
    at, client = f"{village.town.address}/api/members", village.town.client
    listed, keys = (client.get(f"{at}/{path}").json() for path in ("ballot-keys", "jwks"))
    today = village.town.now().date()
    key = key_of(listed_key(listed, keys["keys"], cell_id=one["cell_id"], shown=one["public_key"], on=today))
    made = blind(key, prepare(token_bytes(32)))
    told = person.post(f"/members/credentials/{one['cell_id']}", blinded=text_of(made.blinded))
    signature = finalize(key, made, bytes_of(told["blind_signature"]))
    return {"part_id": one["cell_id"], "message": text_of(made.message), "signature": text_of(signature)}


def by_phone(driven: Phones, person: Person, survey: str) -> None:
    """Somebody with our program on their phone draws, and says at once what they think; it waits there."""
    assert driven.draw("neighbour", token=person.token, at=person.town.now()) == []
    assert driven.answer("neighbour", survey, {"overall": "satisfied"}, at=person.town.now())


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
    other = village.district_secretary.post(
        "/feedback/surveys",
        subject="organization",
        organization_id=unit_of(village, village.township),
        audience="villagers",
        division_code=DISTRICT,
        parts=[{"division_code": DISTRICT, "quota": 0}],
        channels=["credential"],
        opens_on=str(first + timedelta(days=7)),
        closes_on=str(first + timedelta(days=8)),
        publishes_on=str(first + timedelta(days=9)),
        judged="overall",
        definition=DEFINITION,
    )["survey"]["id"]
    village.district_secretary.post(f"/feedback/surveys/{other}/announcement")
    part = next(one["id"] for one in drafted["parts"] if one["kind"] != "door")
    given = cadre.post(f"{path}/codes", part_id=part, channel="household", many=12)["codes"]
    codes = [one["code"] for one in given]
    town.settle()  # the keys stand in the list of the day after
    town.move(town.now() + timedelta(days=1))
    said = ["dissatisfied"] * 6 + ["satisfied"] * 3
    assert [answered(village, survey, one, code=code) for code, one in zip(codes, said, strict=False)] == [200] * 9
    assert answered(village, survey, "satisfied", code=codes[0]) == 409  # one answer for each code
    assert drawn(village, cadre, other) is None  # of the township's own
    held = drawn(village, village.citizen, other)
    assert drawn(village, village.citizen, other) is None  # once
    with phones(f"{town.address}/api") as driven:
        by_phone(driven, village.neighbour, other)
        town.move(town.now() + timedelta(days=7))
        late = (town.now() + timedelta(days=1)).replace(hour=23, minute=5)  # every phone's instant has come
        assert driven.cast("neighbour", at=late) == []
        assert driven.kept("neighbour", at=late)["cells"][0]["credential"] is None
    assert answered(village, other, "satisfied", credential=held) == 200
    assert answered(village, other, "satisfied", credential=held) == 200  # the same again
    assert answered(village, other, "dissatisfied", credential=held) == 409
    town.move(town.now() + timedelta(days=8))

    shown = town.client.get(f"{town.address}/api/feedback/survey-results/{survey}").json()
    assert village.citizen.name not in str(shown)
    [item] = [one for one in owner.get("/tasks/assignments")["items"] if "满意度测评" in one["title"]]
    assert item["stage"] == "issued"
    below = village.district_secretary.get("/feedback/shortfalls", waiting=True)["items"]
    assert survey in [one["survey"]["id"] for one in below]
    told = town.client.get(f"{town.address}/api/feedback/survey-results/{other}").json()
    assert [(one["channel"], one["given"], one["answered"]) for one in told["taken"]] == [("credential", 2, 2)]
