"""Published facts keep their promises: a version may grow by what may be missing, and change in no other way."""

import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from contracts.event import Event
from contracts.tasks import RequestJudged
from profiles import documents
from profiles.documents import SCHEMAS, Broken, breaks, published, schema_of, write


class PledgeMade(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """A promise; what the others here are held against."""

    pledge_id: UUID
    by: UUID
    days: int | None


class PledgeMadeWithAnOptionalField(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """The same, told a little more and in other words."""

    pledge_id: UUID
    days: int | None
    by: UUID
    channel: str | None = None


class PledgeMadeWithoutAField(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """The same but for `by`."""

    pledge_id: UUID
    days: int | None


class PledgeMadeWithAnotherType(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """The same but for the type of `days`."""

    pledge_id: UUID
    by: UUID
    days: str | None


class PledgeMadeWithAWiderType(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """The same but for a `by` that may now be nobody, whom no hearer expects."""

    pledge_id: UUID
    by: UUID | None
    days: int | None


class PledgeMadeWithARequiredField(Event, type="toys.pledge.made.v1", key="pledge_id"):
    """The same and one field that facts already on the log do not have."""

    pledge_id: UUID
    by: UUID
    days: int | None
    channel: str


class PledgeMadeWithAnotherKey(Event, type="toys.pledge.made.v1", key="by"):
    """The same in another order."""

    pledge_id: UUID
    by: UUID
    days: int | None


def test_the_documents_are_what_the_facts_say() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in SCHEMAS.iterdir()}
    assert there == documents.documents(), "write them anew by `python -m profiles.documents`"


def test_no_published_version_breaks_its_promise(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path, dirs_exist_ok=True)
    write(tmp_path)


def test_every_fact_of_the_contracts_is_published_once() -> None:
    names = [fact.type for fact in published()]
    assert RequestJudged in published()
    assert PledgeMade not in published()
    assert len(names) == len(set(names))


def test_a_field_that_may_be_missing_may_be_added() -> None:
    assert breaks(schema_of(PledgeMade), schema_of(PledgeMadeWithAnOptionalField)) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (PledgeMadeWithoutAField, ["by is gone"]),
        (PledgeMadeWithAnotherType, ["days is of another type"]),
        (PledgeMadeWithAWiderType, ["by is of another type"]),
        (PledgeMadeWithARequiredField, ["channel may not be missing"]),
        (PledgeMadeWithAnotherKey, ["its key was pledge_id"]),
    ],
)
def test_any_other_change_breaks_the_promise(change: type[Event], found: list[str]) -> None:
    assert breaks(schema_of(PledgeMade), schema_of(change)) == found


def test_a_type_that_the_fields_use_may_not_change() -> None:
    before = {**schema_of(PledgeMade), "$defs": {"Channel": {"enum": ["phone"]}}}
    with_more = {**before, "$defs": {"Channel": {"enum": ["phone"]}, "Tier": {"enum": ["branch"]}}}
    changed = {**before, "$defs": {"Channel": {"enum": ["visit"]}}}
    assert breaks(before, with_more) == []
    assert breaks(before, changed) == ["Channel, which its fields use, has changed"]


def test_documents_that_would_break_a_promise_are_not_written(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path, dirs_exist_ok=True)
    file = tmp_path / f"{RequestJudged.type}.json"
    promised = json.loads(file.read_text(encoding="utf-8"))
    promised["properties"]["reason"] = {"type": "string"}
    file.write_text(json.dumps(promised), encoding="utf-8")
    with pytest.raises(Broken, match="reason is gone"):
        write(tmp_path)
    assert json.loads(file.read_text(encoding="utf-8")) == promised


def test_a_version_that_is_published_no_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tasks.request.forgotten.v1.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Broken, match="forgotten"):
        write(tmp_path)
