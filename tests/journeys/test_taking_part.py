"""Taking part from each side: disclosures, plans, decisions and hearings, and who is held to account for what."""

from datetime import timedelta

from tests.journeys.village import Village
from tests.town import Json, Person

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


def post_of(village: Village, person: Person) -> Json:
    """The post that somebody holds in the village."""
    posts: list[Json] = village.secretary.get("/members/posts", division_code=village.code, limit=100)["items"]
    return next(one for one in posts if one["person_id"] == person.id)


def lines_of(person: Person) -> list[Json]:
    """What somebody is told, from new to old; a digest line by line."""
    found = []
    for one in person.get("/tasks/notices", limit=100)["items"]:
        path = f"/tasks/notices/{one['id']}/lines"
        found += person.get(path, limit=100)["items"] if one["kind"] == "digest" else [one]
    return found


def told(person: Person, about: str) -> list[str]:
    """Of what kind the notices are that tell somebody of one thing, from new to old."""
    return [one["kind"] for one in lines_of(person) if one["about_id"] == about]


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
    expected = (village.secretary, "disclosure_missing"), (village.township_secretary, "disclosure_missing_below")
    before = {one["id"] for person, _ in expected for one in lines_of(person)}
    days_go_by(village, 6)
    assert owed in [one["id"] for one in read(village, "/disclosures/missing", code=village.township)["items"]]
    village.town.next_monday()  # in office hours
    village.town.move(village.town.now() + timedelta(hours=1))
    for person, kind in expected:
        assert kind in [one["kind"] for one in lines_of(person) if one["id"] not in before], kind
    assert not [one for one in lines_of(village.agent) if one["kind"].startswith("disclosure")]

    asked = village.citizen.post(f"/feedback/disclosures/{owed}/questions", words="这条路花了多少钱？")
    path = f"/feedback/disclosures/{owed}"
    figures = [{"title": "水泥", "amount": "36000.00", "unit": "元"}]
    files = [{"title": "水泥发票，存村部", "digest": "cd" * 32}]
    village.secretary.post(f"{path}/editions", words="道路硬化 300 米，已完工。", figures=figures, files=files)
    assert village.secretary.refused(f"{path}/confirmation") == (403, "may-not-supervise")
    assert "36000" not in str(read(village, f"/disclosures/{owed}"))
    village.cadre.post(f"{path}/confirmation")
    assert "36000" in str(read(village, f"/disclosures/{owed}"))
    page = village.town.client.get(f"{village.town.address}/public/disclosures/{owed}")
    assert ("水泥发票，存村部" in page.text, "cd" * 32 in page.text) == (True, True)
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
    carrier = post_of(village, agent)["post_id"]
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


def test_a_hearing_is_asked_answered_and_decided_with_a_response_to_each_question(village: Village) -> None:
    town, keeper = village.town, village.secretary
    meets = town.now() + timedelta(days=8)
    hearing = keeper.post(
        "/feedback/hearings",
        division_code=village.code,
        title="卫生费怎么收",
        words="每户每月收多少卫生费，请大家来谈。",
        meets_at=meets.isoformat(),
        place="村部",
        seats=10,
        answer_post_id=post_of(village, village.agent)["post_id"],
    )["hearing"]["id"]
    path = f"/feedback/hearings/{hearing}"
    village.citizen.post(f"{path}/participants", part="household")
    first = village.citizen.post(f"{path}/questions", words="五保户收不收？")["id"]
    keeper.post(f"{path}/seating")
    assert village.neighbour.refused(f"{path}/participants", part="household") == (409, "sign-up-closed")
    town.move(meets + timedelta(hours=2))
    held = keeper.post(f"{path}/record", attended=1, questions=["钱由谁管？"])
    second = next(one["id"] for one in held["questions"] if one["in_the_room"])
    responses = [
        {"question_id": first, "response": "accepted", "reason": "五保户有困难"},
        {"question_id": second, "response": "partly", "reason": "由村务监督委员会按季查账"},
    ]
    decision: Json = {"words": "每户每月两元，五保户不收。", "responses": responses}
    assert keeper.refused(f"{path}/decision", **decision) == (409, "questions-unanswered")
    for question in (first, second):
        answer = f"/feedback/hearings/questions/{question}/answer"
        assert keeper.refused(answer, words="见方案") == (403, "answers-by-post")
        village.agent.post(answer, words="已写入方案。")
    assert keeper.refused(f"{path}/decision", **decision | {"responses": responses[:1]}) == (
        422,
        "each-question-responded",
    )
    keeper.post(f"{path}/decision", **decision)
    shown = read(village, f"/hearings/{hearing}")
    assert shown["decision"] == decision["words"]
    assert [(one["response_zh"], one["answer"]) for one in shown["questions"]] == [
        ("采纳", "已写入方案。"),
        ("部分采纳", "已写入方案。"),
    ]
    assert village.citizen.name not in str(shown)


def test_somebody_in_office_is_held_to_account_with_reasons_heard_and_free_to_appeal(village: Village) -> None:
    town, agent = village.town, village.agent
    case = village.asks().handled()
    post = post_of(village, agent)
    brought = village.cadre.post(
        "/feedback/accountability",
        organization_id=post["organization_id"],
        post_id=post["post_id"],
        measure="talk",
        grounds=[{"kind": "case", "id": case.id}],
        reason="两次没有按承诺的日期办结",
    )
    measure = brought["case"]["id"]
    path = f"/feedback/accountability/{measure}"
    town.settle()
    assert told(agent, measure) == ["measure_brought"]
    assert told(village.secretary, measure) == []  # it is about the person
    assert village.cadre.refused(f"{path}/decision", words="谈话") == (409, "not-heard-yet")
    assert village.secretary.refused(f"{path}/answer", words="x") == (404, "not-found")
    agent.post(f"{path}/answer", words="那两天停电，材料送不出去")
    village.cadre.post(f"{path}/decision", words="谈话提醒一次", document_no="镇纪〔2025〕1号")
    shown = agent.get(path)
    assert (shown["decision"], shown["document_no"]) == ("谈话提醒一次", "镇纪〔2025〕1号")
    assert (bool(shown["authority_zh"]), shown["reason"]) == (True, "两次没有按承诺的日期办结")
    agent.post(f"{path}/appeal", words="停电有记录可查")
    assert village.cadre.refused(f"{path}/appeal-decision", quash=False, words="维持")[0] == 403
    village.district_secretary.post(f"{path}/appeal-decision", quash=True, words="停电属实，撤销")
    town.settle()
    shown = agent.get(path)
    assert (shown["case"]["stage"], shown["outcome"]) == ("quashed", "停电属实，撤销")
    assert told(agent, measure) == ["measure_appeal_decided", "measure_decided", "measure_brought"]
