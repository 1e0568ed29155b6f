"""Whatever is done in whatever order: the book balances, nothing is below nought, three hands are three persons."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chassis.identity import Actor
from chassis.problems import Problem
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import PostHeld
from services.tasks.attachments.model import Attachment
from services.tasks.ledger.books.model import AccountKind, LedgerBook
from services.tasks.ledger.entries import actions, recording
from services.tasks.ledger.entries.model import SHAPES, EntryKind, LedgerEntry
from services.tasks.ledger.entries.recording import NewLine
from services.tasks.ledger.funds.model import BudgetLine, FundSource, SourceKind
from services.tasks.ledger.loans.model import Loan, LoanStage
from services.tasks.ledger.periods.views import recount
from services.tasks.roster.model import Household
from tests.mounting import Stand
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE, district, standing_village

TODAY = MONDAY.date()
CADRE = "township_cadre"
PERSONS = [UUID(int=n) for n in range(1, 5)]
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """An entry as the model knows it."""

    id: UUID
    kind: EntryKind
    lines: tuple[NewLine, ...]
    recorder: UUID
    stage: str = "recorded"
    approver: UUID | None = None
    reverses: UUID | None = None


class Keeping(RuleBasedStateMachine):
    """A book beside a model of it that is simple enough to be right."""

    runner: ClassVar[asyncio.Runner]
    stand: ClassVar[Stand]

    def __init__(self) -> None:
        super().__init__()
        self.book, self.line = new_id(), new_id()
        self.sources = [new_id(), new_id()]
        self.households = [new_id(), new_id(), new_id()]
        self.loan = new_id()
        self.entries: dict[UUID, Known] = {}
        self.held: Counter[tuple[str, UUID]] = Counter()
        self.owed = self.granted = self.repaid = 0
        self.numbered = 0
        self.run(self._open)

    def run(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Do something in a transaction of its own."""

        async def done() -> T:
            async with self.stand.mounted.sessions() as session:
                return await work(session)

        return self.runner.run(done())

    def tried(self, work: Callable[[Session], Awaitable[Any]], *, fits: bool) -> bool:
        """Do something, which must succeed if the model says that it fits, and be refused otherwise."""
        try:
            self.run(work)
        except Problem as refusal:
            if fits:
                raise AssertionError from refusal
            return False
        assert fits
        return True

    async def _open(self, session: Session) -> None:
        common = {"entered_by": PERSONS[0], "entered_at": session.now}
        session.add(
            LedgerBook(
                id=self.book,
                township_code=TOWNSHIP,
                division_code=VILLAGE,
                from_on=TODAY,
                closed_on=None,
                numbered=0,
                opened_by=PERSONS[0],
                opened_at=session.now,
            ),
            BudgetLine(
                id=self.line,
                township_code=TOWNSHIP,
                book_id=self.book,
                code="L",
                title="补助",
                year=2026,
                commodity="money",
                planned=None,
                **common,
            ),
        )
        for source_id in self.sources:
            code, kind = source_id.hex, SourceKind.LENDER
            session.add(
                FundSource(id=source_id, township_code=TOWNSHIP, code=code, kind=kind, name=b"", named=True, **common)
            )
        for household_id in self.households:
            session.add(Household(id=household_id, township_code=TOWNSHIP, division_code=VILLAGE, ended_on=None))
        session.add(
            Loan(
                id=self.loan,
                township_code=TOWNSHIP,
                book_id=self.book,
                code="1",
                household_id=self.households[0],
                lender_id=self.sources[0],
                stage=LoanStage.ASKED,
                asked=5,
                granted=0,
                repaid=0,
                asked_on=TODAY,
                granted_on=None,
                due_on=None,
                import_id=None,
                recorded_by=PERSONS[0],
                recorded_at=session.now,
                refused_by=None,
                refused_at=None,
                refusal=None,
            )
        )

    async def _paper(self, session: Session, by: UUID) -> UUID:
        paper = new_id()
        session.add(
            Attachment(
                id=paper,
                owner_id=by,
                request_id=None,
                key=None,
                media_type="application/pdf",
                size=1,
                digest=None,
                at=session.now,
                arrived_at=session.now,
            )
        )
        await session.flush()
        return paper

    @rule(
        kind=st.sampled_from(sorted(set(EntryKind) - {EntryKind.LABOUR})),
        commodity=st.sampled_from(["money", "cement"]),
        amounts=st.lists(st.integers(1, 8), min_size=1, max_size=3),
        by=st.sampled_from(PERSONS),
        data=st.data(),
    )
    def record(self, kind: EntryKind, commodity: str, amounts: list[int], by: UUID, data: st.DataObject) -> None:
        """Record something, sensible or not."""
        of_loan = kind in {EntryKind.LOAN_GRANT, EntryKind.LOAN_REPAYMENT}
        says = SHAPES[kind].says
        lines = tuple(
            NewLine(
                "money" if of_loan else commodity,
                amount,
                source_id=data.draw(st.sampled_from(self.sources)) if "source_id" in says else None,
                household_id=data.draw(st.sampled_from(self.households)) if "household_id" in says else None,
                budget_line_id=self.line if "budget_line_id" in says else None,
                loan_id=self.loan if of_loan else None,
                due_on=TODAY if "due_on" in says else None,
            )
            for amount in (amounts[:1] if of_loan else amounts)
        )

        async def done(session: Session) -> LedgerEntry:
            paper = await self._paper(session, by)
            return await recording.record(
                session, self.book, by=Actor(by), kind=kind, booked_on=TODAY, lines=lines, evidence=[paper], words=None
            )

        made = self.run(done)
        self.entries[made.id] = Known(made.id, kind, lines, by)

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), by=st.sampled_from(PERSONS))
    def approve(self, data: st.DataObject, by: UUID) -> None:
        """Somebody approves some entry."""
        entry = self._any(data)
        fits = entry.stage == "recorded" and by != entry.recorder
        if self.tried(lambda session: actions.approve(session, entry.id, by=Actor(by)), fits=fits):
            self.entries[entry.id] = replace(entry, stage="approved", approver=by)

    @precondition(lambda self: any(one.stage == "approved" for one in self.entries.values()))
    @rule(data=st.data(), by=st.sampled_from(PERSONS))
    def pay(self, data: st.DataObject, by: UUID) -> None:
        """Somebody pays an approved entry, perhaps one that cannot be paid."""
        approved = [one for one in self.entries.values() if one.stage == "approved"]
        entry = data.draw(st.sampled_from(approved))
        after = self._after(entry)
        fits = by not in {entry.recorder, entry.approver} and after is not None
        if self.tried(lambda session: actions.pay(session, entry.id, by=Actor(by)), fits=fits) and after:
            self.entries[entry.id] = replace(entry, stage="paid")
            self.held, self.granted, self.repaid = after
            self.numbered += 1

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), by=st.sampled_from(PERSONS))
    def pay_any(self, data: st.DataObject, by: UUID) -> None:
        """Nobody pays twice, or what was not approved."""
        entry = self._any(data)
        if entry.stage != "approved":
            self.tried(lambda session: actions.pay(session, entry.id, by=Actor(by)), fits=False)

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), by=st.sampled_from(PERSONS))
    def refuse(self, data: st.DataObject, by: UUID) -> None:
        """Somebody lets some entry go."""
        entry = self._any(data)
        fits = entry.stage in {"recorded", "approved"}
        if self.tried(lambda session: actions.refuse(session, entry.id, by=Actor(by), words="否"), fits=fits):
            self.entries[entry.id] = replace(entry, stage="refused")

    @precondition(lambda self: any(one.stage == "paid" for one in self.entries.values()))
    @rule(data=st.data(), by=st.sampled_from(PERSONS))
    def reverse(self, data: st.DataObject, by: UUID) -> None:
        """Somebody records that a paid entry is to be undone."""
        entry = data.draw(st.sampled_from([one for one in self.entries.values() if one.stage == "paid"]))
        live = any(one.reverses == entry.id and one.stage != "refused" for one in self.entries.values())
        made: list[LedgerEntry] = []

        async def done(session: Session) -> None:
            paper = await self._paper(session, by)
            by_whom = Actor(by)
            made.append(
                await recording.reverse(session, entry.id, by=by_whom, booked_on=TODAY, evidence=[paper], words="记错")
            )

        if self.tried(done, fits=entry.reverses is None and not live):
            self.entries[made[0].id] = Known(made[0].id, entry.kind, entry.lines, by, reverses=entry.id)

    def _any(self, data: st.DataObject) -> Known:
        return data.draw(st.sampled_from(list(self.entries.values())))

    def _after(self, entry: Known) -> tuple[Counter[tuple[str, UUID]], int, int] | None:
        """What is there once an entry is paid, or nothing if it cannot be."""
        sign = -1 if entry.reverses else 1
        held, granted, repaid = Counter(self.held), self.granted, self.repaid
        amount = entry.lines[0].amount
        if entry.kind is EntryKind.LOAN_GRANT:
            if entry.reverses:
                return (held, 0, 0) if granted and not repaid else None
            return (held, amount, 0) if not granted and amount <= 5 else None
        if entry.kind is EntryKind.LOAN_REPAYMENT:
            if entry.reverses:
                return (held, granted, repaid - amount) if granted else None
            return (held, granted, repaid + amount) if granted and amount <= granted - repaid else None
        way = 1 if SHAPES[entry.kind].debit is AccountKind.HOLDING else -1
        for line in entry.lines:
            assert line.source_id is not None
            held[line.commodity, line.source_id] += way * sign * line.amount
        return None if any(amount < 0 for amount in held.values()) else (held, granted, repaid)

    @invariant()
    def everything_is_as_it_must_be(self) -> None:
        """The recount reconciles, holdings are the model's and not below nought, three hands are three persons."""
        found, loan, book = self.run(self._look)
        assert found.right
        assert not any(found.by_commodity.values())
        there = {
            (one.commodity, one.source_id): one.balance for one, _ in found.accounts if one.kind is AccountKind.HOLDING
        }
        assert {key: amount for key, amount in there.items() if amount} == {k: v for k, v in self.held.items() if v}
        assert all(amount >= 0 for amount in there.values())
        assert (loan.granted, loan.repaid) == (self.granted, self.repaid)
        assert sum(one.balance for one, _ in found.accounts if one.kind is AccountKind.LOANS) == loan.owed >= 0
        assert book.numbered == self.numbered

    async def _look(self, session: Session) -> tuple[Any, Loan, LedgerBook]:
        numbers = set()
        for entry_id, known in self.entries.items():
            entry = await session.get(LedgerEntry, entry_id)
            assert entry is not None
            assert entry.stage.value == known.stage
            if known.stage == "paid":
                assert len({entry.recorded_by, entry.approved_by, entry.paid_by}) == 3
                numbers.add(entry.number)
        assert numbers == set(range(1, self.numbered + 1))
        loan, book = await session.get(Loan, self.loan), await session.get(LedgerBook, self.book)
        assert loan is not None
        assert book is not None
        return await recount(session, self.book), loan, book

    def teardown(self) -> None:
        """Make room for the next book of the same village."""

        async def done(session: Session) -> None:
            book = await session.get(LedgerBook, self.book, lock=True)
            assert book is not None
            book.division_code = f"{TOWNSHIP[:6]}{uuid4().int % 10**6:06}"

        self.run(done)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[Keeping]]:
    """The machine, with one service for all of its books and four cadres of the township."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        village = runner.run(stack.enter_async_context(standing_village(tmp_path / "tasks.db", tmp_path)))
        cadre = next(one for one in district(village.people) if isinstance(one, PostHeld) and one.kind == CADRE)
        posts = [cadre.model_copy(update={"post_id": uuid4(), "person_id": person}) for person in PERSONS]
        runner.run(village.stand.hear(*posts))
        Keeping.runner, Keeping.stand = runner, village.stand
        yield Keeping
        runner.run(stack.aclose())


def test_the_ledger_is_always_right(machine: type[Keeping]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
