"""What somebody in office is said to have done: a code beside the words, which decides who looks into it."""

from enum import StrEnum


class AboutReason(StrEnum):
    """Why somebody in office is complained of."""

    MONEY_OR_GIFTS = "money_or_gifts"  # 吃拿卡要: goes to discipline supervision and never to ordinary handling
    MISUSED_MONEY = "misused_money"  # took or withheld what belongs to others; goes there, too
    RETALIATION = "retaliation"  # for having asked, complained or judged; goes there, too
    GRADE_ASKED_FOR = "grade_asked_for"  # asked or made somebody give a certain grade
    ATTITUDE = "attitude"
    DELAY = "delay"
    REFUSED = "refused"
    UNFAIR = "unfair"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        """The reason as it is chosen on the screen."""
        return _TITLES[self]

    @property
    def for_discipline(self) -> bool:
        """Whether discipline supervision alone looks into it."""
        return self in FOR_DISCIPLINE


FOR_DISCIPLINE = (AboutReason.MONEY_OR_GIFTS, AboutReason.MISUSED_MONEY, AboutReason.RETALIATION)

_TITLES = {
    AboutReason.MONEY_OR_GIFTS: "索要或收受钱物、吃请（吃拿卡要）",
    AboutReason.MISUSED_MONEY: "截留、挪用、优亲厚友",
    AboutReason.RETALIATION: "打击报复",
    AboutReason.GRADE_ASKED_FOR: "要求或变相要求给指定的评价",
    AboutReason.ATTITUDE: "态度差",
    AboutReason.DELAY: "拖着不办",
    AboutReason.REFUSED: "推诿、拒绝办理",
    AboutReason.UNFAIR: "处理不公",
    AboutReason.OTHER: "其他",
}
