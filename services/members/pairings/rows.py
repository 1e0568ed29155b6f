"""The columns of pairings in a spreadsheet, and the check of every row against the registers and the bounds."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from chassis.identifiers import mask_citizen_number
from chassis.sheets.collecting import not_collecting
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, SheetKind, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.problems import WorkbookRefused
from chassis.sheets.reading import Workbook
from chassis.sheets.values import read_code, read_date, read_division_code, read_word
from services.members.imports.values import read_citizen_number
from services.members.pairings.model import FITTING, End
from services.members.words import PairingKind

KIND = Column(
    "结对类型",
    read_word(PairingKind.by_chinese(), "填写：挂钩包保、联系点、部门包村、3+X"),
    ("类型", "结对方式"),
    required=True,
)
PERSON = Column(
    "责任人身份号码",
    read_citizen_number,
    ("责任人公民身份号码", "责任人身份证号", "责任人身份证号码"),
    mask=mask_citizen_number,
)
DEPARTMENT = Column("责任单位编码", read_code, ("责任部门编码", "包村单位编码", "责任单位组织编码"))
HOUSEHOLD = Column("户编号", read_code, ("户号", "家庭编号", "农户编号"))
VILLAGE = Column("村代码", read_division_code, ("区划代码", "村社区代码", "所联系村代码"))
ORGANIZATION = Column("党组织编码", read_code, ("组织编码", "所联系党组织编码"))
FROM_ON = Column("开始日期", read_date, ("结对日期", "起始日期"), required=True)
TO_ON = Column("结束日期", read_date, ("终止日期",))

PAIRINGS = SheetKind("结对名单", (KIND, PERSON, DEPARTMENT, HOUSEHOLD, VILLAGE, ORGANIZATION, FROM_ON, TO_ON))

HELPERS = {End.PERSON: PERSON, End.ORGANIZATION: DEPARTMENT}
HELPED: dict[End, Column[object]] = {End.HOUSEHOLD: HOUSEHOLD, End.VILLAGE: VILLAGE, End.ORGANIZATION: ORGANIZATION}
NAMES = {End.PERSON: "责任人身份号码", End.HOUSEHOLD: "户编号", End.VILLAGE: "村代码", End.ORGANIZATION: "组织编码"}


class NoPairingsFound(WorkbookRefused):
    """No sheet has the headings of pairings."""

    title_zh = "没有找到结对名单：表头至少要有“结对类型”和“开始日期”，请对照说明检查。"


@dataclass(frozen=True, slots=True)
class Ends:
    """What tells pairings of one kind apart."""

    kind: PairingKind
    person_id: UUID | None
    department_id: UUID | None
    household_id: UUID | None
    village_code: str | None
    organization_id: UUID | None


@dataclass(frozen=True, slots=True)
class PairingRow:
    """One good row."""

    ends: Ends
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may refer to, what runs already, and the bounds by which they are checked."""

    persons: Mapping[str, UUID] = field(default_factory=dict)
    organizations: Mapping[str, UUID] = field(default_factory=dict)
    households: Mapping[str, UUID] = field(default_factory=dict)
    villages: Set[str] = frozenset()
    running: Set[Ends] = frozenset()
    most_households: int = 0
    most_departments: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows that are new, how many run already, and every fault."""

    rows: list[PairingRow]
    unchanged: int
    faults: list[RowFault]
    unread: list[str]
    warnings: list[RowFault] = field(default_factory=list)


@not_collecting()
def check(workbook: Workbook, *, known: Known, today: date) -> Checked:
    """The good rows of a workbook and all faults of the others. Raises `NoPairingsFound`."""
    found = [(sheet, recognise(sheet, [PAIRINGS])) for sheet in workbook.sheets if sheet.cells]
    if all(recognised is None for _, recognised in found):
        raise NoPairingsFound(file=workbook.name, sheets=[sheet.name for sheet in workbook.sheets])
    faults: list[RowFault] = []
    seen = _Seen(known)
    rows, unchanged = [], 0
    for sheet, recognised in found:
        if recognised is None:
            continue
        for line in lines_of(sheet, recognised, today=today, report=faults):
            row = _row(line, known)
            if row is None:
                continue
            if row.ends in known.running:
                unchanged += 1
            elif seen.fits(line, row.ends):
                rows.append(row)
    return Checked(rows, unchanged, faults, [sheet.name for sheet, recognised in found if recognised is None])


class _Seen:
    """Counts what runs and what the file adds, so that a file as a whole cannot pass a bound."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._lines = dict[Ends, Line]()
        of = known.running
        self._households = Counter(one.person_id for one in of if one.kind is PairingKind.HOUSEHOLD)
        self._departments = Counter(one.village_code for one in of if one.kind is PairingKind.DEPARTMENT_VILLAGE)

    def fits(self, line: Line, ends: Ends) -> bool:
        """Whether the row is new in the file and within the bounds; else the fault is reported."""
        first = self._lines.setdefault(ends, line)
        if first is not line:
            line.fault(KIND, f"与{first.place}重复", "每一对只写一行")
            return False
        if ends.kind is PairingKind.HOUSEHOLD:
            self._households[ends.person_id] += 1
            if self._households[ends.person_id] > self._known.most_households:
                line.fault(PERSON, "此人挂钩户数超过上限", f"每人至多{self._known.most_households}户")
        if ends.kind is PairingKind.DEPARTMENT_VILLAGE:
            self._departments[ends.village_code] += 1
            if self._departments[ends.village_code] > self._known.most_departments:
                line.fault(VILLAGE, "该村包村部门超过上限", f"每村至多{self._known.most_departments}个部门")
        return not line.wrong_in


def _row(line: Line, known: Known) -> PairingRow | None:
    kind, from_on, to_on = line.take(KIND), line.take(FROM_ON), line.take(TO_ON)
    person = _found(line, PERSON, known.persons, "党员名册中没有此人", "先把此人登记入册")
    department = _found(line, DEPARTMENT, known.organizations, "没有这个组织", "系统里已有的组织编码")
    household = _found(line, HOUSEHOLD, known.households, "没有这一户", "居民名册中的户编号")
    organization = _found(line, ORGANIZATION, known.organizations, "没有这个组织", "系统里已有的组织编码")
    village = line.take(VILLAGE)
    if village is not None and village not in known.villages:
        line.fault(VILLAGE, "没有这个村（社区）", "12位村（社区）区划代码")
    if from_on is not None and to_on is not None and to_on < from_on:
        line.fault(TO_ON, "早于开始日期", "不早于开始日期")
    if kind is not None and not line.wrong_in:
        helping = {End.PERSON: person, End.ORGANIZATION: department}
        helped = {End.HOUSEHOLD: household, End.VILLAGE: village, End.ORGANIZATION: organization}
        helpers, those_helped = FITTING[kind]
        _check_side(line, kind, {end for end, one in helping.items() if one}, helpers, PERSON)
        _check_side(line, kind, {end for end, one in helped.items() if one}, those_helped, HOUSEHOLD)
    if kind is None or from_on is None or line.wrong_in:
        return None
    return PairingRow(Ends(kind, person, department, household, village, organization), from_on, to_on)


def _found(line: Line, column: Column[str], known: Mapping[str, UUID], fault: str, remedy: str) -> UUID | None:
    said = line.take(column)
    if said is None:
        return None
    found = known.get(said)
    if found is None:
        line.fault(column, fault, remedy)
    return found


def _check_side(line: Line, kind: PairingKind, named: set[End], fitting: Set[End], column: Column[str]) -> None:
    if len(named) != 1 or not named <= fitting:
        ways = "或".join(NAMES[end] for end in sorted(fitting))
        line.fault(column, f"{kind.zh}的这一端没有填对", f"填写且只填写{ways}")
