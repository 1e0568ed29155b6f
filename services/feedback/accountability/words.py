"""The measures, and the stages of a case; no figures here: how many decide and for how long is in the rule file."""

from enum import StrEnum

from chassis.lifecycle import Lifecycle


class Measure(StrEnum):
    """What is asked for: five of accountability, two of praise."""

    TALK = "talk"
    INTERVIEW = "interview"
    CRITICISM = "criticism"
    ORDER_TO_RECTIFY = "order_to_rectify"
    REFERRAL = "referral"
    COMMENDATION = "commendation"
    REWARD = "reward"

    @property
    def title_zh(self) -> str:
        """Its name on the screen."""
        return {
            "talk": "谈话提醒",
            "interview": "约谈",
            "criticism": "通报批评",
            "order_to_rectify": "责令限期整改",
            "referral": "建议有权机关处理",
            "commendation": "通报表扬",
            "reward": "表彰奖励",
        }[self]

    @property
    def praises(self) -> bool:
        """Whether it is posted for objections instead of being answered."""
        return self in {Measure.COMMENDATION, Measure.REWARD}


class AccountabilityStage(StrEnum):
    """How far a case has come."""

    PROPOSED = "proposed"
    HEARD = "heard"
    DECIDED = "decided"
    APPEALED = "appealed"
    CONFIRMED = "confirmed"
    QUASHED = "quashed"
    ENDED = "ended"
    DROPPED = "dropped"

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return {
            "proposed": "已告知，听取说明或公示中",
            "heard": "说明或公示已结束，待决定",
            "decided": "已决定",
            "appealed": "申诉中",
            "confirmed": "申诉后维持",
            "quashed": "申诉后撤销",
            "ended": "期满终止",
            "dropped": "不再追究或不予表彰",
        }[self]


STANDING = (AccountabilityStage.DECIDED, AccountabilityStage.CONFIRMED)
"""Where a decision holds."""

LIFECYCLE = Lifecycle(
    {
        "answer": ({AccountabilityStage.PROPOSED}, AccountabilityStage.HEARD),
        "pass": ({AccountabilityStage.PROPOSED}, AccountabilityStage.HEARD),
        "decide": ({AccountabilityStage.HEARD}, AccountabilityStage.DECIDED),
        "drop": ({AccountabilityStage.PROPOSED, AccountabilityStage.HEARD}, AccountabilityStage.DROPPED),
        "appeal": ({AccountabilityStage.DECIDED}, AccountabilityStage.APPEALED),
        "confirm": ({AccountabilityStage.APPEALED}, AccountabilityStage.CONFIRMED),
        "quash": ({AccountabilityStage.APPEALED}, AccountabilityStage.QUASHED),
        "end": (set(STANDING), AccountabilityStage.ENDED),
    }
)
