"""What a notice says: one plain Chinese sentence with what to do next, and no word of anybody's case."""

from datetime import datetime, time, timedelta

from chassis.clock import SHANGHAI
from services.tasks.clocks.model import ClockKind
from services.tasks.notices.kinds import NoticeKind
from services.tasks.notices.model import Notice
from services.tasks.rules.pack import RulePack

_DO = {
    ClockKind.ACCEPT: "请马上签收，派错的请说明理由退回",
    ClockKind.CONTACT: "请马上联系群众",
    ClockKind.FINISH: "请抓紧办理，到期办不完的请提前申请延期并告诉群众",
    ClockKind.RECTIFY: "请按方案完成整改并报复核",
    ClockKind.CALL_BACK: "请尽快回访群众",
    ClockKind.APPEAL: "请尽快作出复查决定",
}

_COUNTED = {
    NoticeKind.DIGEST: "有 {lines} 件事等您处理，请逐条查看。",
    NoticeKind.MERGED: "您的事项与另外 {lines} 件相同事项一并办理，您的时限和评价不变。",
    NoticeKind.ITEMS_ASSIGNED: "清单上有 {lines} 件事项交办给您，请逐件签收并承诺办结日期。",
    NoticeKind.DISCLOSURE_MISSING: (
        "村务公开清单上有 {lines} 项已过期限还没有公开，请打开“村务公开”马上填写，并请监督人员确认。"
    ),
    NoticeKind.DISCLOSURE_MISSING_BELOW: (
        "下级村（社区）有 {lines} 项村务公开已过期限还没有公开，请打开“村务公开”查看并督促。"
    ),
    NoticeKind.RECURRING_MISSED_BELOW: "下级组织有 {lines} 项定期职责逾期未办，请在“定期职责”中查看并督促。",
}


def sentence(notice: Notice, pack: RulePack) -> str:
    """What the person reads."""
    if notice.kind in _COUNTED and notice.lines:
        return _COUNTED[notice.kind].format(lines=notice.lines)
    if notice.clock is None or notice.due_at is None:
        return notice.kind.title_zh
    kind = ClockKind(notice.clock)
    named = next((one.name for one in pack.colours if one.code == notice.colour), None)
    colour = f"【{named}】" if named else ""
    if notice.kind is NoticeKind.WARNING:
        return f"{colour}一件事项的{kind.title_zh}时限到 {moment(notice.due_at)} 为止，{_DO[kind]}。"
    missed = f"{colour}一件事项的{kind.title_zh}时限已于 {moment(notice.due_at)} 超过，已逐级上报，"
    return f"{missed}请马上办理或督促办结，并向群众说明。"


def moment(at: datetime) -> str:
    """An instant as people say it; midnight is 24:00 of the day that it ends."""
    local = at.astimezone(SHANGHAI)
    if local.time() == time():
        ended = local - timedelta(days=1)
        return f"{ended.month}月{ended.day}日24:00"
    return f"{local.month}月{local.day}日{local:%H:%M}"
