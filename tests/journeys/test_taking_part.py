"""Taking part from each side: what a village discloses, what people say to a plan, and what they decide together."""

from datetime import timedelta

from tests.journeys.village import Village
from tests.town import Json

STEPS = (("branch", 1), ("committees", 1), ("members", 4), ("representatives", 4))
"""Meetings of a decision, and how many days before each is called."""


def read(village: Village, path: str, **query: object) -> Json:
    """What anybody reads without signing in."""
    answer = village.town.client.get(f"{village.town.address}/api/feedback{path}", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def days_go_by(village: Village, days: int) -> None:
    """So many days pass, and what is due happens."""
    village.town.move(village.town.now() + timedelta(days=days))


def today(village: Village, *, and_days: int = 0) -> str:
    """The date, or one so many days from now."""
    return str(village.town.now().date() + timedelta(days=and_days))


def test_what_a_village_owes_the_public_is_missing_on_its_day_then_written_let_out_and_asked_about(
    village: Village,
) -> None:
    event = {
        "division_code": village.code,
        "kind_code": "projects",
        "event": "三组道路硬化",
        "happened_on": today(village),
    }
    owed = village.secretary.post("/feedback/disclosures", **event)["id"]
    assert owed not in [one["id"] for one in read(village, "/disclosures/missing", code=village.code)["items"]]
    days_go_by(village, 6)
    assert owed in [one["id"] for one in read(village, "/disclosures/missing", code=village.township)["items"]]

    asked = village.citizen.post(f"/feedback/disclosures/{owed}/questions", words="这条路花了多少钱？")
    path = f"/feedback/disclosures/{owed}"
    figures = [{"title": "水泥", "amount": "36000.00", "unit": "元"}]
    village.secretary.post(f"{path}/editions", words="道路硬化 300 米，已完工。", figures=figures)
    assert village.secretary.refused(f"{path}/confirmation") == (403, "may-not-supervise")
    assert "36000" not in str(read(village, f"/disclosures/{owed}"))
    village.cadre.post(f"{path}/confirmation")
    assert "36000" in str(read(village, f"/disclosures/{owed}"))
    assert owed not in [one["id"] for one in read(village, "/disclosures/missing", code=village.township)["items"]]

    village.secretary.post(f"/feedback/disclosure-questions/{asked['id']}/answer", words="水泥 3.6 万元，其余为投工。")
    [mine] = village.citizen.get("/feedback/disclosure-questions/mine")["items"]
    assert mine["answer"] == "水泥 3.6 万元，其余为投工。"
    assert "水泥 3.6 万元" not in str(read(village, f"/disclosures/{owed}/questions"))
    path = f"/feedback/disclosure-questions/{asked['id']}"
    village.cadre.post(f"{path}/wording", wording="修路花了多少钱？")  # words that name nobody
    [shown] = read(village, f"/disclosures/{owed}/questions")["items"]
    assert (shown["question"], shown["answer"]) == ("修路花了多少钱？", "水泥 3.6 万元，其余为投工。")


def test_a_plan_is_shown_before_it_is_decided_and_every_suggestion_is_answered(village: Village) -> None:
    announced = village.cadre.post(
        "/feedback/consultations",
        division_code=village.code,
        title="村小改作养老点",
        draft="拟把闲置的村小改作日间照料点，由村里管，镇里补助。",
        decides="村民代表会议",
        from_on=today(village),
        to_on=today(village, and_days=20),
    )
    consultation = announced["consultation"]["id"]
    path = f"/feedback/consultations/{consultation}"
    made = village.citizen.post(f"{path}/suggestions", words="请留一间作图书室。")
    assert village.cadre.refused(f"{path}/decision", words="定了") == (409, "still-open-for-suggestions")
    days_go_by(village, 21)
    assert village.cadre.refused(f"{path}/decision", words="定了") == (409, "suggestions-without-answer")
    [waiting] = village.cadre.get(f"{path}/inbox")["items"]
    assert (waiting["id"], village.citizen.name in str(waiting)) == (made["id"], False)
    village.cadre.post(
        f"{path}/answers", suggestion_ids=[made["id"]], adoption="adopted", reason="东头一间作图书室，已写入方案。"
    )
    village.cadre.post(f"{path}/decision", words="改作日间照料点，留一间图书室。")
    shown = read(village, f"/consultations/{consultation}")
    assert "留一间图书室" in str(shown)
    assert village.citizen.name not in str(shown)
    [mine] = village.citizen.get("/feedback/suggestions/mine")["items"]
    assert "东头一间作图书室" in str(mine)


def test_a_village_decides_in_four_steps_and_shows_what_came_of_it(village: Village) -> None:
    town, keeper, agent = village.town, village.secretary, village.agent
    posts = keeper.get("/members/posts", division_code=village.code, limit=100)["items"]
    carrier = next(one["post_id"] for one in posts if one["person_id"] == agent.id)
    matter = keeper.post(
        "/feedback/deliberations",
        division_code=village.code,
        kind="decision",
        title="硬化村组道路",
        words="把三组到村口的路硬化。",
        carrier_post_id=carrier,
        carry_out_by=today(village, and_days=90),
    )["matter"]["id"]
    for step, days in STEPS:
        meets = town.now() + timedelta(days=days)
        called = keeper.post(
            f"/feedback/deliberations/{matter}/meetings",
            kind=f"decision.{step}",
            meets_at=meets.isoformat(),
            place="村部",
            agenda="商量修路",
            entitled=10,
            entitled_on=today(village),
        )
        town.move(meets + timedelta(hours=2))
        meeting = f"/feedback/deliberations/meetings/{called['id']}"
        votes = {"attended": 9, "in_favour": 8, "against": 1, "abstained": 0}
        keeper.post(f"{meeting}/record", **votes, minutes_title="会议记录", minutes_digest="ab" * 32)
        assert keeper.refused(f"{meeting}/confirmation")[1] == "confirmed-by-keeper"
        assert village.cadre.post(f"{meeting}/confirmation")["outcome"] == "carried"
    keeper.post(f"/feedback/deliberations/{matter}/notices", kind="resolution", words="代表同意，由代办员负责落实。")
    days_go_by(village, 9)
    [item] = [one for one in agent.get("/tasks/assignments")["items"] if "决议" in one["title"]]
    path = f"/tasks/assignments/{item['id']}"
    agent.post(f"{path}/pledge", promised_on=today(village, and_days=5))
    agent.post(f"{path}/report", words="路修好了", evidence=[agent.attaches()])
    village.cadre.post(f"{path}/acceptance", words="看过现场")
    town.settle()
    keeper.post(f"/feedback/deliberations/{matter}/notices", kind="result", words="路已修好，用水泥 30 吨。")
    days_go_by(village, 9)
    [shown] = read(village, "/village-decisions", code=village.code)["items"]
    assert (shown["id"], shown["stage"]) == (matter, "finished")
    assert "用水泥 30 吨" in str(read(village, f"/village-decisions/{matter}"))
