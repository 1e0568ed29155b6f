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
    groups,
)
