"""The AsyncAPI document, read by AsyncAPI's own parser."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.log import Record
from chassis.log.cloudevent import write_headers
from profiles.documents import SCHEMAS, published
from profiles.servers.processes import program
from tests.standins.node import installed

HERE = Path(__file__).parent / "asyncapi"


@dataclass(frozen=True)
class Parsed:
    """What the parser says of a document."""

    faults: list[str]
    facts: list[dict[str, object]]


@dataclass(frozen=True)
class Parser:
    """The installed parser."""

    directory: Path

    def read(self, document: Path) -> Parsed:
        """Parse a document and what it refers to."""
        command = [program("node", package="nodejs"), "accept.mjs", str(document)]
        told = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=True, timeout=60)
        return Parsed(**json.loads(told.stdout))


@pytest.fixture(scope="module")
def parser() -> Parser:
    """The parser as `package-lock.json` says."""
    return Parser(installed(HERE))


def test_the_parser_accepts_the_document_and_finds_every_fact_on_its_publishers_topic(parser: Parser) -> None:
    parsed = parser.read(SCHEMAS / "asyncapi.yaml")
    assert parsed.faults == []
    assert [(fact["name"], fact["topic"], fact["body"]) for fact in parsed.facts] == [
        (fact.type, f"evt.{fact.source()}", list(fact.model_fields)) for fact in published()
    ]


def test_the_document_names_the_headers_that_are_written(parser: Parser) -> None:
    record = Record(
        id=uuid4(), type="tasks.a.b.v1", key="k", time=datetime(2026, 1, 1, tzinfo=UTC), body="{}", traceparent="00"
    )
    written = {name for name, _ in write_headers(record)}
    assert all(set(fact["headers"]) == written for fact in parser.read(SCHEMAS / "asyncapi.yaml").facts)


def test_the_parser_refuses_a_document_that_names_a_missing_schema(parser: Parser, tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path, dirs_exist_ok=True)
    (tmp_path / f"{published()[0].type}.json").unlink()
    assert parser.read(tmp_path / "asyncapi.yaml").faults != []


def test_the_parser_refuses_a_document_with_an_unknown_key(parser: Parser, tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path, dirs_exist_ok=True)
    document = tmp_path / "asyncapi.yaml"
    document.write_text(document.read_text(encoding="utf-8").replace("address:", "adress:"), encoding="utf-8")
    assert parser.read(document).faults != []
