"""Public figures: how promises are kept, for anybody, with nothing in them that points at a person."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

import httpx
import pytest

from contracts.event import Event
from contracts.tasks import RequestExcluded
from tests.feedback.facts import DISTRICT, FAR_VILLAGE, NEXT_VILLAGE, NOON, TOWNSHIP, VILLAGE, Case, organization_id
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

MONTH = "2023-05"
TODAY = date(2023, 5, 10)  # of NOON


def promised(case: Case, *, days: int, done: bool = True) -> Sequence[Event]:
    """A case that was promised for so many days later; it is handled a day after it came in."""
    on = TODAY + timedelta(days=days)
    told = [case.submitted(), case.dispatched(), case.accepted(promised_on=on)]
    return [*told, case.handled()] if done else told


async def ask(office: Office, *, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
    """Ask without signing in."""
    transport = httpx.ASGITransport(app=office.mounted.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://feedback") as client:
        return await client.get("/public-figures", params={"month": MONTH} | query, headers=headers)


async def of(office: Office, code: str) -> tuple[int | None, int | None, str | None]:
    """What is published of one area."""
    (unit,) = (await ask(office, code=code)).json()["units"]
    return unit["kept"], unit["due"], unit["percent"]


class TestPublicFigures:
    """On SQLite; the class below runs the same on PostgreSQL."""

    async def test_kept_and_broken_promises_are_counted_by_the_first_date(self, office: Office) -> None:
        kept = [Case() for _ in range(4)]
        broken, later, waiting = Case(), Case(), Case()
        for case in kept:
            await office.hear(*promised(case, days=1))
        await office.hear(*promised(broken, days=0))
        second = later.accepted(promised_on=TODAY + timedelta(days=9))
        await office.hear(*promised(later, days=0))
        await office.hear(second.model_copy(update={"accepted_at": second.accepted_at + timedelta(days=1)}))
        await office.hear(*promised(waiting, days=30, done=False))
        assert await of(office, VILLAGE) == (4, 6, "66.67")
        assert await of(office, TOWNSHIP) == await of(office, DISTRICT) == (4, 6, "66.67")
        office.clock.at += timedelta(days=40)  # the promise that nobody kept is due now
        assert await of(office, VILLAGE) == (4, 7, "57.14")

    async def test_the_first_promise_counts_whatever_the_order_of_facts(self, office: Office) -> None:
        cases = [Case() for _ in range(5)]
        for case in cases:
            first, second = case.accepted(promised_on=TODAY), case.accepted(promised_on=TODAY + timedelta(days=9))
            second = second.model_copy(update={"accepted_at": first.accepted_at + timedelta(days=1)})
            await office.hear(case.submitted(), second, case.handled(), first, second)
        assert await of(office, VILLAGE) == (0, 5, "0.00")

    async def test_fewer_than_five_are_told_as_fewer_than_five_and_count_above(self, office: Office) -> None:
        for _ in range(4):
            await office.hear(*promised(Case(village=NEXT_VILLAGE), days=1))
        await office.hear(*promised(Case(), days=0))
        assert await of(office, NEXT_VILLAGE) == (None, None, None)
        assert await of(office, TOWNSHIP) == (4, 5, "80.00")
        (unit,) = (await ask(office, code=NEXT_VILLAGE)).json()["units"]
        assert "少于 5 件" in unit["says_zh"]

    async def test_what_is_said_about_somebody_in_office_is_left_out(self, office: Office) -> None:
        for _ in range(5):
            await office.hear(*promised(Case(), days=1))
        about = {"about_person_id": uuid4(), "about_organization_id": organization_id("D-1-1")}
        for said in (about, about | {"discipline": True}):
            complaint = Case()
            told = list(promised(complaint, days=0))
            await office.hear(complaint.submitted().model_copy(update=said), *told[1:])
        assert await of(office, VILLAGE) == (5, 5, "100.00")

    async def test_what_two_persons_left_out_is_in_no_figure_and_counted_beside_it(self, office: Office) -> None:
        for _ in range(5):
            await office.hear(*promised(Case(), days=1))
        left_out = Case()
        await office.hear(*promised(left_out, days=0))
        assert await of(office, VILLAGE) == (5, 6, "83.33")
        fact = RequestExcluded(request_id=left_out.id, reason="no_such_matter", excluded_at=NOON)
        await office.hear(fact)
        assert await of(office, VILLAGE) == (5, 5, "100.00")
        (unit,) = (await ask(office, code=VILLAGE)).json()["units"]
        assert (unit["left_out"], "另有 1 件经两人确认不计入" in unit["says_zh"]) == (1, True)

    async def test_units_are_listed_by_code_page_by_page(self, office: Office) -> None:
        first = (await ask(office, level="village", limit="2")).json()
        rest = (await ask(office, level="village", limit="2", cursor=first["next_cursor"])).json()
        codes = [unit["code"] for page in (first, rest) for unit in page["units"]]
        assert codes == [VILLAGE, NEXT_VILLAGE, FAR_VILLAGE]
        assert rest["next_cursor"] is None
        assert {unit["says_zh"] for unit in first["units"]} == {"本月没有到期的承诺"}


class TestPublicFiguresOnPostgres(TestPublicFigures):
    """The same statements on the other database."""

    @pytest.fixture
    def office(self, office_on_postgres: Office) -> Office:
        return office_on_postgres


async def test_who_has_the_page_is_told_that_nothing_changed(office: Office) -> None:
    answer = await ask(office)
    assert answer.headers["cache-control"] == "public, max-age=300"
    tag = answer.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):  # the gateway weakens a tag when it packs the answer
        again = await ask(office, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for _ in range(5):
        await office.hear(*promised(Case(), days=1))
    assert (await ask(office, headers={"if-none-match": tag})).status_code == 200


async def test_nothing_of_a_case_or_a_person_is_in_it(office: Office) -> None:
    cases = [Case() for _ in range(6)]
    for case in cases:
        await office.hear(*promised(case, days=1))
    answer = await ask(office, level="village")
    for case in cases:
        for one in (case.id, case.requester, case.agent):
            assert str(one) not in answer.text
    assert NOON.strftime("%H:%M") not in answer.text


@pytest.mark.parametrize("query", [{"code": "430702009999"}, {"month": "May"}, {"level": "person"}])
async def test_what_there_is_not_is_refused(office: Office, query: dict[str, str]) -> None:
    assert (await ask(office, **query)).status_code in {404, 422}
