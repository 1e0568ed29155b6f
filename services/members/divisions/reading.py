"""Reading lists of divisions: our own trimmed file, or the lists that `china-division` ships, as CSV or JSON."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from chassis.divisions import is_district
from chassis.problems import Invalid
from services.members.words import DivisionKind

WULING = Path(__file__).with_name("wuling.csv")
LEVELS = {"areas": 6, "streets": 9, "villages": 12}  # the files of the package, with the length of their codes


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division, its code filled up with zeros to 12 digits; a district has no superior here."""

    code: str
    name: str
    kind: DivisionKind
    superior_code: str | None


class DivisionsUnreadable(Invalid):
    """This is not a list of divisions: a CSV or JSON file with `code` and `name`, or a folder of such files."""

    title_zh = "读不出行政区划：请提供含 code、name 两列的 CSV 或 JSON 文件，或存放这些文件的文件夹。"


def read_divisions(path: Path, *, prefix: str = "") -> list[DivisionRow]:
    """The divisions of a file or folder, superiors first, cut to codes that begin with `prefix`.

    Takes our `code,name,kind,superior_code`; the package's `areas`, `streets` and `villages` files (a folder is read
    as a whole); and its nested `pca-code.json` and `pcas-code.json`. Provinces and cities are passed over: what is kept
    begins with the district. Raises `DivisionsUnreadable`.
    """
    files = _files_of(path)
    divisions: dict[str, DivisionRow] = {}
    for file in files:
        try:
            for code, name in _entries(file):
                if len(code) >= 6 and code.startswith(prefix):
                    row = _division(code, name)
                    divisions[row.code] = row
        except (
            OSError,
            UnicodeDecodeError,
            csv.Error,
            orjson.JSONDecodeError,
            KeyError,
            TypeError,
            ValueError,
        ) as broken:
            raise DivisionsUnreadable(file=file.name, reason=str(broken)[:200]) from broken
    if not divisions:
        raise DivisionsUnreadable(file=path.name, reason=f"no code begins with {prefix!r}")
    return sorted(divisions.values(), key=lambda row: (_level(row.code), row.code))


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = []
    for stem in LEVELS:
        file = next(
            (path / f"{stem}{ending}" for ending in (".csv", ".json") if (path / f"{stem}{ending}").exists()), None
        )
        if file is not None:
            found.append(file)
    if not found:
        raise DivisionsUnreadable(file=path.name, reason="no areas, streets or villages file in this folder")
    return found


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    content = file.read_bytes()
    if file.suffix.lower() == ".json":
        yield from _nested(orjson.loads(content))
        return
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield row["code"].strip(), (row["name"] or "").strip()


def _nested(entries: Iterable[dict[str, object]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        yield str(entry["code"]).strip(), str(entry["name"]).strip()
        below = entry.get("children", ())
        if isinstance(below, list):
            yield from _nested(below)


def _division(code: str, name: str) -> DivisionRow:
    if len(code) not in LEVELS.values() or not (code.isascii() and code.isdigit()) or not name:
        raise ValueError(f"not a code of 6, 9 or 12 digits with a name: {code[:20]!r}")
    code = code.ljust(12, "0")
    level = _level(code)
    superior = {0: None, 1: code[:6] + "000000", 2: code[:9] + "000"}[level]
    return DivisionRow(code, name, _kind(code, level), superior)


def _level(code: str) -> int:
    return 0 if is_district(code) else 1 if code.endswith("000") else 2


def _kind(code: str, level: int) -> DivisionKind:
    """The kind by the rules of the statistics code: streets 001 to 099; communities 001 to 199 and 400 to 499."""
    if level == 0:
        return DivisionKind.DISTRICT
    if level == 1:
        return DivisionKind.STREET if int(code[6:9]) < 100 else DivisionKind.TOWNSHIP
    serial = int(code[9:])
    return DivisionKind.COMMUNITY if serial < 200 or 400 <= serial < 500 else DivisionKind.VILLAGE
