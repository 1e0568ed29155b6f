"""Reading divisions: Wuling as it is committed, and the lists as the package ships them."""

import json
from collections import Counter
from pathlib import Path

import pytest

from services.members.divisions.reading import WULING, DivisionsUnreadable, read_divisions
from services.members.words import DivisionKind


def test_wuling_has_19_townships_and_168_villages() -> None:
    rows = read_divisions(WULING)
    kinds = Counter(row.kind for row in rows)
    assert kinds[DivisionKind.DISTRICT] == 1
    assert kinds[DivisionKind.TOWNSHIP] + kinds[DivisionKind.STREET] == 19
    assert kinds[DivisionKind.VILLAGE] + kinds[DivisionKind.COMMUNITY] == 168
    assert len({row.code for row in rows}) == 188


def test_every_superior_stands_before_its_divisions() -> None:
    seen: set[str | None] = {None}
    for row in read_divisions(WULING):
        assert row.superior_code in seen, row
        assert len(row.code) == 12
        seen.add(row.code)


def test_the_kind_in_the_file_is_the_kind_of_the_code() -> None:
    stated = dict(line.split(",")[0:3:2] for line in WULING.read_text(encoding="utf-8").splitlines()[1:])
    assert {row.code: row.kind.value for row in read_divisions(WULING)} == stated


VILLAGES = """code,name,streetCode,provinceCode,cityCode,areaCode
430702001004,"马家吉社区",430702001,43,4307,430702
430702204216,"坪湖村委会",430702204,43,4307,430702
430703100201,"别处村委会",430703100,43,4307,430703
"""
STREETS = """code,name,areaCode,provinceCode,cityCode
430702001,"启明街道",430702,43,4307
430702204,"丹洲乡",430702,43,4307
"""
AREAS = 'code,name,cityCode,provinceCode\n430702,"武陵区",4307,43\n'


def test_a_file_of_the_package_is_cut_to_a_prefix(tmp_path: Path) -> None:
    file = tmp_path / "villages.csv"
    file.write_text(VILLAGES, encoding="utf-8-sig")
    assert [(row.code, row.kind, row.superior_code) for row in read_divisions(file, prefix="430702")] == [
        ("430702001004", DivisionKind.COMMUNITY, "430702001000"),
        ("430702204216", DivisionKind.VILLAGE, "430702204000"),
    ]


def test_a_folder_of_the_package_is_read_as_a_whole(tmp_path: Path) -> None:
    for stem, content in (("villages", VILLAGES), ("streets", STREETS), ("areas", AREAS)):
        (tmp_path / f"{stem}.csv").write_text(content, encoding="utf-8")
    rows = read_divisions(tmp_path, prefix="430702")
    assert [row.name for row in rows] == ["武陵区", "启明街道", "丹洲乡", "马家吉社区", "坪湖村委会"]
    assert rows[0].superior_code is None


def test_nested_and_flat_json_give_the_same(tmp_path: Path) -> None:
    street = {"code": "430702001", "name": "启明街道"}
    area = {"code": "430702", "name": "武陵区"}
    nested = [
        {
            "code": "43",
            "name": "湖南省",
            "children": [{"code": "4307", "name": "常德市", "children": [area | {"children": [street]}]}],
        }
    ]
    (tmp_path / "pcas-code.json").write_text(json.dumps(nested), encoding="utf-8")
    (tmp_path / "streets.json").write_text(json.dumps([area, street]), encoding="utf-8")
    assert read_divisions(tmp_path / "pcas-code.json") == read_divisions(tmp_path / "streets.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "code,name\n",
        "name\n武陵区\n",
        "code,name\n43070x,武陵区\n",
        "code,name\n4307020,武陵区\n",
        "code,name\n430702,\n",
        "code,name\n430702\n",
    ],
)
def test_what_is_no_list_of_divisions_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DivisionsUnreadable):
        read_divisions(file)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"code": 1}', b'[{"code": "430702"}]', b"\xff\xfe"])
def test_broken_json_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "divisions.json"
    file.write_bytes(content)
    with pytest.raises(DivisionsUnreadable):
        read_divisions(file)


def test_missing_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(DivisionsUnreadable):
            read_divisions(path)
