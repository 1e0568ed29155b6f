"""Writing down instead of sending in, and sending in once the villager has said so."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound, Problem
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import forget as forget_attachment
from services.tasks.attachments.actions import name_evidence
from services.tasks.attachments.model import Attachment
from services.tasks.catalogue.model import Catalogue
from services.tasks.mandates import policy
from services.tasks.notes.model import Note, NoteStage
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import actions as requests
from services.tasks.requests import complaints
from services.tasks.requests.submission import Submission
from services.tasks.roster import views as roster
from services.tasks.rules.pack import RuleId, RulePack

FORGET = "forget_note"
"""The timer that takes a note away for which nobody has said a word."""

WAITING = (
    select(Note)
    .where(
        col(Note.agent_id) == bindparam("agent"),
        col(Note.principal_id) == bindparam("principal"),
        col(Note.stage) == NoteStage.KEPT,
    )
    .order_by(col(Note.id))
    .with_for_update()
)
ALL_OF = select(Note).where(col(Note.principal_id) == bindparam("principal")).with_for_update()


async def note_instead(session: Session, body: Submission, *, by: Actor) -> Note | None:
    """Keep what an agent would send in for a villager without that villager's leave; none where it is a case.

    Raises what the submission itself would raise for what cannot be sent in at all.
    """
    requester_id = body.requester_id
    if requester_id is None:  # their own, or a caller's who gives no name
        return None
    post = await policy.only_takes_notes(
        session, by, requester_id=requester_id, division_code=body.division_code, item_code=body.item_code
    )
    if post is None:
        return None
    await _check_could_be_sent(session, body, by=by, requester_id=requester_id)
    session.by_post = post.id
    today, note_id = local_date(session.now), new_id()
    kept_until = session.now + timedelta(days=session.use(RulePack).rule(RuleId.NOTE_KEPT, on=today).value)
    note = Note(
        id=note_id,
        township_code=f"{body.division_code[:9]}000",
        division_code=body.division_code,
        agent_id=by.person_id,
        post_id=post.id,
        principal_id=requester_id,
        item_code=body.item_code,
        submission=session.use(Vault).seal(body.model_dump_json(), place=_place(note_id)),
        stage=NoteStage.KEPT,
        taken_at=session.now,
        kept_until=kept_until,
        request_id=None,
    )
    session.add(note)
    if body.voice_id is not None:
        await name_evidence(session, [body.voice_id], request_id=note_id, by=by, required=False)
    session.remind(FORGET, about=note_id, due_at=kept_until)
    tell(session, requester_id, NoticeKind.NOTE_TAKEN, request_id=None)
    return note


async def confirm(session: Session, note_id: UUID, *, by: Actor) -> requests.Submitted:
    """The villager has it sent in. Raises `NotFound` for others, `NotAllowedNow`, and what a submission raises."""
    note = await _load(session, note_id)
    if note.principal_id != by.person_id:
        raise NotFound()
    done = await _send(session, note, by=by, at_desk=True)
    tell(session, note.agent_id, NoticeKind.NOTE_TURNED, request_id=done.request.id)
    return done


async def drop(session: Session, note_id: UUID, *, by: Actor) -> Note:
    """The villager does not want it, or the agent no longer. Raises `NotFound`, `NotAllowedNow`."""
    note = await _load(session, note_id)
    if by.person_id not in {note.principal_id, note.agent_id}:
        raise NotFound()
    await _let_go_of_the_voice(session, note)
    note.drop()
    return note


async def turn_all(session: Session, *, agent_id: UUID, principal_id: UUID) -> None:
    """A mandate was given: what the agent wrote down within it is sent in; the rest goes on waiting."""
    for note in await session.all(WAITING, agent=agent_id, principal=principal_id):
        try:
            done = await _send(session, note, by=Actor(agent_id), at_desk=False)
        except Problem:  # such as an errand that is not offered any more, or one outside the mandate
            continue
        for person_id in sorted({agent_id, principal_id}):
            tell(session, person_id, NoticeKind.NOTE_TURNED, request_id=done.request.id)


async def forget(note_id: UUID, session: Session) -> None:
    """Its time is over: the words are gone, and with them the row."""
    note = await session.get(Note, note_id, lock=True)
    if note is not None and note.stage is NoteStage.KEPT:
        await _let_go_of_the_voice(session, note)
        session.delete(note)


async def forget_principal(session: Session, person_id: UUID) -> None:
    """A person was erased: no word of theirs is left."""
    for note in await session.all(ALL_OF, principal=person_id):
        await _let_go_of_the_voice(session, note)
        session.delete(note)


def submission_of(session: Session, note: Note) -> Submission | None:
    """What was written down; nothing once it was turned or dropped."""
    if note.submission is None:
        return None
    return Submission.model_validate_json(session.use(Vault).open(note.submission, place=_place(note.id)))


async def _send(session: Session, note: Note, *, by: Actor, at_desk: bool) -> requests.Submitted:
    body = submission_of(session, note)
    if body is None:
        note.turn(note.id)  # raises, since its stage does not allow it
        raise NotFound()
    voice = await session.get(Attachment, body.voice_id, lock=True) if body.voice_id else None
    if voice is not None:
        voice.request_id, voice.owner_id = None, by.person_id
    done = await requests.submit(
        session,
        by=by,
        requester_id=note.principal_id,
        division_code=body.division_code,
        channel=body.channel,
        kind=body.kind,
        item_code=body.item_code,
        wording=body.wording,
        about_post_id=body.about_post_id,
        about_reason=body.about_reason,
        anonymous=body.anonymous,
        voice_id=body.voice_id,
        where=body.where(),
        at_desk=at_desk,
    )
    note.turn(done.request.id)
    return done


async def _check_could_be_sent(session: Session, body: Submission, *, by: Actor, requester_id: UUID) -> None:
    """Refuse what could never become a request, while the agent is still with the villager."""
    today = local_date(session.now)
    item = session.use(Catalogue).item(body.item_code, on=today) if body.item_code else None
    kind = item.kind if item else body.kind
    if kind is None or (item is None and not body.wording and body.voice_id is None):
        raise requests.NothingAsked()
    complaints.check_reason(body.about_reason, kind=kind, item_code=body.item_code)
    if body.about_post_id is not None:
        await complaints.subject_of(session, body.about_post_id, kind=kind, by=by, requester_id=requester_id)
    area = await roster.division(session, body.division_code)
    if area is None or area.kind not in {"village", "community"}:
        raise requests.NoSuchDivision()


async def _let_go_of_the_voice(session: Session, note: Note) -> None:
    """A recording goes with the note that it was part of."""
    body = submission_of(session, note)
    voice = await session.get(Attachment, body.voice_id, lock=True) if body and body.voice_id else None
    if voice is not None:
        voice.request_id = None
        await forget_attachment(voice.id, session)


async def _load(session: Session, note_id: UUID) -> Note:
    note = await session.get(Note, note_id, lock=True)
    if note is None:
        raise NotFound()
    return note


def _place(note_id: UUID) -> str:
    return place_of("note", "submission", note_id)
