"""A villager and the agent: leave by the villager's own hand, or by the code of a text, or none at all."""

from datetime import timedelta

from profiles.programs import await_true
from tests.journeys.village import Village
from tests.numbers import numbers_in
from tests.town import Json


def for_the_villager(village: Village, *, words: str) -> Json:
    """What the agent sends in for the villager."""
    told: Json = village.agent.post(
        "/tasks/requests",
        division_code=village.code,
        kind="help",
        wording=words,
        channel="agent",
        requester_id=village.citizen.id,
    )
    return told


def until(village: Village) -> str:
    """A day within the longest time that leave may be given for."""
    return str(village.town.now().date() + timedelta(days=30))


def test_without_leave_an_agent_takes_notes_and_with_it_acts(village: Village) -> None:
    villager, agent = village.citizen, village.agent
    noted = for_the_villager(village, words="请代办残疾证年审")
    assert "tracking_code" not in noted
    [note] = [one for one in villager.get("/tasks/notes")["items"] if one["id"] == noted["note_id"]]
    assert note["id"] not in str(villager.get("/tasks/requests"))

    [post] = [
        one
        for one in villager.get("/members/posts", division_code=village.code, limit=100)["items"]
        if one["person_id"] == agent.id and one["kind"] == "proxy_agent"
    ]
    given = villager.post("/tasks/mandates", agent_post_id=post["post_id"], scope="all", to_on=until(village))
    assert given["stage"] == "given"
    village.town.settle()
    case = for_the_villager(village, words="请代取药")
    village.town.settle()
    assert case["id"] in [one["id"] for one in villager.get("/tasks/requests")["items"]]
    assert case["id"] in str(agent.get("/screens/agent-day"))
    refused = agent.refused(f"/tasks/requests/{case['id']}/judgement", solved="yes", round=1)
    assert refused[0] in {403, 404, 409}

    villager.post(f"/tasks/mandates/{given['id']}/revocation")
    village.town.settle()
    assert "tracking_code" not in for_the_villager(village, words="再代办一件")


def test_a_villager_says_yes_by_the_code_of_a_text(village: Village) -> None:
    agent, town = village.agent, village.town
    before = len(town.texts.sent)
    asked = agent.post(
        "/tasks/mandates/asked", principal_id=village.citizen.id, way="code", scope="all", to_on=until(village)
    )
    assert asked["stage"] == "asked"
    town.settle()
    await_true(lambda: len(town.texts.sent) > before, seconds=30, what="a text was sent", log=town.directory / "up.log")
    [text] = list(town.texts.sent)[before:]
    code = text.values["code"]
    for somebody in (agent, village.cadre):
        assert somebody.call("POST", f"/members/consents/{asked['id']}/showing", body={}).status_code >= 400
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert agent.call("POST", f"/members/consents/{asked['id']}/confirmation", body={"code": wrong}).status_code >= 400
    agent.post(f"/members/consents/{asked['id']}/confirmation", code=code)
    town.settle()
    assert village.citizen.get(f"/tasks/mandates/{asked['id']}")["stage"] == "given"
    assert "tracking_code" in for_the_villager(village, words="请代交医保")
    assert numbers_in(f"验证码{code}，本次有效") == {code}
    assert code not in numbers_in("\n".join([*town.facts(), town.logs(), town.kept()]))
