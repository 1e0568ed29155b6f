"""What a stage means to somebody who is no official: one sentence that says what happens next and until when."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.clock import SHANGHAI
from services.tasks.requests.stages import Stage

POSTS_ZH = {
    "proxy_agent": "代办员",
    "stand_in": "代办员替补",
    "grid_worker": "网格员",
    "secretary": "书记",
    "first_secretary": "第一书记",
    "township_cadre": "乡镇（街道）干部",
    "supervisor": "督查人员",
    "county_operator": "县（区）管理人员",
    "discipline_inspector": "纪检监察人员",
}
"""Posts as a citizen reads them."""


@dataclass(frozen=True, slots=True)
class Until:
    """The dates that a sentence may name; none where there is no such limit."""

    accept: datetime | None
    finish: date | None
    rectify: date | None
    call_back: date | None
    appeal: date | None
    promised: date | None
    archive: date | None
    lead_promised: date | None = None  # of the case together with which it is done
    resume: date | None = None  # when a paused case goes on by itself at the latest
    finish_provisional: bool = False  # the finishing limit may still change with a year's calendar


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is said of a stage; `{until}` is the first phrase of which there is a date, or what is said without one."""

    words: str
    phrases: tuple[tuple[str, str], ...] = ()  # a field of `Until`, and how its date is said
    otherwise: str = "请稍后再查"


_FINISH = ("finish", "最迟应于 {} 办结")
_TOGETHER = ("lead_promised", "主办的承办人承诺于 {} 前一并办结")
_PROMISED = ("promised", "承诺于 {} 前办结")

_SENTENCES = {
    Stage.RECEIVED: _Sentence("已收到，正在指派承办人，指派后会有人签收；{until}。", (_FINISH,)),
    Stage.DISPATCHED: _Sentence(
        "已派给承办人，{until}，签收后会给出办结日期。", (("accept", "应于 {} 前签收"),), "等待签收"
    ),
    Stage.RETURNED: _Sentence("承办人认为派错，正在重新指派，不会退给您；{until}。", (_FINISH,)),
    Stage.ACCEPTED: _Sentence("承办人已签收，下一步会与您联系并给出办结日期；{until}。", (_FINISH,)),
    Stage.CONTACTED: _Sentence("承办人已与您联系，下一步给出办结日期；{until}。", (_FINISH,)),
    Stage.HANDLING: _Sentence("正在办理，{until}；办完后会请您回答是否解决。", (_PROMISED, _FINISH)),
    Stage.PAUSED: _Sentence(
        "暂停办理{why}；暂停的原因消除后继续办理，办结日期会顺延，{until}。",
        (("resume", "最迟 {} 自动恢复办理"),),
        "不会一直暂停",
    ),
    Stage.EXTENDED: _Sentence("经批准延期{why}，继续办理，{until}；考核仍以最初承诺的日期为准。", (_PROMISED, _FINISH)),
    Stage.HANDLED: _Sentence(
        "已经办理，请您回答是否解决（登录、回访或凭评判条均可）；{until}。",
        (("call_back", "最迟 {} 前会有人回访"),),
        "没有回答不算已解决",
    ),
    Stage.REPLIED: _Sentence(
        "结果已告知您，请您回答是否解决（登录、回访或凭评判条均可）；{until}。",
        (("call_back", "最迟 {} 前会有人回访"),),
        "没有回答不算已解决",
    ),
    Stage.CALL_BACK: _Sentence(
        "正在回访：会有没有经办此事的人问您是否解决；{until}。", (("call_back", "最迟 {} 前完成"),), "请留意来电"
    ),
    Stage.JUDGED: _Sentence(
        "评判已记录；{until}，如仍未解决，随时可以提出。",
        (("archive", "没有新的意见将于 {} 后归档"),),
        "以后仍可查询",
    ),
    Stage.RECTIFYING: _Sentence(
        "您反映未解决或不满意，正在整改；{until}。", (("rectify", "最迟应于 {} 前完成，并由他人复核"),)
    ),
    Stage.APPEALED: _Sentence("您的申诉正由没有经办此事的上级复查；{until}。", (("appeal", "最迟 {} 前答复"),)),
    Stage.MERGED: _Sentence("与相同事项一并办理，您的时限和评判不受影响；{until}。", (_TOGETHER, _PROMISED, _FINISH)),
    Stage.DIFFICULT: _Sentence(
        "一时难以办理，由负责人协调，不会退给您；{until}。", (("rectify", "最迟应于 {} 整改完成"), _FINISH)
    ),
    Stage.ARCHIVED: _Sentence("已经归档；归档不等于已解决，如未解决，随时可以提出，将重新整改。"),
}


def says(stage: Stage, until: Until, *, why: str | None = None) -> str:
    """The sentence for this stage; `why` is the sentence of the code for which it is paused or extended."""
    found = _SENTENCES[stage]
    because = f"（{why}）" if why else ""
    for field, phrase in found.phrases:
        on: date | datetime | None = getattr(until, field)
        if on is not None:
            provisional = "（暂定）" if field == "finish" and until.finish_provisional else ""
            return found.words.format(why=because, until=phrase.format(_said(on) + provisional))
    return found.words.format(why=because, until=found.otherwise)


def countdown(on: date, *, today: date) -> str:
    """How many days are left until a promised date."""
    days = (on - today).days
    if days > 0:
        return f"还有 {days} 天"
    return "就是今天" if days == 0 else f"已超过 {-days} 天"


def _said(on: date | datetime) -> str:
    if isinstance(on, datetime):
        local = on.astimezone(SHANGHAI)
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{on.year}年{on.month}月{on.day}日"
