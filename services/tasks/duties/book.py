"""The duty list in force as dispatching asks it: remembered, since every request does."""

from dataclasses import dataclass
from datetime import date
from time import monotonic
from uuid import UUID

from chassis.session import Session
from services.tasks.duties import views
from services.tasks.duties.model import DutyEntry, DutyKind


@dataclass(frozen=True, slots=True)
class Fit:
    """Which lines of the list fit a matter: none, one, or several that say different things about whose it is."""

    entries: tuple[DutyEntry, ...]

    @property
    def entry(self) -> DutyEntry | None:
        """The one line that fits; none where it is not clear."""
        return self.entries[0] if len(self.entries) == 1 else None

    @property
    def unclear(self) -> bool:
        """Whether two claim it."""
        return len(self.entries) > 1


NOTHING = Fit(())


class Book:
    """The lines of one version, found by errand and by the words that somebody uses."""

    def __init__(self, entries: list[DutyEntry]) -> None:
        self.entries = entries
        self._by_item: dict[str, list[DutyEntry]] = {}
        self._by_keyword: dict[str, list[DutyEntry]] = {}
        for entry in entries:
            for code in entry.item_codes:
                self._by_item.setdefault(code, []).append(entry)
            for keyword in entry.keywords:
                self._by_keyword.setdefault(keyword.casefold(), []).append(entry)

    def fitting(self, *, item_code: str | None, wording: str | None) -> Fit:
        """The lines for an errand; for free words those whose keywords say most of them.

        Lines of one owner do not contradict each other: the first of them stands.
        """
        if item_code is not None:
            return _of_different_owners(self._by_item.get(item_code, []))
        if not wording:
            return NOTHING
        said = wording.casefold()
        weight: dict[UUID, int] = {}
        lines: dict[UUID, DutyEntry] = {}
        for keyword, entries in self._by_keyword.items():
            if keyword in said:
                for entry in entries:
                    lines[entry.id] = entry
                    weight[entry.id] = weight.get(entry.id, 0) + len(keyword)
        most = max(weight.values(), default=0)
        return _of_different_owners([lines[found] for found, much in weight.items() if much == most])


class DutyBook:
    """Which version holds where, remembered for a second; the lines of a version in force never change."""

    KEPT = 1.0  # seconds

    def __init__(self) -> None:
        self._current: dict[tuple[str, date], tuple[float, Book | None]] = {}
        self._books: dict[UUID, Book] = {}

    async def of(self, session: Session, township_code: str, *, today: date) -> Book | None:
        """The list in force in a township on this local day; none where none is."""
        place, now = (township_code, today), monotonic()
        kept = self._current.get(place)
        if kept is None or kept[0] < now:
            if len(self._current) > 10_000:  # townships are few; made-up codes must not fill the memory
                self._current.clear()
                self._books.clear()
            kept = self._current[place] = (now + self.KEPT, await self._read(session, township_code, today))
        return kept[1]

    def forget(self) -> None:
        """Ask anew; a version was put in force or taken back."""
        self._current.clear()
        self._books.clear()

    async def _read(self, session: Session, township_code: str, today: date) -> Book | None:
        held = await views.in_force(session, township_code, on=today)
        if held is None:
            return None
        if held.id not in self._books:
            self._books[held.id] = Book(await session.all(views.ENTRIES, list=held.id))
        return self._books[held.id]


def _of_different_owners(entries: list[DutyEntry]) -> Fit:
    owners: dict[tuple[str, str | None], DutyEntry] = {}
    for entry in sorted(entries, key=lambda one: one.position):
        department = None if entry.kind is DutyKind.BASIC else entry.department
        owners.setdefault((entry.kind.value, department), entry)
    return Fit(tuple(owners.values()))
