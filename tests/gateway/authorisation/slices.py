"""The slices of `tasks` whose rows, and makers of fresh things, lie in a file of their own: one line each."""

from types import ModuleType

from tests.gateway.authorisation import (
    burden,
    clocks,
    contacts,
    dispatches,
    duties,
    groups,
    hotline,
    inspections,
    intake,
    ledger,
    letters,
    lists,
    merges,
    open311,
    own_times,
    pairing,
    repeats,
    rights,
    search,
    uploads,
    warnings,
)

SLICES: tuple[ModuleType, ...] = (
    contacts,
    rights,
    duties,
    clocks,
    dispatches,
    hotline,
    inspections,
    intake,
    ledger,
    merges,
    own_times,
    repeats,
    open311,
    uploads,
    warnings,
    search,
    burden,
    letters,
    lists,
<<<<<<< HEAD
    groups,
=======
    pairing,
>>>>>>> 8f09230 (Visits are taken in once, in the household's words and with its leave; it reads and contests them)
)
