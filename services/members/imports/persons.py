"""What the columns of one person must say together: number, sex, age, stage and dates."""

from datetime import date

from chassis.identifiers import birth_date, is_male
from chassis.sheets.line import Line
from services.members.imports import headings
from services.members.imports.values import GENERATED, GENERATED_AREA
from services.members.words import MemberStage, Sex

ADMISSION_AGE = 18  # years; the constitution's article 1, the same in every jurisdiction
FOUNDING = date(1921, 7, 1)


def check_number(line: Line, number: str | None, sex: Sex | None, *, generated: bool, today: date) -> Sex:
    """Check a citizen number against today, the sex column and the mark; the number decides what the sex is."""
    if number is None:
        return sex or Sex.MALE
    if birth_date(number) > today:
        line.fault(headings.CITIZEN_NUMBER, "出生日期在今天之后", "对照身份证逐位核对")
    by_number = Sex.MALE if is_male(number) else Sex.FEMALE
    if sex is not None and sex is not by_number:
        line.fault(headings.SEX, "与公民身份号码第17位不符", f"按号码应为{by_number.zh}，核对号码和性别")
    if generated != number.startswith(GENERATED_AREA):
        remedy = f"{GENERATED_AREA}开头的测试号码须标“{GENERATED}”，真实号码不得标“{GENERATED}”"
        line.fault(headings.CITIZEN_NUMBER, "号码与生成标记不一致", remedy)
    return by_number


def check_stage(
    line: Line, stage: MemberStage | None, number: str | None, *, admitted_on: date | None, confirmed_on: date | None
) -> None:
    """Check the dates of admission and confirmation against the stage, each other and the age."""
    if stage is None:
        return
    if stage.admitted and admitted_on is None and not line.faulty(headings.ADMITTED):
        line.fault(headings.ADMITTED, "没有填写", f"{stage.zh}必须填写入党日期")
    if stage is MemberStage.FULL and confirmed_on is None and not line.faulty(headings.CONFIRMED):
        line.fault(headings.CONFIRMED, "没有填写", "正式党员必须填写转正日期")
    if not stage.admitted and admitted_on is not None:
        line.fault(headings.ADMITTED, f"{stage.zh}还没有入党日期", "删去入党日期，或改正发展阶段")
    if stage is not MemberStage.FULL and confirmed_on is not None:
        line.fault(headings.CONFIRMED, f"{stage.zh}还没有转正日期", "删去转正日期，或改正发展阶段")
    if admitted_on is None or not stage.admitted:
        return
    if admitted_on < FOUNDING:
        line.fault(headings.ADMITTED, "早于1921年7月1日", "核对入党日期")
    elif number is not None and _age(number, admitted_on) < ADMISSION_AGE:
        line.fault(headings.ADMITTED, f"入党时不满{ADMISSION_AGE}周岁", "核对入党日期和公民身份号码")
    if confirmed_on is not None and confirmed_on < admitted_on:
        line.fault(headings.CONFIRMED, "早于入党日期", f"不早于{admitted_on.isoformat()}")


def _age(number: str, on: date) -> int:
    born = birth_date(number)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
