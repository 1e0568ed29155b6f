"""The four kinds of sheets of a roster, and their columns."""

from typing import TypeVar

from chassis.identifiers import mask_citizen_number, mask_phone
from chassis.sheets.headings import Column, SheetKind
from chassis.sheets.values import read_code, read_date, read_division_code, read_text, read_word
from services.members.imports import values
from services.members.words import HouseholdTie, MemberStage, PostKind, Sex, Tier, Word

AnyWord = TypeVar("AnyWord", bound=Word)


def _words(kind: type[Word]) -> str:
    return "填写：" + "、".join(word.zh for word in kind)


def _word(heading: str, kind: type[AnyWord], *others: str, required: bool = True) -> Column[AnyWord]:
    return Column(heading, read_word(kind.by_chinese(), _words(kind)), others, required)


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
ADDRESS = Column("住址", read_text(200), ("家庭住址", "现住址", "地址", "居住地址"))
DIVISION = Column("区划代码", read_division_code, ("所在区划代码", "行政区划代码", "村社区代码"))
CITIZEN_DIVISION = Column(DIVISION.heading, DIVISION.read, DIVISION.others, True)
MARK = Column("生成标记", values.read_mark)
ORGANIZATION = Column("组织编码", read_code, ("党组织编码", "组织代码", "所在组织编码", "所在党组织编码"), True)
POST_ORGANIZATION = Column(ORGANIZATION.heading, ORGANIZATION.read, (*ORGANIZATION.others, "任职组织编码"))

ORGANIZATION_NAME = Column("名称", read_text(100), ("组织名称", "党组织名称", "组织全称"), True)
TIER = _word("类型", Tier, "组织类型", "组织类别", "党组织类别")
SUPERIOR = Column("上级组织编码", read_code, ("上级党组织编码", "上级组织代码"))
FOUNDED = Column("成立日期", read_date, ("建立日期", "批准成立日期"))
TERM_ENDS = Column("换届日期", read_date, ("届满日期", "下次换届日期"))

ETHNIC_GROUP = Column("民族", values.read_ethnic_group, required=True)
STAGE = _word("发展阶段", MemberStage, "人员类别", "党员类别", "党员发展阶段")
ADMITTED = Column("入党日期", read_date, ("加入党组织日期", "入党时间"))
CONFIRMED = Column("转正日期", read_date, ("转为正式党员日期", "转正时间"))

POST = _word("职务", PostKind, "岗位", "职务名称", "岗位名称")
HELD_FROM = Column("任职日期", read_date, ("任职时间", "开始日期"), True)
HELD_UNTIL = Column("免职日期", read_date, ("免职时间", "结束日期"))

HOUSEHOLD = Column("户编号", read_code, ("户号", "家庭编号", "户籍编号"), True)
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
