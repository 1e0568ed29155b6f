"""Taking away what was said and shown in the cases of a person who had themselves erased."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from contracts.members import PersonErased
from services.tasks.appeals.model import Appeal
from services.tasks.attachments.model import Attachment
from services.tasks.call_backs.model import CallBack
from services.tasks.case_exports import actions as case_exports
from services.tasks.case_exports.actions import OWN as EXPORTS
from services.tasks.contests.model import Contest
from services.tasks.desk_views.actions import OWN_LOCKED as VIEWS
from services.tasks.dispatches.model import Dispatch
from services.tasks.extensions.model import Extension
from services.tasks.helping.model import HelperNote
from services.tasks.hotline.model import IntakeDraft
from services.tasks.interim.model import InterimReply
from services.tasks.ledger.evidence import OF_THE_BOOKS
from services.tasks.notices.model import Notice
from services.tasks.orders.model import ExpediteStep
from services.tasks.outcomes.model import Reply
from services.tasks.pauses.model import Pause
from services.tasks.petitions.model import Petition
from services.tasks.post_duties.model import PostDutyClaim
from services.tasks.readings.model import CaseReading
from services.tasks.rechecks.owing import open_call
from services.tasks.rectifications.model import Rectification
from services.tasks.repeats.model import RepeatMark
from services.tasks.requests.model import Completion, ServiceRequest
from services.tasks.search import actions as search
from services.tasks.stationings.model import Stationing
from services.tasks.uploads.actions import forget
from services.tasks.uploads.model import Upload
from services.tasks.urgencies.model import UrgencyChange
from services.tasks.visits.forgetting import take_away_what_visits_say
from services.tasks.volunteering.model import Volunteer, VolunteerSignUp

OWN = select(ServiceRequest).where(col(ServiceRequest.requester_id) == bindparam("person")).with_for_update()
DISPATCHES = select(Dispatch).where(col(Dispatch.request_id) == bindparam("request")).with_for_update()
APPEALS = select(Appeal).where(col(Appeal.request_id) == bindparam("request")).with_for_update()
PETITIONS = select(Petition).where(col(Petition.request_id) == bindparam("request")).with_for_update()
CALL_BACKS = select(CallBack).where(col(CallBack.request_id) == bindparam("request")).with_for_update()
REPLIES = select(Reply).where(col(Reply.request_id) == bindparam("request")).with_for_update()
PAUSES = select(Pause).where(col(Pause.request_id) == bindparam("request")).with_for_update()
EXTENSIONS = select(Extension).where(col(Extension.request_id) == bindparam("request")).with_for_update()
URGENCIES = select(UrgencyChange).where(col(UrgencyChange.request_id) == bindparam("request")).with_for_update()
NOTES = select(HelperNote).where(col(HelperNote.request_id) == bindparam("request")).with_for_update()
COMPLETIONS = select(Completion).where(col(Completion.request_id) == bindparam("request")).with_for_update()
CONTESTS = select(Contest).where(col(Contest.request_id) == bindparam("request")).with_for_update()
RECTIFICATIONS = select(Rectification).where(col(Rectification.request_id) == bindparam("request")).with_for_update()
FILES = select(Attachment).where(col(Attachment.request_id) == bindparam("request")).with_for_update()
LOOSE_FILES = select(Attachment).where(col(Attachment.owner_id) == bindparam("person"), ~OF_THE_BOOKS).with_for_update()
STEPS = select(ExpediteStep).where(col(ExpediteStep.request_id) == bindparam("request")).with_for_update()
INTERIM = select(InterimReply).where(col(InterimReply.request_id) == bindparam("request")).with_for_update()
READINGS = select(CaseReading).where(col(CaseReading.request_id) == bindparam("request"))
DRAFTS = select(IntakeDraft).where(col(IntakeDraft.requester_id) == bindparam("person"))
UPLOADS = select(Upload).where(col(Upload.owner_id) == bindparam("person"))
MARKS = select(RepeatMark).where(col(RepeatMark.request_id) == bindparam("request")).with_for_update()
TURNS = select(Stationing).where(col(Stationing.person_id) == bindparam("person")).with_for_update()
CLAIMED = select(PostDutyClaim).where(col(PostDutyClaim.person_id) == bindparam("person"))
VOLUNTEERED = select(Volunteer).where(col(Volunteer.person_id) == bindparam("person"))
SIGNED_UP = select(VolunteerSignUp).where(col(VolunteerSignUp.person_id) == bindparam("person"))
NOTICES = select(Notice).where(col(Notice.person_id) == bindparam("person"))


async def take_away_the_words(event: PersonErased, session: Session) -> None:
    """Of every case of the person nothing is left but what was done, by whom and when; files lose their keys."""
    files: list[Attachment] = []
    for request in await session.all(OWN, person=event.person_id):
        await _take_away_the_words_of(session, request)
        for marked in await session.all(MARKS, request=request.id):
            session.delete(marked)
        files += await session.all(FILES, request=request.id)
        for reading in await session.all(READINGS, request=request.id):
            session.delete(reading)
    for file in [*files, *await session.all(LOOSE_FILES, person=event.person_id)]:
        file.key = file.digest = None
    await take_away_what_visits_say(session, event.person_id)
    for upload in await session.all(UPLOADS, person=event.person_id):
        await forget(upload.id, session)
    for notice in await session.all(NOTICES, person=event.person_id):
        session.delete(notice)
    for draft in await session.all(DRAFTS, person=event.person_id):
        session.delete(draft)
    await _let_go_of_what_was_claimed(session, event.person_id)
    await _clear_the_desk(session, event.person_id)


async def _take_away_the_words_of(session: Session, request: ServiceRequest) -> None:
    """What was said in one case, and where it is."""
    request.wording = request.place = request.cell_y = request.cell_x = None
    await search.forget(session, request.id)
    for given in await session.all(DISPATCHES, request=request.id):
        given.return_reason = None
    for done in await session.all(COMPLETIONS, request=request.id):
        done.note = b""
    for note in await session.all(NOTES, request=request.id):
        note.words = None
    for waited in await session.all(PAUSES, request=request.id):
        waited.words = None
    for asked in await session.all(EXTENSIONS, request=request.id):
        asked.reason = asked.words = None
    for found in await session.all(URGENCIES, request=request.id):
        found.reason = None
    await _take_away_what_was_told(session, request.id)
    for appealed in await session.all(APPEALS, request=request.id):
        appealed.words = appealed.reason = None
    for handed in await session.all(PETITIONS, request=request.id):
        handed.pack = handed.reason = handed.extension_reason = None
    for mending in await session.all(RECTIFICATIONS, request=request.id):
        mending.plan = mending.note = None
    for contest in await session.all(CONTESTS, request=request.id):
        contest.words = None
    owed = await open_call(session, request.id)
    if owed is not None:
        owed.end("give_up", call_back_id=None, at=session.now)


async def _let_go_of_what_was_claimed(session: Session, person_id: UUID) -> None:
    """Neither a volunteer nor the holder of a post of duty any more."""
    for claim in await session.all(CLAIMED, person=person_id):
        session.delete(claim)
    for volunteer in await session.all(VOLUNTEERED, person=person_id):
        session.delete(volunteer)
    for signed_up in await session.all(SIGNED_UP, person=person_id):
        session.delete(signed_up)


async def _clear_the_desk(session: Session, person_id: UUID) -> None:
    """Let go of the views and exports of somebody in office, and of what they wrote when they handed a turn over."""
    for view in await session.all(VIEWS, owner=person_id):
        session.delete(view)
    for turn in await session.all(TURNS, person=person_id):
        turn.words = None
    for export in await session.all(EXPORTS, owner=person_id):
        await case_exports.forget(export.id, session)


async def _take_away_what_was_told(session: Session, request_id: UUID) -> None:
    for told in await session.all(REPLIES, request=request_id):
        told.words = None
    for called in await session.all(CALL_BACKS, request=request_id):
        called.words = None
    for step in await session.all(STEPS, request=request_id):
        step.words = None
    for said in await session.all(INTERIM, request=request_id):
        said.words = None
