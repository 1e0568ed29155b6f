"""What is suggested to somebody who takes a request in."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from time import monotonic
from uuid import UUID

from services.tasks.catalogue.model import Catalogue, CatalogueItem
from services.tasks.search.tokens import terms_of

MOST_ITEMS = 5


class Looked:
    """Who looked at whose earlier cases in the last minutes of real time: it is written down once, not at every key."""

    KEPT = 600.0  # seconds

    def __init__(self) -> None:
        self._since: dict[tuple[UUID, UUID], float] = {}

    def newly(self, by: UUID, at: UUID) -> bool:
        """Whether this look is to be written down."""
        now = monotonic()
        if len(self._since) > 10_000:
            self._since = {pair: since for pair, since in self._since.items() if since + self.KEPT > now}
        before = self._since.get((by, at))
        if before is not None and before + self.KEPT > now:
            return False
        self._since[by, at] = now
        return True


def items_for(book: Catalogue, words: str, *, on: date) -> list[CatalogueItem]:
    """The errands that words may mean, the likeliest first: by what is shared with their names and keywords."""
    said = frozenset(terms_of(words))
    scored = [(max(_share(said, name) for name in (item.name, *item.keywords)), item) for item in book.offered(on=on)]
    likely = sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])
    return [item for _, item in likely[:MOST_ITEMS]]


def _share(said: Iterable[str], name: str) -> float:
    """How much of a name was said; pairs of characters count, single ones do not."""
    terms = _terms(name)
    shared = sum(1 for term in terms if term in said) if terms else 0
    return shared / len(terms) + shared / 100 if shared else 0.0


@lru_cache(maxsize=4096)
def _terms(name: str) -> frozenset[str]:
    return frozenset(term for term in terms_of(name) if len(term) > 1)
