"""The month of the Yichun bulletin (rule C12), replayed fact by fact: every sum and every share comes out."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from contracts.event import Event
from contracts.tasks import RequestAccepted, RequestHandled, RequestSubmitted
from profiles.demo.proportions import ANSWERED_ONLINE, CHANNELS, DISPATCHED, PLAYED_AS, TOTAL, TYPES
from profiles.demo.script import Month, Part, deal_parts
from tests.feedback import facts
from tests.feedback.office import Office

pytestmark = pytest.mark.asyncio

MONTH = Month(date(2023, 5, 1))
AT_ONCE = 500  # facts that are taken in together


def told_of(part: Part) -> Iterator[Event]:
    """What `tasks` tells of one case of the month."""
    request_id, person = uuid5(NAMESPACE_OID, f"case {part.number}"), uuid4()
    yield RequestSubmitted(
        request_id=request_id,
        division_code=part.village,
        kind=part.kind.value,
        item_code=None,
        channel=part.channel.value,
        heading=part.channel.bulletin.value if part.channel.bulletin else None,
        submitted_at=part.submitted_at,
        finish_due_at=part.submitted_at + timedelta(days=5),
    )
    at = part.submitted_at + timedelta(hours=1)
    promised_on = None if part.answered_on_the_spot else (at + timedelta(days=2)).date()
    yield RequestAccepted(
        request_id=request_id, accepted_by=person, accepted_at=at, in_time=True, promised_on=promised_on
    )
    if part.answered_on_the_spot:
        yield RequestHandled(
            request_id=request_id, round=1, requester_id=uuid4(), handler_id=person, handled_at=at, in_time=True
        )


@pytest.mark.timeout(300)
async def test_every_sum_and_share_of_the_bulletin_comes_out(office: Office) -> None:
    await office.hear(*facts.areas(), *facts.organizations())
    waiting: list[Event] = []
    for part in deal_parts(TOTAL, month=MONTH, villages=[facts.VILLAGE], seed=2):
        waiting += told_of(part)
        if len(waiting) >= AT_ONCE:
            await office.hear(*waiting)
            waiting.clear()
    await office.hear(*waiting)
    answer = await office.get("/intake", by=uuid4(), code=facts.DISTRICT, month=str(MONTH))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total"] == TOTAL == 38_447
    assert [(one["title_zh"], one["count"], one["percent"]) for one in told["channels"]] == [
        ("电话", 34_859, "90.67"),
        ("微信、微博", 2_724, "7.09"),
        ("网站", 170, "0.44"),
        ("110 转办", 261, "0.68"),
        ("上级交办", 318, "0.83"),
        ("现场", 115, "0.30"),
        ("其他渠道", 0, "0.00"),
    ]
    assert sum(count for _, count in CHANNELS) == TOTAL
    by_kind = {one["code"]: one["count"] for one in told["kinds"]}
    assert {name: by_kind[PLAYED_AS[name].value] for name, _ in TYPES} == dict(TYPES)
    assert sum(by_kind.values()) == TOTAL
    ways = {one["code"]: one["count"] for one in told["ways"]}
    assert ways == {"on_the_spot": ANSWERED_ONLINE, "dispatched": DISPATCHED}
    township = (await office.get("/intake", by=uuid4(), code=facts.TOWNSHIP, month=str(MONTH))).json()
    village = (await office.get("/intake", by=uuid4(), code=facts.VILLAGE, month=str(MONTH))).json()
    assert township["channels"] == village["channels"] == told["channels"]


async def test_a_month_without_cases_has_no_shares(office: Office) -> None:
    await office.hear(*facts.areas())
    told = (await office.get("/intake", by=uuid4(), code=facts.VILLAGE, month="2024-01")).json()
    assert told["total"] == 0
    assert {one["percent"] for one in [*told["channels"], *told["kinds"], *told["ways"]]} == {None}


async def test_a_complaint_about_somebody_is_not_counted_for_them(office: Office) -> None:
    case = facts.Case()
    about = uuid4()
    submitted = next(one for one in case.up_to_handling() if isinstance(one, RequestSubmitted))
    complaint = submitted.model_copy(
        update={"about_person_id": about, "about_organization_id": facts.organization_id("D-1-1")}
    )
    await office.hear(*facts.areas(), *facts.organizations(), complaint)
    month = f"{facts.NOON:%Y-%m}"
    told = (await office.get("/intake", by=about, code=facts.VILLAGE, month=month)).json()
    assert told["total"] == 0
