"""The files that an operator may replace: rules, work calendar, catalogue, recurring duties, pairing and aid."""

from collections.abc import Iterator
from datetime import date

from chassis.calendar import TABLE, load_calendar
from chassis.clock import local_date, real_now
from chassis.operator_files import BadFile
from chassis.settings import RuleSettings
from profiles.doctor.findings import Finding, mind, well, wrong
from services.feedback.disclosures.schedule import SCHEDULE, DisclosureSchedule
from services.feedback.rules.consequences import CONSEQUENCES, ConsequenceRules
from services.feedback.rules.meetings import DELIBERATIONS, DeliberationRules
from services.feedback.rules.pack import CELLS, FeedbackRules
from services.members.rules.pack import WULING, MemberRules
from services.tasks.catalogue.model import CATALOGUE, Catalogue
from services.tasks.recurring_duties.rules import RULES, RecurringRules
from services.tasks.rules.pack import RulePack, pack_file

MEND = "请按提示逐行修改文件，或去掉这项设置改用自带的文件"


def look_at_rules(settings: RuleSettings) -> Iterator[Finding]:
    """Whether they can be read, and whether the calendar reaches as far as promises do."""
    for what, load, file in (
        ("规则包", RulePack.load, pack_file(settings.rule_pack)),
        ("事项目录", Catalogue.load, settings.catalogue or CATALOGUE),
        ("定期职责", RecurringRules.load, settings.recurring_duties or RULES),
        ("结对帮扶规则", MemberRules.load, settings.member_rules or WULING),
        ("村务公开目录", DisclosureSchedule.load, settings.disclosures or SCHEDULE),
        ("匿名测评规则", FeedbackRules.load, settings.feedback_rules or CELLS),
        ("问责和等次规则", ConsequenceRules.load, settings.consequence_rules or CONSEQUENCES),
        ("四议两公开规则", DeliberationRules.load, settings.deliberation_rules or DELIBERATIONS),
    ):
        try:
            load(file)
            yield well(what, f"{file.name} 可用")
        except (BadFile, OSError) as refused:
            yield wrong(what, f"{file}：{refused}", mend=MEND)
    file = settings.work_calendar or TABLE
    try:
        calendar = load_calendar(file)
    except (BadFile, OSError) as refused:
        yield wrong("工作日历", f"{file}：{refused}", mend=MEND)
        return
    this_year = local_date(real_now()).year
    missing = [year for year in (this_year, this_year + 1) if calendar.provisional(date(year, 6, 30))]
    if this_year in missing:
        yield wrong(
            "工作日历", f"没有 {this_year} 年的放假安排，时限只按周末推算", mend="请从国务院办公厅通知录入当年安排"
        )
    elif missing:
        yield mind(
            "工作日历",
            f"还没有 {this_year + 1} 年的放假安排，跨年的时限是暂定的",
            mend="国务院办公厅公布后（通常在十一月），用 lianxin calendar check 和 apply 导入",
        )
    else:
        yield well("工作日历", f"到 {this_year + 1} 年为止都有公布的安排")
