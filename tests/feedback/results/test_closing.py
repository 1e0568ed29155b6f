"""Closing a term: by itself, once, upwards where too few came, and in public."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.tables import AUDIT
from contracts.feedback import CellFoundBelowLine, CellJudgedAgain
from contracts.tasks import CellSetAside
from services.feedback.results.actions import close_term
from tests.feedback.ballots.casting import Voters, casting, key_of
from tests.feedback.cells.polling import after, ids, on, opened, told
from tests.feedback.facts import DISTRICT, NEXT_VILLAGE, NOON, TOWNSHIP, VILLAGE, Case
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

THIRD_VILLAGE = "430702001003"
MANY = {VILLAGE: 24, NEXT_VILLAGE: 22, THIRD_VILLAGE: 25, "430702002001": 21}
"""Three villages with cells of their own; the fourth's people vote in the county's."""

CLOSES = date(2023, 6, 15)


async def of(office: Office, cell_id: UUID) -> dict[str, Any]:
    """What the public reads of a cell."""
    return dict((await office.get(f"/cells/{cell_id}", by=uuid4())).json())


async def again(office: Office) -> tuple[Voters, dict[str, UUID]]:
    """The next term, which takes ballots today."""
    cases = [
        Case(village=village, submitted_at=NOON + timedelta(days=5))
        for village, number in MANY.items()
        for _ in range(number)
    ]
    await office.hear(*(fact for case in cases for fact in (case.submitted(), case.handled())))
    days = {"served_from": "2023-06-01", "served_to": "2023-06-20", "draws_until": "2023-06-25"}
    cells = ids(await opened(office, **days, closes_on="2023-07-05"))
    await office.hear(*(key_of(cell_id) for cell_id in cells.values()))
    on(office, date(2023, 6, 26))
    return Voters(office), cells


class TestClosing:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_term_closes_by_itself_and_tells_who_is_below_the_line_once(self, office: Office) -> None:
        voters, cells = await casting(office, MANY)
        await voters.all_cast(cells[VILLAGE], "12455")  # 40 %
        await voters.all_cast(cells[NEXT_VILLAGE], "555")  # too few: they go up to the county
        await voters.all_cast(cells[THIRD_VILLAGE], "111111")
        await voters.all_cast(cells[DISTRICT], "1245")
        assert (await of(office, cells[VILLAGE]))["table"] is None
        await after(office, CLOSES)

        village = await of(office, cells[VILLAGE])
        assert [one["count"] for one in village["table"]["grades"]] == [1, 1, 0, 1, 2]
        assert (village["outcome"], village["below_line"], village["table"]["percent_most"]) == (
            "published",
            True,
            "40.00",
        )
        went_up = await of(office, cells[NEXT_VILLAGE])
        assert (went_up["outcome"], went_up["responses"], went_up["table"]) == ("went_up", None, None)
        assert went_up["parent_id"] == str(cells[DISTRICT])
        third = (await of(office, cells[THIRD_VILLAGE]))["table"]
        assert (third["good_least"], third["good_most"], third["grades"]) == (5, 6, None)
        county = await of(office, cells[DISTRICT])
        assert [one["count"] for one in county["table"]["grades"]] == [1, 1, 0, 1, 4]

        sums = (await office.get(f"/cells/sums/{county['term_id']}", by=uuid4())).json()["items"]
        assert {(one["division_code"], one["cells"], one["table"]["responses"]) for one in sums} == {
            (TOWNSHIP, 2, 11),
            (DISTRICT, 3, 18),
        }
        below = await told(office, CellFoundBelowLine)
        assert {(fact.cell_id, fact.owner_code) for fact in below} == {
            (cells[VILLAGE], TOWNSHIP),
            (cells[DISTRICT], DISTRICT),
        }
        async with office.mounted.sessions() as session:
            await close_term(UUID(county["term_id"]), session)  # as a timer that fired twice would
        assert len(await told(office, CellFoundBelowLine)) == 2
        async with office.mounted.sessions() as session:
            rows = await session.all(select(AUDIT.c.about, AUDIT.c.reason).where(AUDIT.c.action == "close_cell"))
        assert sorted(rows) == sorted(
            (str(cell_id), "went_up" if code == NEXT_VILLAGE else "published") for code, cell_id in cells.items()
        )

        aside = CellSetAside(cell_id=cells[VILLAGE], township_code=TOWNSHIP, set_aside_at=office.mounted.clock.now())
        await office.hear(aside, aside)
        found = await of(office, cells[VILLAGE])
        assert "不计入" in found["says_zh"]
        assert found["table"] == village["table"]
        left = (await office.get(f"/cells/sums/{county['term_id']}", by=uuid4())).json()["items"]
        assert {(one["division_code"], one["cells"], one["table"]["responses"]) for one in left} == {
            (TOWNSHIP, 1, 6),
            (DISTRICT, 2, 13),
        }

    async def test_the_next_cell_says_whether_it_was_put_right(self, office: Office) -> None:
        voters, cells = await casting(office, MANY)
        await voters.all_cast(cells[VILLAGE], "1555555")
        await voters.all_cast(cells[THIRD_VILLAGE], "1555555")
        await voters.all_cast(cells[DISTRICT], "55")
        await after(office, CLOSES)
        county = await of(office, cells[DISTRICT])
        assert (county["outcome"], county["responses"], county["table"]) == ("too_few", 2, None)
        assert "共收到 2 张" in county["says_zh"]

        voters, later = await again(office)
        await voters.all_cast(later[VILLAGE], "11111")
        await voters.all_cast(later[THIRD_VILLAGE], "55555")
        await after(office, date(2023, 7, 5))
        judged = await told(office, CellJudgedAgain)
        assert {(fact.cell_id, fact.next_cell_id, fact.above_line) for fact in judged} == {
            (cells[VILLAGE], later[VILLAGE], True),
            (cells[THIRD_VILLAGE], later[THIRD_VILLAGE], False),
        }
        assert {fact.cell_id for fact in await told(office, CellFoundBelowLine)} == {
            cells[VILLAGE],
            cells[THIRD_VILLAGE],
            later[THIRD_VILLAGE],
        }
        history = (await office.get("/cells", by=uuid4(), code=VILLAGE)).json()["items"]
        assert [(cell["id"], cell["below_line"]) for cell in history] == [
            (str(later[VILLAGE]), False),
            (str(cells[VILLAGE]), True),
        ]


class TestClosingOnPostgres(TestClosing):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres
