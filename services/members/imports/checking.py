"""Checking a workbook: every row that is good, and every fault of the others."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from chassis.sheets.collecting import not_collecting
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, Recognised, SheetKind, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.reading import Sheet, Workbook
from services.members.imports import headings
from services.members.imports.persons import check_number, check_stage
from services.members.imports.problems import NoSheetRecognised
from services.members.imports.rows import Checked, CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.imports.sizes import SizeRules, size_faults
from services.members.imports.tree import Draft, check_tree
from services.members.words import HouseholdTie, PostKind, Tier

Row = TypeVar("Row")

IN_AN_AREA = frozenset({PostKind.PROXY_AGENT, PostKind.STAND_IN, PostKind.GRID_WORKER, PostKind.TOWNSHIP_CADRE})
IN_AN_ORGANIZATION = frozenset({PostKind.SECRETARY})


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already and need not stand in the file.

    `members` gives the name that belongs to a citizen number, and may be any mapping: one that looks numbers up by
    their blind index will do. `erased` holds the citizen numbers of those who had themselves
    erased. Without `divisions`, division codes are checked for their form alone.
    """

    organizations: Mapping[str, Tier] = field(default_factory=dict)
    divisions: frozenset[str] = frozenset()
    members: Mapping[str, str] = field(default_factory=dict)
    erased: Container[str] = frozenset()


@not_collecting()
def check(workbook: Workbook, *, today: date, known: Known | None = None, sizes: SizeRules | None = None) -> Checked:
    """The good rows of a workbook and all faults of the others, in the order of sheets and rows.

    A row that depends on a faulty row (its organisation, its superior, its person) is faulty with it, so that the good
    rows can go in without the others. `today` is the local date that nothing may have happened after. Size rules only
    warn. Raises `NoSheetRecognised`.
    """
    found = [(sheet, recognise(sheet, headings.KINDS)) for sheet in workbook.sheets if sheet.cells]
    if all(recognised is None for _, recognised in found):
        raise NoSheetRecognised(file=workbook.name, sheets=[sheet.name for sheet in workbook.sheets])
    checking = _Checking(found, known or Known(), today)
    organizations = _good(checking.organizations())
    members = _good(checking.members())
    posts = _good(checking.posts())
    citizens = _good(checking.citizens())
    order = {sheet.name: place for place, sheet in enumerate(workbook.sheets)}
    return Checked(
        organizations=organizations,
        members=members,
        posts=posts,
        citizens=citizens,
        faults=sorted(checking.faults, key=lambda fault: (order[fault.sheet], fault.row)),
        warnings=size_faults(organizations, members, rules=sizes) if organizations and members else [],
        unread=[sheet.name for sheet, recognised in found if recognised is None],
    )


def _good(checked: list[tuple[Line, Row | None]]) -> list[Row]:
    return [row for line, row in checked if row is not None and not line.wrong_in]


class _Checking:
    """The checking of one workbook, kind after kind; each leans on those before it."""

    def __init__(self, sheets: list[tuple[Sheet, Recognised | None]], known: Known, today: date) -> None:
        self.faults: list[RowFault] = []
        self._sheets = sheets
        self._known = known
        self._today = today
        self._seen: dict[tuple[object, ...], Line] = {}
        self._organizations: dict[str, Line] = {}
        self._members: dict[str, tuple[Line, str | None]] = {}

    def organizations(self) -> list[tuple[Line, OrganizationRow | None]]:
        drafts = []
        for line in self._lines(headings.ORGANIZATIONS):
            code, name, tier = (
                line.take(headings.ORGANIZATION),
                line.take(headings.ORGANIZATION_NAME),
                line.take(headings.TIER),
            )
            superior, division = line.take(headings.SUPERIOR), self._division(line, headings.DIVISION)
            founded, term_ends = line.take_past(headings.FOUNDED), line.take(headings.TERM_ENDS)
            generated = bool(line.take(headings.MARK))
            row = None
            if code is not None:
                self._refuse_repeated(line, headings.ORGANIZATION, "组织", code)
                self._organizations.setdefault(code, line)
            if code is not None and name is not None and tier is not None:
                row = OrganizationRow(code, name, tier, superior, division, founded, term_ends, generated, line.number)
            drafts.append(Draft(line, code, tier, superior, row))
        check_tree(drafts, known=self._known.organizations)
        return [(draft.line, draft.row) for draft in drafts]

    def members(self) -> list[tuple[Line, MemberRow | None]]:
        return [(line, self._member(line)) for line in self._lines(headings.ROLL)]

    def _member(self, line: Line) -> MemberRow | None:
        take = line.take
        number, name, sex, ethnic_group = (
            take(headings.CITIZEN_NUMBER),
            take(headings.NAME),
            take(headings.SEX),
            take(headings.ETHNIC_GROUP),
        )
        organization, stage = self._organization(line, headings.ORGANIZATION), take(headings.STAGE)
        admitted_on, confirmed_on = line.take_past(headings.ADMITTED), line.take_past(headings.CONFIRMED)
        phone, address = take(headings.PHONE), take(headings.ADDRESS)
        division = self._division(line, headings.DIVISION)
        generated = bool(take(headings.MARK))
        sex = check_number(line, number, sex, generated=generated, today=self._today)
        check_stage(line, stage, number, admitted_on=admitted_on, confirmed_on=confirmed_on)
        if number is not None:
            self._refuse_repeated(line, headings.CITIZEN_NUMBER, "党员", number)
            self._members.setdefault(number, (line, name))
        if number is None or name is None or ethnic_group is None or organization is None or stage is None:
            return None
        return MemberRow(
            number,
            name,
            sex,
            ethnic_group,
            organization,
            stage,
            admitted_on,
            confirmed_on,
            phone,
            address,
            division,
            generated,
            line.number,
        )

    def posts(self) -> list[tuple[Line, PostRow | None]]:
        return [(line, self._post(line)) for line in self._lines(headings.POSTS)]

    def _post(self, line: Line) -> PostRow | None:
        number, name, kind = line.take(headings.CITIZEN_NUMBER), line.take(headings.NAME), line.take(headings.POST)
        organization = self._organization(line, headings.POST_ORGANIZATION)
        division = self._division(line, headings.DIVISION)
        held_from, held_until = line.take_past(headings.HELD_FROM), line.take(headings.HELD_UNTIL)
        generated = bool(line.take(headings.MARK))
        if number is not None:
            self._check_holder(line, number, name)
        if kind in IN_AN_AREA and division is None and not line.faulty(headings.DIVISION):
            line.fault(headings.DIVISION, "没有填写", f"{kind.zh}必须填写所服务的区划代码")
        elif kind in IN_AN_ORGANIZATION and organization is None and not line.faulty(headings.POST_ORGANIZATION):
            line.fault(headings.POST_ORGANIZATION, "没有填写", f"{kind.zh}必须填写任职的组织编码")
        elif organization is None and division is None and not line.wrong_in:
            line.fault(headings.DIVISION, "组织编码和区划代码都没有填写", "至少填写其中一项")
        if held_from is not None and held_until is not None and held_until < held_from:
            line.fault(headings.HELD_UNTIL, "早于任职日期", f"不早于{held_from.isoformat()}")
        if number is None or name is None or kind is None or held_from is None:
            return None
        self._refuse_repeated(line, headings.POST, "职务", (number, kind, organization, division, held_from))
        return PostRow(number, name, kind, organization, division, held_from, held_until, generated, line.number)

    def _check_holder(self, line: Line, number: str, name: str | None) -> None:
        on_roll = self._members.get(number)
        name_on_roll = on_roll[1] if on_roll else self._known.members.get(number)
        if on_roll is not None and on_roll[0].wrong_in:
            line.fault(headings.CITIZEN_NUMBER, f"此人在{on_roll[0].place}有错误", "先改正那一行")
        elif on_roll is None and name_on_roll is None:
            line.fault(headings.CITIZEN_NUMBER, "党员名册中没有此人", "先把此人列入党员名册，或核对号码")
        elif name is not None and name != name_on_roll:
            line.fault(headings.NAME, "与党员名册中同一号码的姓名不同", "核对姓名和公民身份号码")

    def citizens(self) -> list[tuple[Line, CitizenRow | None]]:
        checked = [(line, self._citizen(line)) for line in self._lines(headings.CITIZENS)]
        first: dict[str, tuple[Line, CitizenRow]] = {}
        heads: dict[str, Line] = {}
        for line, row in checked:
            if row is None:
                continue
            first_line, first_row = first.setdefault(row.household_code, (line, row))
            if row.division_code != first_row.division_code:
                line.fault(headings.CITIZEN_DIVISION, f"与同一户的{first_line.place}不同", "同一户的人填写同一区划代码")
            if row.tie is HouseholdTie.HEAD and heads.setdefault(row.household_code, line) is not line:
                line.fault(headings.TIE, f"这一户已有户主，在{heads[row.household_code].place}", "一户只有一名户主")
        for household, (line, _) in first.items():
            if household not in heads:
                line.fault(headings.TIE, "这一户没有户主", "把户主一行的与户主关系填为户主")
        return checked

    def _citizen(self, line: Line) -> CitizenRow | None:
        take = line.take
        household, number = take(headings.HOUSEHOLD), take(headings.CITIZEN_NUMBER)
        name, sex, tie = take(headings.NAME), take(headings.SEX), take(headings.TIE)
        division = self._division(line, headings.CITIZEN_DIVISION)
        address, phone, generated = take(headings.ADDRESS), take(headings.PHONE), bool(take(headings.MARK))
        sex = check_number(line, number, sex, generated=generated, today=self._today)
        if number is not None:
            self._refuse_repeated(line, headings.CITIZEN_NUMBER, "居民", number)
            if number in self._known.erased:
                line.fault(headings.CITIZEN_NUMBER, "此人已依本人申请删除", "删去这一行，不要再登记")
        if household is None or number is None or name is None or division is None or tie is None:
            return None
        return CitizenRow(household, number, name, sex, division, address, phone, tie, generated, line.number)

    def _organization(self, line: Line, column: Column[str]) -> str | None:
        code = line.take(column)
        if code is None or code in self._known.organizations:
            return code
        there = self._organizations.get(code)
        if there is None:
            line.fault(column, "没有这个组织", "党组织表中或系统里已有的组织编码")
        elif there.wrong_in:
            line.fault(column, f"该组织在{there.place}有错误", "先改正那一行")
        return code

    def _division(self, line: Line, column: Column[str]) -> str | None:
        code = line.take(column)
        if code is not None and self._known.divisions and code not in self._known.divisions:
            line.fault(column, "没有这个区划代码", "已导入的行政区划中的12位代码")
        return code

    def _refuse_repeated(self, line: Line, column: Column[object], what: str, key: object) -> None:
        first = self._seen.setdefault((what, key), line)
        if first is not line:
            line.fault(column, f"与{first.place}重复", "每个号码或编码在文件中只出现一次，删去多余的一行")

    def _lines(self, kind: SheetKind) -> Iterator[Line]:
        for sheet, found in self._sheets:
            if found is not None and found.kind is kind:
                yield from lines_of(sheet, found, today=self._today, report=self.faults)
