"""How a submission is answered: with a case and its code, or with the note that was taken instead."""

from datetime import datetime
from uuid import UUID

from chassis.words import Output
from services.tasks.clocks.limits import PROVISIONAL_ZH, latest_promise
from services.tasks.clocks.model import Clock
from services.tasks.requests.actions import Submitted
from services.tasks.requests.forms import LimitView, SubmittedView


class NotedView(Output):
    """What an agent sent in for a villager without that villager's leave: a note, and no case yet."""

    note_id: UUID
    kept_until: datetime
    what_next_zh: str


def submitted_view(done: Submitted) -> SubmittedView:
    """A request that was just sent in, with the code that is shown this once."""
    return SubmittedView(
        id=done.request.id,
        tracking_code=done.tracking_code,
        stage=done.request.stage.value,
        stage_zh=done.request.stage.title_zh,
        named_person=done.post.name if done.post else None,
        limits=[limit_view(clock) for clock in done.clocks],
    )


def noted_view(note_id: UUID, kept_until: datetime) -> NotedView:
    """A note that was taken just now."""
    return NotedView(
        note_id=note_id,
        kept_until=kept_until,
        what_next_zh="已记为便签，还没有正式提交。请本人在手机上确认或委托、报验证码，或签纸质委托书；同意后自动提交。",
    )


def limit_view(clock: Clock) -> LimitView:
    """A clock for the screen."""
    return LimitView(
        clock=clock.kind.value,
        clock_zh=clock.kind.title_zh,
        due_at=clock.due_at,
        last_day=latest_promise(clock.due_at),
        provisional=clock.provisional,
        provisional_zh=PROVISIONAL_ZH if clock.provisional else None,
        rule=clock.rule,
        rule_version=clock.rule_version,
        met_at=clock.met_at,
        missed_at=clock.missed_at,
    )
