"""Hotline duty over HTTP: desks, rosters, hand-overs, drafts and missed calls."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction, for_clients
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import DivisionCode, Input
from services.tasks.hotline import actions, drafts, hand_overs, missed_calls, policy, shown, views
from services.tasks.hotline.forms import (
    CallBack,
    DeskView,
    DraftContent,
    DraftView,
    GapList,
    HandOverPage,
    HandOverView,
    LyingView,
    MissedCallView,
    NewDesk,
    NewDraft,
    NewMissedCall,
    NewNote,
    NewPattern,
    NewShift,
    NotedCallView,
    NoteView,
    NowView,
    PatternPage,
    PatternView,
    SentView,
    ShiftList,
    ShiftView,
    SigningOut,
)

router = APIRouter(prefix="/hotline", tags=["热线值班"], route_class=Route)

Area = Annotated[DivisionCode, Query(description="村（社区）、乡镇（街道）或县（区）的 12 位区划代码")]
From = Annotated[date | None, Query(alias="from_on", description="起始日期（北京时间），默认今天")]
Days = Annotated[int, Query(ge=1, le=62, description="天数")]


class Nothing(Input):
    """Nothing is to be said."""


@router.get("/now")
async def who_is_on(division_code: Area, session: Transaction, _: SignedIn) -> NowView:
    """Who answers for your village now: at its own desk, else the township's, else the county's."""
    return shown.now(division_code, await views.now(session, division_code))


@router.post("/desks")
async def set_up_desk(body: NewDesk, session: Transaction, actor: SignedIn) -> DeskView:
    """Set up the desk of an area, or change its number and hours. Refusals: `may-not-roster`, `personal-number`."""
    return shown.desk(
        await actions.set_up_desk(
            session,
            body.division_code,
            by=actor,
            name=body.name,
            office_phone=body.office_phone,
            hours=body.hours,
        )
    )


@router.get("/shifts")
async def list_shifts(
    division_code: Area, session: Transaction, actor: SignedIn, first: From = None, days: Days = 7
) -> ShiftList:
    """The shifts of a desk on some days, in order of time. Refusals: `not-at-the-desk`."""
    await policy.check_works_there(session, actor, division_code)
    found = await views.shifts(session, division_code, first=first or local_date(session.now), days=days)
    duties = await policy.duties_of(session, found)
    return ShiftList(items=[shown.shift(one, duties[one.post_id]) for one in found])


@router.get("/gaps")
async def list_gaps(
    division_code: Area, session: Transaction, actor: SignedIn, first: From = None, days: Days = 14
) -> GapList:
    """When nobody will be on though the desk is meant to be staffed. Refusals: `not-at-the-desk`, `no-such-desk`."""
    await policy.check_works_there(session, actor, division_code)
    return shown.gap_list(
        await views.uncovered(session, division_code, first=first or local_date(session.now), days=days)
    )


@router.post("/shifts", status_code=201)
async def add_shift(body: NewShift, session: Transaction, actor: SignedIn) -> ShiftView:
    """Put a post on duty once. Refusals: `may-not-roster`, `no-such-desk`, `wrong-hours`, `not-found`."""
    made = await actions.add_shift(
        session,
        by=actor,
        division_code=body.division_code,
        post_id=body.post_id,
        from_at=body.from_at,
        to_at=body.to_at,
    )
    return shown.shift(made, await policy.duty_of(session, made.post_id))


@router.post("/shifts/{shift_id}/cancellation")
async def cancel_shift(
    shift_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> ShiftView:
    """Take a shift off the roster before it begins. Refusals: `may-not-roster`, `shift-over`."""
    made = await actions.cancel_shift(session, shift_id, by=actor)
    return shown.shift(made, await policy.duty_of(session, made.post_id))


@router.get("/patterns")
async def list_patterns(
    division_code: Area, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> PatternPage:
    """The weekly patterns of a desk that go on, from new to old. Refusals: `not-at-the-desk`."""
    await policy.check_works_there(session, actor, division_code)
    found = await views.patterns(session, division_code, before=place(cursor), limit=limit)
    return PatternPage(items=[shown.pattern(one) for one in found], next=cursor_of_next(found, limit=limit))


@router.post("/patterns", status_code=201)
async def repeat_weekly(body: NewPattern, session: Transaction, actor: SignedIn) -> PatternView:
    """Put a post on duty every week in the same hours; its shifts are made some weeks ahead.

    Refusals: `may-not-roster`, `no-such-desk`, `wrong-hours`, `not-found`.
    """
    return shown.pattern(
        await actions.repeat_weekly(
            session,
            by=actor,
            division_code=body.division_code,
            post_id=body.post_id,
            hours=body.hours,
            first_on=body.first_on,
            last_on=body.last_on,
        )
    )


@router.post("/patterns/{pattern_id}/end")
async def end_pattern(
    pattern_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> PatternView:
    """End a weekly pattern; its shifts that have not begun go off the roster. Refusals: `may-not-roster`."""
    return shown.pattern(await actions.end_pattern(session, pattern_id, by=actor))


@router.get("/open")
async def list_open(division_code: Area, session: Transaction, actor: SignedIn) -> LyingView:
    """What lies open at a desk: notes, drafts that were not sent, calls that were not called back."""
    await policy.check_works_there(session, actor, division_code)
    return shown.lying(session, await views.lying_at(session, division_code))


@router.post("/notes", status_code=201)
async def write_note(body: NewNote, session: Transaction, actor: SignedIn) -> NoteView:
    """Leave something for whoever is on duty next. Refusals: `not-at-the-desk`."""
    return shown.note(
        session, await hand_overs.write_note(session, by=actor, division_code=body.division_code, words=body.words)
    )


@router.post("/notes/{note_id}/closing")
async def close_note(note_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> NoteView:
    """Say that a note is dealt with."""
    return shown.note(session, await hand_overs.close_note(session, note_id, by=actor))


@router.post("/shifts/{shift_id}/hand-over", status_code=201)
async def sign_out(shift_id: UUID, body: SigningOut, session: Transaction, actor: SignedIn) -> HandOverView:
    """Sign what is open and go. Refusals: `not-your-shift`, `already-handed-over`."""
    return shown.hand_over(session, await hand_overs.sign_out(session, shift_id, by=actor, words=body.words))


@router.get("/hand-overs")
async def list_hand_overs(
    division_code: Area, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> HandOverPage:
    """The hand-overs of a desk, from new to old. Refusals: `not-at-the-desk`."""
    await policy.check_works_there(session, actor, division_code)
    found = await views.hand_overs(session, division_code, before=place(cursor), limit=limit)
    return HandOverPage(
        items=[shown.hand_over(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
    )


@router.post("/hand-overs/{hand_over_id}/taking")
async def take_over(
    hand_over_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> HandOverView:
    """Take over what is open; it is yours from now on. Refusals: `not-yet-your-turn`, `already-handed-over`."""
    return shown.hand_over(session, await hand_overs.take_over(session, hand_over_id, by=actor))


@router.post("/drafts", status_code=201)
async def save_draft(body: NewDraft, session: Transaction, actor: SignedIn) -> DraftView:
    """Keep what was typed in so far. Refusals: `not-at-the-desk`."""
    return shown.draft(
        session,
        await drafts.save(
            session,
            by=actor,
            desk_code=body.desk_code,
            division_code=body.division_code,
            requester_id=body.requester_id,
            kind=body.kind,
            urgency=body.urgency,
            item_code=body.item_code,
            wording=body.wording,
        ),
    )


@router.post("/drafts/{draft_id}/change")
async def change_draft(draft_id: UUID, body: DraftContent, session: Transaction, actor: SignedIn) -> DraftView:
    """Keep this instead. Refusals: `draft-over`."""
    return shown.draft(
        session,
        await drafts.change(
            session,
            draft_id,
            by=actor,
            division_code=body.division_code,
            requester_id=body.requester_id,
            kind=body.kind,
            urgency=body.urgency,
            item_code=body.item_code,
            wording=body.wording,
        ),
    )


@router.post("/drafts/{draft_id}/drop")
async def drop_draft(draft_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> DraftView:
    """Throw a draft away with its words. Refusals: `draft-over`."""
    return shown.draft(session, await drafts.drop(session, draft_id, by=actor))


@router.post("/drafts/{draft_id}/sending", status_code=201)
async def send_draft(draft_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> SentView:
    """Send a draft in as a request of the hotline. Refusals: `draft-over`, `draft-incomplete`, and a submission's."""
    done = await drafts.send(session, draft_id, by=actor)
    return SentView(
        draft_id=draft_id,
        request_id=done.request.id,
        tracking_code=done.tracking_code,
        stage=done.request.stage.value,
        stage_zh=done.request.stage.title_zh,
        named_person=done.post.name if done.post else None,
    )


@router.post("/missed-calls", status_code=201)
@for_clients("requests.send")
async def note_missed_call(body: NewMissedCall, session: Transaction, actor: SignedIn) -> NotedCallView:
    """Note a call that nobody answered: a case to be called back; another call of the same person joins it.

    Refusals: `not-at-the-desk`, `no-such-desk`, `call-in-the-future`.
    """
    missed = await missed_calls.note(
        session,
        by=actor,
        division_code=body.division_code,
        requester_id=body.requester_id,
        called_at=body.called_at,
    )
    return NotedCallView(id=missed.id, request_id=missed.request_id, calls=missed.calls)


@router.post("/missed-calls/{call_id}/call-back")
async def note_call_back(call_id: UUID, body: CallBack, session: Transaction, actor: SignedIn) -> MissedCallView:
    """Note that the person was called back, or that nobody could be reached."""
    return shown.missed_call(await missed_calls.call_back(session, call_id, by=actor, reached=body.reached))
