"""The small parts that everything stands on: life cycles, sealing, clocks, settings, cursors, problems."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import walk_packages
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr

import chassis
import gateway
import services
from chassis.clock import SetClock, local_date
from chassis.lifecycle import Lifecycle
from chassis.paging import NEWEST, WrongCursor, cursor_after, place
from chassis.problems import NotAllowedNow, Problem
from chassis.ring import RingUnreadable, key_for, ring_in
from chassis.secrecy import Vault
from chassis.settings import DevelopmentSettings, Refused, VaultSettings


class Stage(StrEnum):
    """How far a toy has come."""

    NEW = "new"
    USED = "used"
    BROKEN = "broken"


LIFECYCLE = Lifecycle({"play": ({Stage.NEW, Stage.USED}, Stage.USED), "mend": ({Stage.BROKEN}, Stage.USED)})
ALLOWED = {("play", Stage.NEW), ("play", Stage.USED), ("mend", Stage.BROKEN)}


@pytest.mark.parametrize(("move", "stage"), list(product(LIFECYCLE.moves, Stage)))
def test_a_move_is_made_where_the_table_has_it_and_refused_elsewhere(move: str, stage: Stage) -> None:
    assert LIFECYCLE.allows(move, stage) is ((move, stage) in ALLOWED)
    if (move, stage) in ALLOWED:
        assert LIFECYCLE.after(move, stage) is Stage.USED
    else:
        with pytest.raises(NotAllowedNow) as refusal:
            LIFECYCLE.after(move, stage)
        assert refusal.value.details == {"move": move, "stage": stage.value}


def test_a_life_cycle_is_printed_with_a_row_for_each_move() -> None:
    assert LIFECYCLE.markdown().splitlines()[2:] == ["| `play` | new, used | used |", "| `mend` | broken | used |"]


def test_a_sealed_value_opens_in_its_place_alone() -> None:
    vault = Vault(bytes(32))
    sealed = vault.seal("身份证𠮷", place="person.number/1")
    assert vault.open(sealed, place="person.number/1") == "身份证𠮷"
    assert "身份证".encode() not in sealed
    assert sealed != vault.seal("身份证𠮷", place="person.number/1")
    for wrong in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(InvalidTag):
            vault.open(wrong, place="person.number/1")
    with pytest.raises(InvalidTag):
        vault.open(sealed, place="person.number/2")
    with pytest.raises(InvalidTag):
        Vault(bytes([1] * 32)).open(sealed, place="person.number/1")


def test_an_index_is_stable_in_its_place_and_tells_nothing_elsewhere() -> None:
    vault = Vault(bytes(32))
    index = vault.index("x", place="a")
    assert index == Vault(bytes(32)).index("x", place="a")
    others = {vault.index("x", place="b"), vault.index("y", place="a"), Vault(bytes([1] * 32)).index("x", place="a")}
    assert len(others | {index}) == 4


def test_no_service_opens_what_another_sealed() -> None:
    keys = {key_for(bytes(32), service) for service in ("members", "tasks", "feedback")} | {bytes(32)}
    assert len(keys) == 4
    sealed = Vault(key_for(bytes(32), "members")).seal("x", place="p")
    with pytest.raises(InvalidTag):
        Vault(key_for(bytes(32), "tasks")).open(sealed, place="p")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_vault_takes_no_key_of_another_size(size: int) -> None:
    with pytest.raises(RingUnreadable, match="32 bytes"):
        Vault(bytes(size))


def test_a_set_clock_is_one_for_all_processes_and_never_half_set(tmp_path: Path) -> None:
    ours = SetClock(tmp_path / "clock")
    for hour in range(3):
        at = datetime(2026, 11, 16, hour, tzinfo=UTC)
        ours.set(at)
        assert ours.now() == SetClock(tmp_path / "clock").now() == at
    program = (
        "import sys; from pathlib import Path; from chassis.clock import SetClock;"
        "print(SetClock(Path(sys.argv[1])).now())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "clock"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "2026-11-16 02:00:00+00:00"
    assert [found.name for found in tmp_path.iterdir()] == ["clock"]


def test_a_clock_is_not_set_without_a_zone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zone"):
        SetClock(tmp_path / "clock").set(datetime(2026, 11, 16))  # noqa: DTZ001  # what is refused


def test_the_local_date_is_that_of_shanghai() -> None:
    assert [local_date(datetime(2026, 11, 15, hour, tzinfo=UTC)).day for hour in (15, 16)] == [15, 16]


@pytest.mark.parametrize(("development", "clock"), [(False, None), (True, None), (True, Path("c"))])
def test_settings_that_go_together_pass(development: bool, clock: Path | None) -> None:
    DevelopmentSettings(development=development, clock=clock).check()


def test_a_set_clock_outside_development_is_refused() -> None:
    with pytest.raises(Refused, match="LIANXIN_DEVELOPMENT=1"):
        DevelopmentSettings(development=False, clock=Path("c")).check()


@pytest.mark.parametrize("given", ["", "00" * 31, "00" * 33, "xy" * 32, "００" * 32])
def test_a_malformed_key_is_refused_without_showing_it(given: str) -> None:
    with pytest.raises(Refused) as refusal:
        VaultSettings(key=SecretStr(given), key_file=None).ring()
    assert not given or given not in str(refusal.value)


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(Refused):
        VaultSettings(key=None, key_file=None).ring()


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key"
    ring = ring_in(file).read()
    assert ring == ring_in(file).read()
    assert len(ring.newest.secret) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ring != ring_in(tmp_path / "other").read()


def test_a_cursor_leads_back_to_its_row() -> None:
    row = uuid4()
    assert place(cursor_after(row)) == row
    assert place(None) == NEWEST


@pytest.mark.parametrize("cursor", ["", "A", "AAAA", "A" * 64, "村", "%00", "=" * 22, cursor_after(NEWEST)[:-2]])
def test_garbage_is_no_cursor(cursor: str) -> None:
    with pytest.raises(WrongCursor):
        place(cursor)


def _all_problems() -> Iterator[type[Problem]]:
    for package in (chassis, services, gateway):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                import_module(found.name)
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.partition(".")[0] in {"chassis", "services", "gateway"}:
            yield kind


def test_every_problem_of_the_program_has_a_code_of_its_own_and_both_titles() -> None:
    problems = list(_all_problems())
    codes: dict[str, str] = {}
    for kind in problems:
        where = f"{kind.__module__}.{kind.__qualname__}"
        assert codes.setdefault(kind.code(), where) == where
        assert kind.title().endswith("."), where
        assert "title_zh" in vars(kind), where
        assert any("一" <= letter <= "鿿" for letter in kind.title_zh), where
        assert 400 <= kind.status < 600, where
    assert len(problems) > 20
