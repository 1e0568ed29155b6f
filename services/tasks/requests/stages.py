"""How far a request can come, and by which moves: the superset of the hotlines' states."""

from enum import StrEnum

from chassis.lifecycle import Lifecycle


class Stage(StrEnum):
    """How far a request has come."""

    RECEIVED = "received"  # nobody serves its area; it waits for a dispatch by hand
    DISPATCHED = "dispatched"  # a named person has it and has not signed yet
    RETURNED = "returned"  # wrongly dispatched; it waits for another dispatch
    ACCEPTED = "accepted"  # signed for, without a date yet
    CONTACTED = "contacted"  # whoever signed has spoken with the requester
    HANDLING = "handling"  # signed for, with a promised date
    PAUSED = "paused"  # something outside has to come first; its finish clock stands still
    EXTENDED = "extended"  # handled under a later limit that those above granted
    HANDLED = "handled"  # reported done; the person served is asked
    REPLIED = "replied"  # and the result was told to the person served, by voice or on paper
    CALL_BACK = "call_back"  # somebody who had no part in it asks the person served
    JUDGED = "judged"  # the person served said that it was solved, or their appeal was dismissed
    RECTIFYING = "rectifying"  # not solved, or badly graded
    APPEALED = "appealed"  # the person served appealed against the outcome; somebody else decides
    MERGED = "merged"  # done together with the same matter of others
    DIFFICULT = "difficult"  # nobody could settle it below; a chair answers for it
    ARCHIVED = "archived"  # put away after a time without a further word; the person served may still speak

    @property
    def title_zh(self) -> str:
        """The stage's name on the screen."""
        return _STAGES[self]


_STAGES = {
    Stage.RECEIVED: "已收到，正在指派",
    Stage.DISPATCHED: "已派给承办人，等待签收",
    Stage.RETURNED: "正在重新指派",
    Stage.ACCEPTED: "承办人已签收",
    Stage.CONTACTED: "承办人已与您联系",
    Stage.HANDLING: "办理中",
    Stage.PAUSED: "暂停办理",
    Stage.EXTENDED: "已延期，继续办理",
    Stage.HANDLED: "已办理，等待您评判",
    Stage.REPLIED: "已答复，等待您评判",
    Stage.CALL_BACK: "正在回访",
    Stage.JUDGED: "已评判",
    Stage.RECTIFYING: "正在整改",
    Stage.APPEALED: "申诉复查中",
    Stage.MERGED: "与相同事项一并办理",
    Stage.DIFFICULT: "疑难事项，由负责人协调",
    Stage.ARCHIVED: "已归档",
}

_SIGNED = {Stage.ACCEPTED, Stage.CONTACTED}
_AT_WORK = {Stage.HANDLING, Stage.EXTENDED}
_DONE = {Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK}

LIFECYCLE = Lifecycle(
    {
        "dispatch": ({Stage.RECEIVED, Stage.RETURNED, Stage.DIFFICULT}, Stage.DISPATCHED),
        "return": ({Stage.DISPATCHED}, Stage.RETURNED),
        "take_over": ({Stage.DISPATCHED} | _SIGNED | _AT_WORK, Stage.RETURNED),
        "accept": ({Stage.DISPATCHED}, Stage.ACCEPTED),
        "contact": ({Stage.ACCEPTED}, Stage.CONTACTED),
        "promise": ({Stage.DISPATCHED} | _SIGNED, Stage.HANDLING),
        "answer": ({Stage.DISPATCHED} | _SIGNED, Stage.HANDLED),
        "pause": (_AT_WORK, Stage.PAUSED),
        "resume": ({Stage.PAUSED}, Stage.HANDLING),
        "extend": (_AT_WORK, Stage.EXTENDED),
        "report": (_AT_WORK, Stage.HANDLED),
        "reply": ({Stage.HANDLED}, Stage.REPLIED),
        "call_back": ({Stage.HANDLED, Stage.REPLIED}, Stage.CALL_BACK),
        "find_solved": (_DONE | {Stage.JUDGED, Stage.ARCHIVED}, Stage.JUDGED),
        "find_wanting": (
            _DONE | {Stage.JUDGED, Stage.ARCHIVED, Stage.RECTIFYING, Stage.APPEALED},
            Stage.RECTIFYING,
        ),
        "find_wanting_again": ({Stage.DIFFICULT}, Stage.DIFFICULT),  # it is being put right
        "verify": ({Stage.RECTIFYING, Stage.DIFFICULT}, Stage.HANDLED),
        "appeal": (_DONE | {Stage.JUDGED, Stage.ARCHIVED}, Stage.APPEALED),
        "dismiss": ({Stage.APPEALED}, Stage.JUDGED),
        "find_difficult": (_AT_WORK | {Stage.RETURNED, Stage.RECTIFYING}, Stage.DIFFICULT),
        "take_up": ({Stage.DIFFICULT}, Stage.HANDLING),
        "merge": (
            {Stage.RECEIVED, Stage.DISPATCHED, Stage.RETURNED} | _SIGNED | _AT_WORK,
            Stage.MERGED,
        ),
        "follow": ({Stage.MERGED}, Stage.HANDLED),
        "part_new": ({Stage.MERGED}, Stage.RECEIVED),
        "part_waiting": ({Stage.MERGED}, Stage.RETURNED),
        "part_unsigned": ({Stage.MERGED}, Stage.DISPATCHED),
        "part_accepted": ({Stage.MERGED}, Stage.ACCEPTED),
        "part_contacted": ({Stage.MERGED}, Stage.CONTACTED),
        "part_signed": ({Stage.MERGED}, Stage.HANDLING),
        "part_extended": ({Stage.MERGED}, Stage.EXTENDED),
        "archive": (_DONE | {Stage.JUDGED}, Stage.ARCHIVED),
    }
)
