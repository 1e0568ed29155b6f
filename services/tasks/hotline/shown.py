"""How hotline duty is shown: rows to answers, with the sentences that people read."""

from datetime import datetime
from uuid import UUID

from chassis.clock import SHANGHAI
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.hotline import drafts
from services.tasks.hotline.forms import (
    DeskView,
    DraftView,
    GapList,
    GapView,
    HandOverView,
    LyingView,
    MissedCallView,
    NoteView,
    NowView,
    OnDutyView,
    PatternView,
    ShiftView,
)
from services.tasks.hotline.hours import Stretch
from services.tasks.hotline.model import DutyNote, DutyPattern, HandOver, HotlineDesk, IntakeDraft, MissedCall, Shift
from services.tasks.hotline.views import Lying, Now
from services.tasks.roster.duty import Duty


def desk(found: HotlineDesk) -> DeskView:
    """A desk."""
    return DeskView(
        division_code=found.division_code,
        name=found.name,
        office_phone=found.office_phone,
        weekdays=[int(day) for day in found.weekdays],
        from_minute=found.from_minute,
        minutes=found.minutes,
    )


def now(division_code: str, found: Now) -> NowView:
    """Who is on now."""
    return NowView(
        division_code=division_code,
        desk=desk(found.desk) if found.desk else None,
        on_duty=[
            OnDutyView(name=one.post.name, acting_for_name=one.acting_for.name if one.acting_for else None, until=until)
            for one, until in found.on_duty
        ],
        next_at=found.next_at,
        says_zh=_says(found),
    )


def _says(found: Now) -> str:
    if found.desk is None:
        return "本地还没有设立值班电话，请联系本村（社区）代办员，或在小程序提交诉求。"
    where = f"{found.desk.name}（{found.desk.office_phone}）"
    if found.on_duty:
        names = "、".join(one.post.name for one, _ in found.on_duty)
        return f"现在值班：{names}，请拨打{where}。"
    if found.next_at is not None:
        return f"{where}现在无人值班，{_clock(found.next_at)}起有人接听；也可以先在小程序提交诉求。"
    return f"{where}现在无人值班；请拨打后留下来电记录等候回拨，或在小程序提交诉求。"


def shift(found: Shift, duty: Duty | None) -> ShiftView:
    """A shift, and who stands it."""
    return ShiftView(
        id=found.id,
        division_code=found.division_code,
        post_id=found.post_id,
        name=duty.post.name if duty else None,
        from_at=found.from_at,
        to_at=found.to_at,
        pattern_id=found.pattern_id,
        cancelled_at=found.cancelled_at,
        handed_over_at=found.handed_over_at,
    )


def pattern(found: DutyPattern) -> PatternView:
    """A weekly pattern."""
    return PatternView(
        id=found.id,
        division_code=found.division_code,
        post_id=found.post_id,
        weekdays=[int(day) for day in found.weekdays],
        from_minute=found.from_minute,
        minutes=found.minutes,
        first_on=found.first_on,
        last_on=found.last_on,
        made_to=found.made_to,
        ended_at=found.ended_at,
    )


def gap_list(found: list[Stretch]) -> GapList:
    """When nobody will be on."""
    return GapList(
        items=[
            GapView(
                from_at=one.from_at,
                to_at=one.to_at,
                what_zh=f"{_clock(one.from_at)}至{_clock(one.to_at)}无人值班，请排班",
            )
            for one in found
        ],
        summary_zh=f"有 {len(found)} 段时间无人值班，请尽快排班。" if found else "这些日子都有人值班。",
    )


def note(session: Session, found: DutyNote) -> NoteView:
    """A note, opened."""
    return NoteView(
        id=found.id,
        words=session.use(Vault).open(found.words, place=place_of("duty_note", "words", found.id)),
        holder_id=found.holder_id,
        written_by=found.written_by,
        at=found.at,
        closed_at=found.closed_at,
    )


def draft(session: Session, found: IntakeDraft) -> DraftView:
    """A draft, opened."""
    return DraftView(
        id=found.id,
        desk_code=found.desk_code,
        division_code=found.division_code,
        requester_id=found.requester_id,
        kind=found.kind.value if found.kind else None,
        urgency=found.urgency.value,
        urgency_zh=found.urgency.title_zh,
        item_code=found.item_code,
        wording=drafts.words_of(session, found),
        holder_id=found.holder_id,
        at=found.at,
        over_at=found.over_at,
        request_id=found.request_id,
    )


def missed_call(found: MissedCall) -> MissedCallView:
    """A missed call."""
    return MissedCallView(
        id=found.id,
        request_id=found.request_id,
        division_code=found.division_code,
        first_at=found.first_at,
        last_at=found.last_at,
        calls=found.calls,
        tries=found.tries,
        called_back_at=found.called_back_at,
    )


def lying(session: Session, found: Lying) -> LyingView:
    """What is open at a desk."""
    counts = f"便条 {len(found.notes)} 张、未提交登记 {len(found.drafts)} 份、未回拨来电 {len(found.missed_calls)} 个"
    return LyingView(
        notes=[note(session, one) for one in found.notes],
        drafts=[draft(session, one) for one in found.drafts],
        missed_calls=[missed_call(one) for one in found.missed_calls],
        says_zh=f"待办：{counts}。" if found.notes or found.drafts or found.missed_calls else "值班台没有未办的事。",
    )


def hand_over(session: Session, found: HandOver) -> HandOverView:
    """A hand-over."""
    place = place_of("duty_hand_over", "words", found.id)
    taken = f"{found.incoming_name}已接班。" if found.incoming_name else "等待接班人员接收。"
    return HandOverView(
        id=found.id,
        division_code=found.division_code,
        shift_id=found.shift_id,
        outgoing_id=found.outgoing_id,
        outgoing_name=found.outgoing_name,
        signed_at=found.signed_at,
        words=session.use(Vault).open(found.words, place=place) if found.words else None,
        notes=[UUID(one) for one in found.notes],
        drafts=[UUID(one) for one in found.drafts],
        missed_calls=[UUID(one) for one in found.missed_calls],
        text_digest=found.text_digest.hex(),
        incoming_id=found.incoming_id,
        incoming_name=found.incoming_name,
        taken_at=found.taken_at,
        says_zh=f"{found.outgoing_name}已于{_clock(found.signed_at)}交班，{taken}",
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m月%d日 %H:%M}"
