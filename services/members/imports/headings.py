"""The four kinds of sheets and their columns, and how a sheet is recognised by its row of headings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.identifiers import mask_citizen_number, mask_phone
from services.members.imports import values
from services.members.imports.reading import Cell, Sheet
from services.members.words import HouseholdTie, MemberStage, PostKind, Sex, Tier, Word

T_co = TypeVar("T_co", covariant=True)
HEADINGS_WITHIN = 10  # rows: titles, dates and notes stand above the headings


@dataclass(frozen=True, slots=True, eq=False)
class Column(Generic[T_co]):
    """One column: its heading, how its cells are read, and how they are masked in a report."""

    heading: str
    read: Callable[[Cell], T_co]
    others: tuple[str, ...] = ()
    required: bool = False
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SheetKind:
    """One kind of sheet; it must have its required columns."""

    title: str
    columns: tuple[Column[object], ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet whose kind is known: where its headings stand, and which columns are missing or doubled."""

    kind: SheetKind
    heading_row: int  # counted from 0
    places: dict[str, int]
    missing: list[Column[object]]
    doubled: list[str]


def _words(kind: type[Word]) -> str:
    return "填写：" + "、".join(word.zh for word in kind)


def _word(heading: str, kind: type[values.AnyWord], *others: str, required: bool = True) -> Column[values.AnyWord]:
    return Column(heading, values.read_word(kind.by_chinese(), _words(kind)), others, required)


CITIZEN_NUMBER = Column(
    "公民身份号码",
    values.read_citizen_number,
    ("身份证号", "身份证号码", "公民身份证号码", "证件号码"),
    True,
    mask_citizen_number,
)
NAME = Column("姓名", values.read_name, ("党员姓名", "居民姓名"), True)
SEX = _word("性别", Sex, required=False)
PHONE = Column("手机号", values.read_phone, ("手机号码", "联系电话", "手机", "电话", "联系方式"), mask=mask_phone)
ADDRESS = Column("住址", values.read_text(200), ("家庭住址", "现住址", "地址", "居住地址"))
DIVISION = Column("区划代码", values.read_division_code, ("所在区划代码", "行政区划代码", "村社区代码"))
CITIZEN_DIVISION = Column(DIVISION.heading, DIVISION.read, DIVISION.others, True)
MARK = Column("生成标记", values.read_mark)
ORGANIZATION = Column("组织编码", values.read_code, ("党组织编码", "组织代码", "所在组织编码", "所在党组织编码"), True)
POST_ORGANIZATION = Column(ORGANIZATION.heading, ORGANIZATION.read, (*ORGANIZATION.others, "任职组织编码"))

ORGANIZATION_NAME = Column("名称", values.read_text(100), ("组织名称", "党组织名称", "组织全称"), True)
TIER = _word("类型", Tier, "组织类型", "组织类别", "党组织类别")
SUPERIOR = Column("上级组织编码", values.read_code, ("上级党组织编码", "上级组织代码"))
FOUNDED = Column("成立日期", values.read_date, ("建立日期", "批准成立日期"))
TERM_ENDS = Column("换届日期", values.read_date, ("届满日期", "下次换届日期"))

ETHNIC_GROUP = Column("民族", values.read_ethnic_group, required=True)
STAGE = _word("发展阶段", MemberStage, "人员类别", "党员类别", "党员发展阶段")
ADMITTED = Column("入党日期", values.read_date, ("加入党组织日期", "入党时间"))
CONFIRMED = Column("转正日期", values.read_date, ("转为正式党员日期", "转正时间"))

POST = _word("职务", PostKind, "岗位", "职务名称", "岗位名称")
HELD_FROM = Column("任职日期", values.read_date, ("任职时间", "开始日期"), True)
HELD_UNTIL = Column("免职日期", values.read_date, ("免职时间", "结束日期"))

HOUSEHOLD = Column("户编号", values.read_code, ("户号", "家庭编号", "户籍编号"), True)
TIE = _word("与户主关系", HouseholdTie, "户主关系", "家庭关系")

ORGANIZATIONS = SheetKind(
    "党组织", (ORGANIZATION, ORGANIZATION_NAME, TIER, SUPERIOR, DIVISION, FOUNDED, TERM_ENDS, MARK)
)
ROLL = SheetKind(
    "党员名册",
    (CITIZEN_NUMBER, NAME, SEX, ETHNIC_GROUP, ORGANIZATION, STAGE, ADMITTED, CONFIRMED, PHONE, ADDRESS, DIVISION, MARK),
)
POSTS = SheetKind("职务", (CITIZEN_NUMBER, NAME, POST, POST_ORGANIZATION, DIVISION, HELD_FROM, HELD_UNTIL, MARK))
CITIZENS = SheetKind("居民", (HOUSEHOLD, CITIZEN_NUMBER, NAME, SEX, CITIZEN_DIVISION, ADDRESS, PHONE, TIE, MARK))
KINDS = (ORGANIZATIONS, ROLL, POSTS, CITIZENS)


def recognise(sheet: Sheet) -> Recognised | None:
    """The kind that fits best: with the fewest required columns missing, then with the most columns found.

    A sheet that has fewer than two columns of a kind, or lacks more than half of what the kind requires, is none.
    """
    best: Recognised | None = None
    for row, cells in enumerate(sheet.cells[:HEADINGS_WITHIN]):
        headings = [_heading(cell) for cell in cells]
        for kind in KINDS:
            found = _match(kind, row, headings)
            if best is None or (len(found.missing), -len(found.places)) < (len(best.missing), -len(best.places)):
                best = found
    if best is None or len(best.places) < 2:
        return None
    required = sum(column.required for column in best.kind.columns)
    return best if len(best.missing) * 2 <= required else None


def _heading(cell: Cell) -> str:
    """A heading without spaces, stars and what stands in brackets: «*姓 名（必填）» is 姓名."""
    return values.text_of(cell).replace(" ", "").replace("*", "").partition("(")[0]


def _match(kind: SheetKind, row: int, headings: list[str]) -> Recognised:
    places: dict[str, int] = {}
    doubled: list[str] = []
    missing: list[Column[object]] = []
    for column in kind.columns:
        found = [place for place, heading in enumerate(headings) if heading in (column.heading, *column.others)]
        if found:
            places[column.heading] = found[0]
        elif column.required:
            missing.append(column)
        if len(found) > 1:
            doubled.append(column.heading)
    return Recognised(kind, row, places, missing, doubled)
