"""Casting: once for each credential of the cell, in its days, and nothing of who did it."""

import asyncio
import json
from base64 import b64decode, b64encode
from datetime import date
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import select

from chassis.problems import NotFound
from services.feedback.ballots.actions import SPENT_CREDENTIAL
from services.feedback.ballots.box import Box
from services.feedback.ballots.model import Sheet
from services.feedback.tables import Table
from services.feedback.urns.model import Urn
from tests.feedback.ballots.casting import Credential, casting, key_of, solved
from tests.feedback.cells.polling import after, on
from tests.feedback.facts import DISTRICT, VILLAGE
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

BOX = {"urn", "spent_credential"}


async def contents(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    async with office.mounted.sessions() as session:
        return {
            name: sorted(await session.all(select(*table.columns)), key=repr)
            for name, table in Table.metadata.tables.items()
        }


async def in_box(office: Office, cell_id: UUID) -> dict[str, int]:
    """How many ballots in a cell's box bear each grade and each reason, and how many there are."""
    async with office.mounted.sessions() as session:
        urn = await session.get(Urn, cell_id)
    return {} if urn is None else {**urn.counts.said, "ballots": urn.sheets}


class TestCasting:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_a_credential_is_good_for_one_ballot_of_its_cell(self, office: Office) -> None:
        voters, cells = await casting(office)
        village, county = cells[VILLAGE], cells[DISTRICT]
        mine = Credential()
        first = await voters.cast(village, 2, by=mine, reasons=("attitude",))
        assert first.status_code == 200, first.text
        assert "谁也查不出" in first.json()["notice_zh"]
        again = await voters.cast(village, 2, by=mine, reasons=("attitude",))
        assert (again.status_code, again.content) == (200, first.content)
        for otherwise in ({"grade": 5, "reasons": ("attitude",)}, {"grade": 2, "reasons": ()}):
            refused = await voters.cast(village, by=mine, **otherwise)  # type: ignore[arg-type]
            assert refused.json()["code"] == "ballot-cast-otherwise"
        assert await in_box(office, village) == {"2": 1, "attitude": 1, "ballots": 1}

        forged = Credential(signed_by="another")  # as a credential of another cell is
        assert (await voters.cast(village, 1, by=forged)).json()["code"] == "credential-not-of-this-cell"
        await office.hear(key_of(village, name="another"))  # a second key for a cell is passed over
        assert (await voters.cast(village, 1, by=forged)).json()["code"] == "credential-not-of-this-cell"
        assert (await voters.cast(village, 3)).status_code == 200
        assert await in_box(office, village) == {"2": 1, "3": 1, "attitude": 1, "ballots": 2}
        assert await in_box(office, county) == {}

    async def test_casts_of_a_moment_go_in_together_and_once(self, office: Office) -> None:
        voters, cells = await casting(office)
        mine = Credential()
        answers = await asyncio.gather(
            *(voters.cast(cells[VILLAGE], grade) for grade in (1, 2, 3, 4, 5)),
            *(voters.cast(cells[VILLAGE], 1, by=mine) for _ in range(3)),
        )
        assert [answer.status_code for answer in answers] == [200] * 8
        both = await asyncio.gather(*(voters.cast(cells[DISTRICT], grade, by=mine) for grade in (1, 5)))
        assert sorted(answer.status_code for answer in both) == [200, 409]
        assert await in_box(office, cells[VILLAGE]) == {"1": 2, "2": 1, "3": 1, "4": 1, "5": 1, "ballots": 6}
        assert (await in_box(office, cells[DISTRICT]))["ballots"] == 1


class TestCastingOnPostgres(TestCasting):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_a_cast_leaves_nothing_but_a_ballot_and_a_spent_credential(office: Office) -> None:
    voters, cells = await casting(office)
    mine = Credential()
    before = await contents(office)
    telling = {
        "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01",
        "X-Request-Id": "known-by-this",
        "X-Forwarded-For": "10.1.2.3",
        "Cookie": "who=me",
        "Authorization": "Bearer me",
        "Idempotency-Key": "mine",
    }
    with structlog.testing.capture_logs() as lines:
        refused = await voters.cast(cells[VILLAGE], 1, by=Credential(signed_by="another"), headers=telling)
        taken = await voters.cast(cells[VILLAGE], 4, by=mine, headers=telling)
    assert (refused.status_code, taken.status_code) == (422, 200)
    assert lines == []
    with structlog.testing.capture_logs() as lines:  # as other calls leave one
        await office.get("/cells", by=uuid4(), code=VILLAGE)
    assert [line["action"] for line in lines] == ["list_cells"]
    now = await contents(office)
    assert {name for name in now if now[name] != before[name]} == BOX
    assert now["urn"] == [(cells[VILLAGE], 1, '{"4":1}')]
    # A credential is tied to its cell and to nothing else.
    assert {column.name for column in SPENT_CREDENTIAL.columns} == {"cell_id", "nullifier", "answer"}


async def test_a_ballot_is_taken_in_its_days_and_of_its_form_alone(office: Office) -> None:
    voters, cells = await casting(office)
    village = cells[VILLAGE]
    on(office, date(2023, 6, 5))  # credentials are still drawn
    assert (await voters.cast(village, 1)).json()["code"] == "casting-not-begun"
    on(office, date(2023, 6, 15))
    assert (await voters.cast(village, 1)).status_code == 200
    done = solved(await voters.task())
    mine = Credential()
    assert (await voters.cast(village, 1, by=mine, altcha=done)).status_code == 200
    assert (await voters.cast(village, 1, by=mine, altcha=done)).status_code == 200  # the same ballot may come again
    assert (await voters.cast(village, 1, altcha=done)).json()["code"] == "work-not-done"
    said = json.loads(b64decode(solved(await voters.task())))
    forged: list[object] = [
        said | {"number": said["number"] + 1},
        said | {"salt": said["salt"].replace("expires=", "expires=9")},
        said | {"algorithm": "SHA-1"},
        {},
        [],
    ]
    for payload in forged:
        altcha = b64encode(json.dumps(payload).encode()).decode()
        assert (await voters.cast(village, 1, altcha=altcha)).json()["code"] == "work-not-done"
    for weighs in (0, 2049):
        assert (await voters.cast(village, 1, weighs=weighs)).json()["code"] == "ballot-of-other-size"
    assert (await voters.cast(uuid4(), 1)).status_code == 404
    assert (await voters.cast(village, 6)).status_code == 422
    assert (await voters.cast(village, 1, words="谢谢")).status_code == 422
    assert (await in_box(office, village))["ballots"] == 2
    await after(office, date(2023, 6, 15))
    assert (await voters.cast(village, 1)).json()["code"] == "cell-closed"
    now = await contents(office)
    assert (now["urn"], now["spent_credential"]) == ([], [])


async def test_a_batch_that_fails_tells_each_of_its_callers(office: Office) -> None:
    _, cells = await casting(office)
    box = Box(wait_seconds=0)
    sheets = [Sheet(Credential().message, 1, 0) for _ in range(3)]

    def away(_: str | None) -> object:
        raise ConnectionError

    ends = await asyncio.gather(
        *(box.cast(cells[VILLAGE], sheet, away) for sheet in sheets),  # type: ignore[arg-type]
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [ConnectionError] * 3
    ends = await asyncio.gather(
        box.cast(cells[VILLAGE], sheets[0], office.mounted.sessions),
        box.cast(uuid4(), sheets[0], office.mounted.sessions),
        return_exceptions=True,
    )
    assert ends[0] is None
    assert isinstance(ends[1], NotFound)
