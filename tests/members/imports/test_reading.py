"""Files as townships send them, and files that nobody should send."""

import contextlib
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.sheets.limits import Limits
from chassis.sheets.problems import FileBroken, FileEncrypted, FileTooLarge, WorkbookRefused, WrongFileKind
from chassis.sheets.reading import read_workbook
from services.members.imports.checking import check
from services.members.imports.headings import CITIZENS
from tests.members.imports.books import TODAY, citizen, sheet, write_xlsx

SHEET_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_TAIL = b"</sheetData></worksheet>"


def book(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "right.xlsx", [sheet(CITIZENS, [citizen(姓名="𠮷样·〇")])])


def with_sheet(tmp_path: Path, content: bytes, *, stored: bool = False) -> Path:
    """A workbook whose only sheet holds this XML."""
    path = tmp_path / "made.xlsx"
    with zipfile.ZipFile(book(tmp_path)) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            inside = content if part.filename == "xl/worksheets/sheet1.xml" else source.read(part)
            target.writestr(part.filename, inside, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return path


def refusal(path: Path, limits: Limits | None = None) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(path, limits=limits)
    assert refused.value.title_zh
    return refused.value


def csv_of(encoding: str, delimiter: str = ",") -> bytes:
    cells = sheet(CITIZENS, [citizen(姓名="𠮷样·〇", 住址="甲村,一组")]).cells
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in cells]
    return "\r\n".join(lines).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_and_with_the_separators_that_people_use(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "居民.csv"
    path.write_bytes(csv_of(encoding, delimiter))
    result = check(read_workbook(path), today=TODAY)
    assert result.faults == []
    assert (result.citizens[0].name, result.citizens[0].address) == ("𠮷样·〇", "甲村,一组")


def test_a_title_above_the_headings_does_not_hide_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "居民.csv"
    path.write_bytes("居民名册，样例\r\n\r\n".encode("gb18030") + csv_of("gb18030", "\t"))
    assert len(check(read_workbook(path), today=TODAY).citizens) == 1


def test_xlsx_and_xls_and_ods_give_the_same_rows(tmp_path: Path) -> None:
    right = sheet(CITIZENS, [citizen(姓名="𠮷样·〇"), citizen(2, 与户主关系="配偶")])
    old = xlwt.Workbook()
    worksheet = old.add_sheet(right.name)
    for row, cells in enumerate(right.cells):
        for column, cell in enumerate(cells):
            worksheet.write(row, column, cell)
    old.save(str(tmp_path / "old.xls"))
    write_ods(tmp_path / "open.ods", right.cells)
    results = [
        check(read_workbook(path), today=TODAY)
        for path in (write_xlsx(tmp_path / "new.xlsx", [right]), tmp_path / "old.xls", tmp_path / "open.ods")
    ]
    assert [result.faults for result in results] == [[], [], []]
    assert results[0].citizens == results[1].citizens == results[2].citizens
    assert len(results[0].citizens) == 2


def write_ods(path: Path, cells: list[list[object]], *, repeat: int = 1) -> Path:
    rows = "".join(
        f"<table:table-row table:number-rows-repeated='{repeat}'>"
        + "".join(
            f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>" for cell in row
        )
        + "</table:table-row>"
        for row in cells
    )
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "content.xml",
            f"<office:document-content xmlns:office='{names}office:1.0' xmlns:table='{names}table:1.0' "
            f"xmlns:text='{names}text:1.0'><office:body><office:spreadsheet><table:table table:name='居民'>{rows}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        file.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, WrongFileKind),
        ("a.xlsx", b"PK\x03\x04 nothing more", FileBroken),
        ("a.xls", b"PK\x03\x04", WrongFileKind),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", WrongFileKind),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, FileBroken),
        ("a.csv", b"PK\x03\x04 a workbook by another name", WrongFileKind),
        ("a.csv", b"\xff\xfe\xff\xff\xff", WrongFileKind),
        ("a.csv", b'"never closed', FileBroken),
        ("a.csv", b"", FileBroken),
        ("a.pdf", b"%PDF", WrongFileKind),
        ("a", b"1", WrongFileKind),
        ("a.ods", b"PK\x05\x06" + b"\0" * 18, WrongFileKind),
    ],
)
def test_a_file_that_is_not_what_its_ending_says_is_refused(
    tmp_path: Path, name: str, content: bytes, kind: type[WorkbookRefused]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert type(refusal(path)) is kind


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert isinstance(refusal(tmp_path / "none.xlsx"), FileBroken)


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"))
    assert isinstance(refusal(path), FileEncrypted)


def test_another_kind_of_archive_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert isinstance(refusal(path), WrongFileKind)


def test_a_bomb_is_refused_by_the_sizes_it_declares(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, SHEET_HEAD + b" " * 50_000_000 + SHEET_TAIL)
    assert path.stat().st_size < 100_000
    assert isinstance(refusal(path), FileTooLarge)


def test_a_bomb_that_declares_little_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.sheets.reading._parse", None)
    path = with_sheet(tmp_path, SHEET_HEAD + b" " * 50_000_000 + SHEET_TAIL)
    content = path.read_bytes()
    lie = content.replace(struct.pack("<I", 50_000_000 + len(SHEET_HEAD + SHEET_TAIL)), struct.pack("<I", 500))
    assert lie != content
    path.write_bytes(lie)
    assert isinstance(refusal(path), FileBroken)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="XFD1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="AAAAA1"><v>1</v></c></row>',
        b"<row r='1'><c s='0' r = 'BZ1'><v>1</v></c></row>",
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A900000"><v>1</v></c></row>',
        b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>",
        b"<row><c/></row>" * 100_001,
        b"<x:row>" + b"<x:c/>" * 1_000 + b"</x:row>",
    ],
)
def test_a_sheet_that_reaches_too_far_is_refused_before_it_is_parsed(
    tmp_path: Path, rows: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.sheets.reading._parse", None)
    path = with_sheet(tmp_path, SHEET_HEAD + rows + SHEET_TAIL, stored=True)
    assert isinstance(refusal(path), FileTooLarge)


def test_an_old_workbook_that_reaches_too_far_dies_alone(tmp_path: Path) -> None:
    old = xlwt.Workbook()
    worksheet = old.add_sheet("a")
    worksheet.write(0, 0, "a")
    worksheet.write(65_535, 255, "b")
    path = tmp_path / "far.xls"
    old.save(str(path))
    content = path.read_bytes()
    cell = struct.pack("<HHHH", 0xFD, 10, 65_535, 255)  # a text cell: record, length, row, column
    assert cell in content
    path.write_bytes(content.replace(cell, struct.pack("<HHHH", 0xFD, 10, 65_535, 65_535)))
    assert "memory_bytes" in refusal(path).details


def test_the_process_that_parses_has_no_more_memory_than_allowed(tmp_path: Path) -> None:
    old = xlwt.Workbook()
    worksheet = old.add_sheet("a")
    worksheet.write(0, 0, "a")
    worksheet.write(65_535, 255, "b")  # half a gigabyte of cells between them
    old.save(str(tmp_path / "wide.xls"))
    assert "memory_bytes" in refusal(tmp_path / "wide.xls", Limits(memory_bytes=512 << 20)).details


def test_open_document_cells_repeated_a_billion_times_are_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "far.ods", [["a"] * 10], repeat=1_000_000_000)
    assert isinstance(refusal(path, Limits(seconds=5, memory_bytes=512 << 20)), FileTooLarge)


@pytest.mark.parametrize(
    "limits", [Limits(rows=1), Limits(columns=3), Limits(file_bytes=10), Limits(unpacked_bytes=100), Limits(parts=2)]
)
def test_every_limit_holds(tmp_path: Path, limits: Limits) -> None:
    assert isinstance(refusal(book(tmp_path), limits), FileTooLarge)


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for _ in range(21):
            workbook.add_worksheet()
    assert isinstance(refusal(path), FileTooLarge)


@pytest.mark.parametrize("content", [b"name\n" + b"x\n" * 100_001, b"," * 100_000])
def test_a_text_of_too_many_lines_or_columns_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "far.csv"
    path.write_bytes(content)
    assert isinstance(refusal(path), FileTooLarge)


@pytest.mark.parametrize(
    ("mark", "offset", "value"),
    [
        (b"PK\x01\x02", 6, 198),  # needs a version of the format that does not exist
        (b"PK\x01\x02", 50, 0xFF),  # a name that is not the UTF-8 it claims to be
    ],
)
def test_a_directory_that_cannot_be_read_is_refused(tmp_path: Path, mark: bytes, offset: int, value: int) -> None:
    content = bytearray(book(tmp_path).read_bytes())
    at = content.index(mark)
    content[at + offset] = value
    content[at + 9] |= 8  # the flag that says UTF-8
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    assert isinstance(refusal(path), FileBroken)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=5), st.integers(0, 1 << 20)
)
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(
    tmp_path: Path, damages: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(book(tmp_path).read_bytes())  # its length hangs on the second in which it was written
    for place, value in damages:
        content[place % len(content)] = value
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content[: cut % len(content) + 1])
    with contextlib.suppress(WorkbookRefused):
        read_workbook(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_text_file_is_read_or_refused_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(WorkbookRefused):
        read_workbook(path)
