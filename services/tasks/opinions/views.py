"""What is shown of opinions: sums by quarter, from so many on, and in steps of so many."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from chassis.words import Output
from services.tasks.opinions.model import OpinionTally, Voice
from services.tasks.rules.pack import RuleId, RulePack

MOST_PERIODS = 8

OF_ONE = (
    select(OpinionTally)
    .where(col(OpinionTally.about_id) == bindparam("about"))
    .order_by(col(OpinionTally.period_on).desc(), col(OpinionTally.voice))
    .limit(MOST_PERIODS * len(Voice))
)


class OpinionsView(Output):
    """Opinions of members, or of villagers, in a quarter; the four numbers are none where too few gave one."""

    period_on: date
    voice: Voice
    voice_zh: str
    satisfied: int | None
    fairly_satisfied: int | None
    dissatisfied: int | None
    no_opinion: int | None
    says_zh: str


async def opinions_of(session: Session, about_id: UUID) -> list[OpinionsView]:
    """The opinions of the last quarters, from new to old."""
    least = session.use(RulePack).rule(RuleId.OPINIONS_LEAST, on=local_date(session.now)).value
    return [_view(one, least) for one in await session.all(OF_ONE, about=about_id)]


def _view(one: OpinionTally, least: int) -> OpinionsView:
    shown = one.shown_satisfied + one.shown_fairly_satisfied + one.shown_dissatisfied + one.shown_no_opinion
    if shown < least:
        return OpinionsView(
            period_on=one.period_on,
            voice=one.voice,
            voice_zh=one.voice.title_zh,
            satisfied=None,
            fairly_satisfied=None,
            dissatisfied=None,
            no_opinion=None,
            says_zh=f"{one.voice.title_zh}意见不满 {least} 份，暂不公布，以免看出是谁的意见。",
        )
    return OpinionsView(
        period_on=one.period_on,
        voice=one.voice,
        voice_zh=one.voice.title_zh,
        satisfied=one.shown_satisfied,
        fairly_satisfied=one.shown_fairly_satisfied,
        dissatisfied=one.shown_dissatisfied,
        no_opinion=one.shown_no_opinion,
        says_zh=(
            f"{one.voice.title_zh} {shown} 份意见：满意 {one.shown_satisfied}，基本满意 {one.shown_fairly_satisfied}，"
            f"不满意 {one.shown_dissatisfied}，不了解 {one.shown_no_opinion}。"
        ),
    )
