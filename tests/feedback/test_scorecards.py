"""What the figures of an area or organisation count, from whom they are kept, and that their cases add up to them."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.members import OrganizationRecorded
from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards.model import INDICATORS
from tests.feedback.facts import (
    DISTRICT,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    NOON,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    Case,
    organization_id,
    organizations,
    post,
)
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

MONTH = "2023-05"
ANYBODY = uuid4()
Pairs = dict[str, tuple[int, int]]


async def figures(office: Office, code: str, *, unit: str = "division", month: str = MONTH) -> Pairs:
    """Numerator and denominator of every indicator of a unit."""
    answer = await office.get("/scorecards", by=ANYBODY, unit=unit, code=code, month=month)
    assert answer.status_code == 200, answer.text
    return {one["indicator"]: (one["numerator"], one["denominator"]) for one in answer.json()["unit"]["figures"]}


async def give(office: Office, case: Case, rating: str) -> None:
    """Grade the newest round as the person served."""
    invitation = (await office.get("/invitations", by=case.requester)).json()["items"][0]
    body = {"rating": rating, "reasons": []}
    answer = await office.post(f"/invitations/{invitation['id']}/rating", by=case.requester, body=body)
    assert answer.status_code == 200, answer.text


async def behind(
    office: Office, by: UUID, *, indicator: str, part: str, code: str = VILLAGE, unit: str = "division", limit: int = 2
) -> list[str] | int:
    """The ids of all cases behind a figure, page by page; or the code of the refusal."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await office.get(
            "/scorecards/cases",
            by=by,
            unit=unit,
            code=code,
            month=MONTH,
            indicator=indicator,
            part=part,
            limit=limit,
            **cursor,
        )
        if answer.status_code != 200:
            return answer.status_code
        page = answer.json()
        seen += [one["request_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            return seen
        cursor = {"cursor": page["next_cursor"]}


async def a_busy_month(office: Office) -> None:
    """Cases of every kind in three villages of two townships."""
    well, late, unsigned, overdue, fresh, elsewhere, far = (
        Case(),
        Case(),
        Case(),
        Case(),
        Case(submitted_at=office.clock.at - timedelta(minutes=30)),
        Case(village=NEXT_VILLAGE, organization="D-1-2"),
        Case(village=FAR_VILLAGE, organization="D-2-1"),
    )
    promised = NOON.date() + timedelta(days=1)
    await office.hear(well.submitted(), well.dispatched(), well.accepted(promised_on=promised))
    await office.hear(well.contacted(), well.handled(), well.judged("yes"))
    await office.hear(late.submitted(), late.dispatched(), late.accepted(in_time=False, promised_on=promised))
    await office.hear(late.handled(in_time=False))
    await office.hear(late.judged("no"), late.opened(), late.verified(), late.handled(of_round=2, in_time=False))
    await office.hear(late.judged("yes", of_round=2))
    await office.hear(unsigned.submitted(), unsigned.dispatched(), unsigned.handled(), unsigned.opened())
    await office.hear(overdue.submitted(), overdue.dispatched(), overdue.accepted())
    await office.hear(
        overdue.limit_missed("contact"), overdue.contacted(in_time=False), unsigned.limit_missed("accept")
    )
    await office.hear(fresh.submitted(), fresh.dispatched())
    await office.hear(*elsewhere.up_to_handling(), elsewhere.judged("partly"), elsewhere.opened())
    await office.hear(*far.up_to_handling())
    await give(office, well, "satisfied")
    await give(office, late, "very_satisfied")
    await give(office, unsigned, "dissatisfied")
    await give(office, elsewhere, "fairly_satisfied")


class TestFigures:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_every_indicator_counts_what_it_says(self, office: Office) -> None:
        await a_busy_month(office)
        expected = {
            "promise_kept": (1, 2),
            "contacted": (1, 2),  # nobody set a limit for the others
            "accepted": (2, 4),  # the fresh one may still be signed for
            "on_time": (2, 3),
            "solved": (2, 2),
            "responded": (3, 3),
            "silent": (0, 3),
            "satisfied": (2, 3),
            "rectified": (1, 2),
            "redone": (1, 3),
            "six_team": (3, 3),
            "six_backbone": (1, 2),
            "six_place": (0, 5),
            "six_ways": (5, 5),
            "six_rules": (1, 3),
            "six_results": (2, 3),
        }
        assert await figures(office, VILLAGE) == expected
        office.clock.at += timedelta(days=10)
        later = await figures(office, VILLAGE)
        assert (later["accepted"], later["on_time"]) == ((2, 5), (2, 5))  # two more limits have ended
        assert {**later, "accepted": (2, 4), "on_time": (2, 3)} == expected

    async def test_an_area_counts_what_lies_in_it(self, office: Office) -> None:
        await a_busy_month(office)
        of = {code: await figures(office, code) for code in (DISTRICT, TOWNSHIP, OTHER_TOWNSHIP, VILLAGE, NEXT_VILLAGE)}
        for indicator in INDICATORS:
            assert of[TOWNSHIP][indicator] == tuple(
                map(sum, zip(of[VILLAGE][indicator], of[NEXT_VILLAGE][indicator], strict=True))
            )
            assert of[DISTRICT][indicator] == tuple(
                map(sum, zip(of[TOWNSHIP][indicator], of[OTHER_TOWNSHIP][indicator], strict=True))
            )
        assert of[DISTRICT]["responded"] == (4, 5)

    async def test_an_organisation_counts_its_own_cases_and_those_of_all_below(self, office: Office) -> None:
        await a_busy_month(office)
        own = Case(village=VILLAGE, organization="D-1")
        await office.hear(own.submitted(), own.dispatched(), own.accepted())
        counted = {
            code: (await figures(office, code, unit="organization"))["accepted"][1]
            for code in ("D", "D-1", "D-1-0", "D-1-1", "D-1-2", "D-2", "D-2-1")
        }
        assert counted == {"D": 7, "D-1": 6, "D-1-0": 0, "D-1-1": 4, "D-1-2": 1, "D-2": 1, "D-2-1": 1}

    async def test_an_organisation_that_moved_takes_its_figures_along(self, office: Office) -> None:
        await a_busy_month(office)
        branch = next(
            fact for fact in organizations() if isinstance(fact, OrganizationRecorded) and fact.code == "D-1-1"
        )
        await office.hear(branch.model_copy(update={"superior_id": organization_id("D-2")}))
        assert (await figures(office, "D-1", unit="organization"))["accepted"] == (1, 1)
        assert (await figures(office, "D-2", unit="organization"))["accepted"] == (3, 5)

    async def test_a_circle_in_the_tree_ends(self, office: Office) -> None:
        await a_busy_month(office)
        top = next(fact for fact in organizations() if isinstance(fact, OrganizationRecorded) and fact.code == "D")
        await office.hear(top.model_copy(update={"superior_id": organization_id("D-1")}))
        assert (await figures(office, "D", unit="organization"))["accepted"][1] == 6
        assert (
            await behind(office, uuid4(), indicator="accepted", part="numerator", code="D", unit="organization") == 403
        )

    @pytest.mark.parametrize(
        ("level", "codes"),
        [
            ("village", [VILLAGE, NEXT_VILLAGE, FAR_VILLAGE]),
            ("township", [TOWNSHIP, OTHER_TOWNSHIP]),
            ("organization", ["D", "D-1", "D-1-0", "D-1-1", "D-1-2", "D-2", "D-2-1"]),
        ],
    )
    async def test_a_list_gives_every_unit_by_code_with_the_figures_of_its_own_scorecard(
        self, office: Office, level: str, codes: list[str]
    ) -> None:
        await a_busy_month(office)
        seen: dict[str, Pairs] = {}
        cursor: dict[str, str] = {}
        while True:
            answer = await office.get("/scorecards/list", by=ANYBODY, level=level, month=MONTH, limit=2, **cursor)
            page = answer.json()
            for unit in page["units"]:
                seen[unit["code"]] = {
                    one["indicator"]: (one["numerator"], one["denominator"]) for one in unit["figures"]
                }
                assert unit["name"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert list(seen) == codes
        kind = "organization" if level == "organization" else "division"
        assert seen == {code: await figures(office, code, unit=kind) for code in codes}

    @pytest.mark.parametrize(("unit", "code"), [("division", TOWNSHIP), ("organization", "D-1")])
    @pytest.mark.parametrize("indicator", list(INDICATORS))
    async def test_the_cases_behind_a_figure_add_up_to_it(
        self, office: Office, unit: str, code: str, indicator: str
    ) -> None:
        await a_busy_month(office)
        overseer = uuid4()
        await office.hear(post(overseer, "township_cadre", at="D-1", area=TOWNSHIP))
        above, below = (await figures(office, code, unit=unit))[indicator]
        denominator = await behind(office, overseer, indicator=indicator, part="denominator", code=code, unit=unit)
        numerator = await behind(office, overseer, indicator=indicator, part="numerator", code=code, unit=unit)
        assert isinstance(denominator, list)
        assert isinstance(numerator, list)
        assert below > 0
        assert (len(set(numerator)), len(set(denominator))) == (len(numerator), len(denominator)) == (above, below)
        assert set(numerator) <= set(denominator)

    async def test_the_bulletin_of_fengcheng_is_recomputed(self, office: Office) -> None:
        # Rule C11: 3,656 orders, 200 of them still in time, 3,456 closed, 3,112 solved: 90.05 % and not 85.12 %.
        told = Case().submitted()
        long_ago, just_now = office.clock.at - timedelta(days=1), office.clock.at + timedelta(days=1)
        records = []
        for number in range(3656):
            record = CaseRecord.begin(told.model_copy(update={"request_id": uuid4(), "finish_due_at": long_ago}))
            if number < 3456:
                record.round, record.handled_at, record.handled_in_time = 1, long_ago, True
                record.solved, record.solved_round = ("yes" if number < 3112 else "no"), 1
            else:
                record.finish_due_at = just_now
            records.append(record)
        async with office.mounted.sessions() as session:
            session.add(*records)
        answer = await office.get("/scorecards", by=ANYBODY, unit="division", code=VILLAGE, month=MONTH)
        by_id = {one["indicator"]: one for one in answer.json()["unit"]["figures"]}
        assert by_id["solved"] == {
            "indicator": "solved",
            "numerator": 3112,
            "denominator": 3456,
            "percent": "90.05",
            "outside": 0,
            "excluded": 0,
            "beside_zh": None,
        }
        assert by_id["on_time"]["denominator"] == 3456
        office.clock.at = just_now  # the limit is the first instant that is too late
        assert (await figures(office, VILLAGE))["on_time"] == (3456, 3656)


class TestFiguresOnPostgres(TestFigures):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_an_empty_month_has_no_percentage(office: Office) -> None:
    answer = await office.get("/scorecards", by=ANYBODY, unit="division", code=VILLAGE, month="2020-01")
    assert {(one["numerator"], one["denominator"], one["percent"]) for one in answer.json()["unit"]["figures"]} == {
        (0, 0, None)
    }


async def test_a_newer_rating_replaces_the_older_one_in_the_figures(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling())
    await give(office, case, "very_dissatisfied")
    assert (await figures(office, VILLAGE))["satisfied"] == (0, 1)
    await office.hear(case.opened(), case.verified(), case.handled(of_round=2))
    assert (await figures(office, VILLAGE))["satisfied"] == (0, 1)  # silence in the new round is no satisfaction
    await give(office, case, "satisfied")
    assert (await figures(office, VILLAGE))["satisfied"] == (1, 1)


@pytest.mark.parametrize(
    ("kind", "at", "area", "opens"),
    [
        ("supervisor", "D", DISTRICT, True),
        ("county_operator", "D", DISTRICT, True),
        ("township_cadre", "D-1", TOWNSHIP, True),
        ("secretary", "D-1", TOWNSHIP, True),
        ("secretary", "D-1-1", VILLAGE, True),
        ("secretary", "D-1-0", TOWNSHIP, False),  # a branch of the township's own offices leads no village
        ("township_cadre", "D-2", OTHER_TOWNSHIP, False),
        ("secretary", "D-1-2", NEXT_VILLAGE, False),
        ("auditor", "D", DISTRICT, True),
        ("guide", "D-1", VILLAGE, True),
        ("guide", "D-1", NEXT_VILLAGE, False),
        ("grid_worker", "D-1-1", VILLAGE, False),
    ],
)
async def test_the_cases_of_a_village_open_to_its_overseers_alone(
    office: Office, kind: str, at: str, area: str, opens: bool
) -> None:
    await a_busy_month(office)
    person = uuid4()
    await office.hear(post(person, kind, at=at, area=area))
    found = await behind(office, person, indicator="on_time", part="denominator")
    assert found == 403 if not opens else isinstance(found, list) and len(found) == 3


@pytest.mark.parametrize(
    ("kind", "at", "opens"),
    [("supervisor", "D", True), ("secretary", "D-1", True), ("secretary", "D-1-1", True), ("secretary", "D-2", False)],
)
async def test_the_cases_of_an_organisation_open_there_and_above(
    office: Office, kind: str, at: str, opens: bool
) -> None:
    await a_busy_month(office)
    person = uuid4()
    await office.hear(post(person, kind, at=at, area=DISTRICT))
    found = await behind(office, person, indicator="on_time", part="denominator", code="D-1-1", unit="organization")
    assert found == 403 if not opens else isinstance(found, list) and len(found) == 3


@pytest.mark.parametrize(
    ("since", "until", "opens"),
    [
        (date(2023, 5, 12), None, True),
        (date(2023, 5, 13), None, False),
        (date(2020, 1, 1), date(2023, 5, 12), True),
        (date(2020, 1, 1), date(2023, 5, 11), False),
    ],
)
async def test_a_post_opens_cases_from_its_first_to_its_last_local_date(
    office: Office, since: date, until: date | None, opens: bool
) -> None:
    person = uuid4()
    await office.hear(post(person, "supervisor", at="D", area=DISTRICT, since=since, until=until))
    assert office.clock.at.date() == date(2023, 5, 12)
    found = await behind(office, person, indicator="on_time", part="denominator")
    assert found == ([] if opens else 403)


async def test_an_agent_opens_their_own_cases_and_never_what_people_think_of_them(office: Office) -> None:
    mine, other = Case(), Case()
    await office.hear(*mine.up_to_handling(), mine.judged("no"))
    await office.hear(*other.up_to_handling(), other.judged("no"))
    await office.hear(post(mine.agent, "proxy_agent", at="D-1-1", area=VILLAGE))
    assert await behind(office, mine.agent, indicator="on_time", part="numerator") == [str(mine.id)]
    for indicator in ("solved", "responded", "silent", "satisfied"):
        assert await behind(office, mine.agent, indicator=indicator, part="denominator") == 403


async def test_an_overseer_who_handled_a_round_does_not_see_that_case_behind_the_grades(office: Office) -> None:
    overseer = uuid4()
    first_round, current, other = Case(), Case(agent=overseer), Case()
    await office.hear(*first_round.up_to_handling()[:3], first_round.handled(by=overseer))
    await office.hear(first_round.handled(of_round=2))
    await office.hear(*current.up_to_handling(), *other.up_to_handling())
    await office.hear(post(overseer, "secretary", at="D-1-1", area=VILLAGE))
    for case in (first_round, current, other):
        await give(office, case, "dissatisfied")
    assert (await figures(office, VILLAGE))["satisfied"] == (0, 3)
    assert await behind(office, overseer, indicator="satisfied", part="denominator") == [str(other.id)]
    seen = await behind(office, overseer, indicator="on_time", part="denominator")
    assert isinstance(seen, list)
    assert len(seen) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"unit": "division", "code": VILLAGE, "month": "2023-13"},
        {"unit": "division", "code": VILLAGE, "month": "23-05"},
        {"unit": "division", "code": "\x00", "month": MONTH},
        {"unit": "division", "code": "9" * 65, "month": MONTH},
        {"unit": "county", "code": VILLAGE, "month": MONTH},
        {"unit": "division", "month": MONTH},
    ],
)
async def test_a_question_of_another_form_is_refused(office: Office, query: dict[str, str]) -> None:
    answer = await office.get("/scorecards", by=ANYBODY, **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("unit", ["division", "organization"])
async def test_a_unit_that_is_not_there_is_not_found(office: Office, unit: str) -> None:
    answer = await office.get("/scorecards", by=ANYBODY, unit=unit, code="𠮷·", month=MONTH)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-unit")


async def test_an_indicator_that_is_not_there_is_not_found(office: Office) -> None:
    assert await behind(office, ANYBODY, indicator="charm", part="numerator") == 404
