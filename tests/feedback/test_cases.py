"""The record of a case: right whatever the order and number of times in which its facts come."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from chassis.inbox import Handle, NotYetHeard, heard_by
from contracts.event import Event
from services.feedback.app import build
from services.feedback.cases.model import CaseRecord
from services.feedback.ratings.model import Invitation
from tests.feedback.facts import FAR_VILLAGE, NOON, Case, organization_id
from tests.feedback.office import Office, sqlite_office

HANDLERS: dict[type[Event], list[Handle]] = {}
for _handler in build().hears:
    HANDLERS.setdefault(heard_by(_handler), []).append(_handler)

PEOPLE = Case()


def whole_story(case: Case) -> list[Event]:
    """Wrongly dispatched, returned, handled, found wanting twice, solved in the third round."""
    return [
        case.submitted(),
        case.dispatched(turn=1, to="D-2-1"),
        case.returned(turn=1),
        case.dispatched(turn=2),
        case.accepted(),
        case.limit_missed("contact"),
        case.contacted(in_time=False),
        case.handled(),
        case.judged("no"),
        case.opened(),
        case.verified(),
        case.handled(of_round=2),
        case.judged("partly", of_round=2),
        case.opened(of_round=2),
        case.verified(of_round=2),
        case.handled(of_round=3),
        case.judged("yes", of_round=3),
    ]


async def tell_in_any_order(office: Office, facts: list[Event]) -> None:
    """Give facts straight to their handlers, each in a transaction; what waits is given again."""
    while facts:
        waiting = []
        for fact in facts:
            try:
                async with office.mounted.sessions() as session:
                    for handler in HANDLERS[type(fact)]:
                        await handler(fact, session)
            except NotYetHeard:
                waiting.append(fact)
        assert len(waiting) < len(facts), "nothing moves any more"
        facts = waiting


async def state(office: Office, request_id: UUID) -> tuple[dict[str, object], list[tuple[int, str]]]:
    """Everything kept of a case but its ids."""
    async with office.mounted.sessions() as session:
        case = await session.get(CaseRecord, request_id)
        asked = await session.all(select(Invitation.round, Invitation.stage).where(Invitation.request_id == request_id))
    assert case is not None
    return case.model_dump(exclude={"request_id"}), sorted(asked)


def test_any_order_and_any_repetition_end_in_the_same_record(tmp_path: Path) -> None:
    length = len(whole_story(PEOPLE))
    orders = st.lists(st.integers(0, length - 1), max_size=8).flatmap(
        lambda repeated: st.permutations([*range(length), *repeated])
    )
    with asyncio.Runner() as runner:
        opened = sqlite_office(tmp_path)
        office = runner.run(opened.__aenter__())
        try:
            in_order = PEOPLE.again()
            runner.run(tell_in_any_order(office, whole_story(in_order)))
            expected = runner.run(state(office, in_order.id))

            @settings(max_examples=40, deadline=None, database=None)
            @given(order=orders)
            def holds(order: list[int]) -> None:
                case = PEOPLE.again()
                story = whole_story(case)
                runner.run(tell_in_any_order(office, [story[n] for n in order]))
                assert runner.run(state(office, case.id)) == expected

            holds()
        finally:
            runner.run(opened.__aexit__(None, None, None))
    record, rounds = expected
    assert (record["solved"], record["solved_round"]) == ("yes", 3)
    assert (record["rectifications_opened"], record["rectifications_verified"]) == (2, 2)
    assert (record["turn"], record["organization_id"]) == (2, organization_id("D-1-1"))
    assert rounds == [(1, "over"), (2, "over"), (3, "open")]


@pytest.mark.asyncio
async def test_a_rectification_heard_of_before_its_request_waits_for_it(office: Office) -> None:
    case = Case()
    await office.hear(case.opened(), case.verified())  # they have a key of their own
    assert (await office.mounted.backlog()).waiting == 2
    await office.hear(case.submitted())
    record, _ = await state(office, case.id)
    assert (await office.mounted.backlog()).waiting == 0
    assert (record["rectifications_opened"], record["rectifications_verified"]) == (1, 1)


@pytest.mark.asyncio
async def test_a_case_that_was_returned_lies_with_nobody_until_it_is_dispatched_again(office: Office) -> None:
    case = Case()
    await office.hear(case.submitted(), case.dispatched(), case.returned())
    record, _ = await state(office, case.id)
    assert (record["organization_id"], record["assignee_id"], record["accept_due_at"]) == (None, None, None)
    await office.hear(case.dispatched(turn=2, to="D-2-1"))
    record, _ = await state(office, case.id)
    assert (record["organization_id"], record["assignee_id"]) == (organization_id("D-2-1"), case.agent)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hours", "month"),
    [(0, "2023-05"), (24 * 21 + 11, "2023-05"), (24 * 21 + 12, "2023-06")],  # 12:00, 23:00 and 24:00 of the 31st, local
)
async def test_the_month_is_that_of_submission_in_shanghai(office: Office, hours: int, month: str) -> None:
    case = Case(village=FAR_VILLAGE, submitted_at=NOON + timedelta(hours=hours))
    await office.hear(case.submitted())
    record, _ = await state(office, case.id)
    assert record["month"] == month
    assert (record["township_code"], record["district_code"]) == ("430702002000", "430702000000")


@pytest.mark.asyncio
async def test_later_rounds_do_not_move_the_date_of_the_first(office: Office) -> None:
    case = Case()
    await office.hear(*case.up_to_handling(), case.handled(of_round=2))
    record, _ = await state(office, case.id)
    assert record["handled_at"] == case.handled().handled_at
    assert (record["round"], record["handled_in_time"]) == (2, True)
