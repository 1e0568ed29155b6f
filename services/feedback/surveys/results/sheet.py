"""The results of a survey as a spreadsheet, and in a sentence."""

from collections.abc import Iterator

from chassis.sheets.tables import table
from services.feedback.surveys.definitions.model import PartKind
from services.feedback.surveys.results.publication import Tally
from services.feedback.surveys.results.views import Told

HEADINGS = ("片区", "份数", "题目", "计入份数", "选项", "至少", "至多", "满意率", "95%区间")
KINDS_ZH = {PartKind.AREA: "", PartKind.REST: "（其余合并）", PartKind.DOOR: "（入户访问）"}


def percent(share: float) -> str:
    """A share in percent, with two digits, never rounded up past what it is."""
    return f"{int(share * 10000 + 1e-6) / 100:.2f}"


def verdict(told: Told) -> str:
    """What came of it, and what follows."""
    survey, whole = told.survey, told.whole
    if whole is None:
        return "各片区份数都太少，不公布结果。"
    judged = whole.questions.get(survey.judged) if survey.judged else None
    if judged is None or judged.share is None or judged.interval is None:
        return f"收到 {whole.responses} 份，本次只收集意见，不对照达标线。"
    low, high = (percent(end) for end in judged.share)
    said = f"{low}%" if low == high else f"{low}%—{high}%"
    between = "—".join(f"{percent(end)}%" for end in judged.interval)
    end = f"低于达标线 {survey.line_percent}%，已转上一级限期整改，并将再测一次。" if survey.below_line else "达标。"
    return f"收到 {whole.responses} 份，满意率 {said}（95% 区间 {between}），{end}"


def written(told: Told) -> bytes:
    """The .xlsx: the whole, then each published part, one line for each option."""
    return table("测评结果", HEADINGS, _rows(told))


def _rows(told: Told) -> Iterator[tuple[object, ...]]:
    if told.whole is not None:
        yield from _of(told, "合计", told.whole)
    for part, name in told.parts:
        label = name + KINDS_ZH[part.kind]
        if part.result is not None:
            yield from _of(told, label, Tally.model_validate_json(part.result))
        elif part.outcome is not None:
            yield label, part.responses, part.outcome.title_zh
    for part, name in told.parts:
        if part.quota_met is not None:
            yield name, part.reached, f"配额 {part.quota}，{'已达到' if part.quota_met else '未达到'}"
    for one in told.taken:
        yield one.channel.title_zh, one.answered, f"发出 {one.given}"


def _of(told: Told, label: str, tally: Tally) -> Iterator[tuple[object, ...]]:
    for question in told.survey.form.questions():
        one = tally.questions.get(question.code)
        if one is None:
            continue
        share = between = None
        if one.share is not None and one.interval is not None:
            share = "—".join(dict.fromkeys(percent(end) for end in one.share))
            between = "—".join(percent(end) for end in one.interval)
        for option, (least, most) in one.options.items():
            title = question.options.get(option, "未答")
            yield label, tally.responses, question.title_zh, one.asked, title, least, most, share, between
