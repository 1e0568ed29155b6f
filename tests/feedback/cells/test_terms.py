"""Terms: cut from the work of before, looked at, opened once, and told cell by cell."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.feedback.cells.polling import OPERATOR, TERM, county_at_work, opened, opened_cells, planned
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NEXT_VILLAGE, NOON, TOWNSHIP, VILLAGE, Case
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio


class TestTerms:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_cells_are_cut_from_the_people_served_in_the_period_before(self, office: Office) -> None:
        await county_at_work(office, {VILLAGE: 24, NEXT_VILLAGE: 10, FAR_VILLAGE: 12})
        again = Case(village=NEXT_VILLAGE)
        other = [again.again() for _ in range(15)]  # one person is one, however often they were served
        early = [Case(village=NEXT_VILLAGE, submitted_at=NOON - timedelta(days=60)) for _ in range(15)]
        left_out = [Case(village=NEXT_VILLAGE) for _ in range(15)]
        for case in [*other, *early, *left_out]:
            await office.hear(case.submitted(), case.handled())
        await office.hear(*(case.excluded() for case in left_out))
        made = await planned(office)
        cells = {cell["division_code"]: cell for cell in made["cells"]}
        assert {code: cell["expected"] for code, cell in cells.items()} == {DISTRICT: 23, VILLAGE: 24}
        assert cells[VILLAGE]["parent_id"] == cells[DISTRICT]["id"]
        assert cells[VILLAGE]["name"] == "甲一村"
        assert await opened_cells(office) == []
        assert (await office.get("/cells", by=uuid4())).json()["items"] == []

    async def test_opening_tells_of_each_cell_once(self, office: Office) -> None:
        await county_at_work(office)
        made = await opened(office)
        told = await opened_cells(office)
        assert {(str(fact.cell_id), fact.division_code) for fact in told} == {
            (cell["id"], cell["division_code"]) for cell in made["cells"]
        }
        village = next(fact for fact in told if fact.division_code == VILLAGE)
        assert (village.township_code, village.item_codes) == (TOWNSHIP, ())
        assert (village.served_from, village.closes_on) == (date(2023, 5, 12), date(2023, 6, 15))
        again = await office.post(f"/ballot-terms/{made['term']['id']}/opening", by=OPERATOR, body={})
        assert again.json()["code"] == "not-allowed-now"
        shown = (await office.get("/cells", by=uuid4(), code=VILLAGE)).json()["items"]
        assert [(cell["division_code"], cell["table"]) for cell in shown] == [(VILLAGE, None)]


class TestTermsOnPostgres(TestTerms):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"served_to": "2023-05-11"}, "dates-out-of-turn"),
    ({"draws_until": "2023-05-30"}, "dates-out-of-turn"),
    ({"closes_on": "2023-06-11"}, "dates-out-of-turn"),  # six days of casting
    ({"served_from": "2023-04-01", "served_to": "2023-04-02", "draws_until": "2023-04-03"}, "dates-out-of-turn"),
    ({"groups": [{"code": "a", "item_codes": []}, {"code": "b", "item_codes": ["x"]}]}, "groups-overlap"),
    ({"groups": [{"code": "a", "item_codes": ["x"]}, {"code": "b", "item_codes": ["x"]}]}, "groups-overlap"),
    ({"groups": [{"code": "a", "item_codes": ["pension"]}]}, "too-few-expected"),
    ({"district_code": "430703000000"}, "may-not-plan-terms"),
]


async def test_what_would_not_hold_is_refused(office: Office) -> None:
    await county_at_work(office)
    for otherwise, code in REFUSED:
        answer = await office.post("/ballot-terms", by=OPERATOR, body=TERM | otherwise)
        assert answer.json()["code"] == code, otherwise
    await planned(office)
    overlapping = TERM | {"served_from": "2023-05-31", "served_to": "2023-06-01"}
    answer = await office.post("/ballot-terms", by=OPERATOR, body=overlapping)
    assert answer.json()["code"] == "terms-overlap"


async def test_a_term_that_was_dropped_is_in_nobodys_way(office: Office) -> None:
    await county_at_work(office)
    first = (await planned(office))["term"]["id"]
    dropped = await office.post(f"/ballot-terms/{first}/dropping", by=OPERATOR, body={})
    assert dropped.json()["stage"] == "dropped"
    second = (await planned(office))["term"]["id"]
    listed = (await office.get("/ballot-terms", by=OPERATOR, district_code=DISTRICT)).json()["items"]
    assert [term["id"] for term in listed] == [second, first]
    assert (await office.get(f"/ballot-terms/{first}", by=uuid4())).status_code == 404
    office.clock.at += timedelta(days=60)
    late = await office.post(f"/ballot-terms/{second}/opening", by=OPERATOR, body={})
    assert late.json()["code"] == "opened-too-late"
