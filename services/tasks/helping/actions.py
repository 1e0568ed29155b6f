"""Asking somebody to help, what they add, and releasing them."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Forbidden, NotAllowedNow
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.dispatches import duties
from services.tasks.helping import views
from services.tasks.helping.model import Helper, HelperNote
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests import complaints, policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import load
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import Post

OVER = {Stage.JUDGED, Stage.ARCHIVED, Stage.MERGED}


class MayNotAskForHelp(Forbidden):
    """Whoever leads a case, and those above, ask others to help."""

    title_zh = "只有主办人或其上级组织的工作人员可以请人协办。"


class NotAHelper(Forbidden):
    """Only those who help with the case add to it here."""

    title_zh = "您不是这件事项的协办人；主办人请直接办理或答复。"


class HelpsAlready(Conflict):
    """This person helps with the case already, or leads it."""

    title_zh = "此人已是这件事项的主办人或协办人，请另选他人。"


class NobodyToHelp(Conflict):
    """That post is vacant, does not exist, or is held by whom the case is about; choose somebody else in office."""

    title_zh = "该岗位现在无人在任，或与这件事项有关，请选择其他在岗人员。"


def ask(session: Session, request: ServiceRequest, duty: Duty, *, part: str | None, by: UUID | None) -> Helper:
    """Have somebody help: they see the case from now on, and are told."""
    helper = Helper(
        id=new_id(),
        township_code=request.township_code,
        request_id=request.id,
        post_id=duty.post.id,
        person_id=duty.post.person_id,
        person_name=duty.post.name,
        organization_id=duty.post.organization_id,
        part=part,
        asked_at=session.now,
        asked_by=by,
        released_at=None,
    )
    session.add(helper)
    tell(session, helper.person_id, NoticeKind.HELP, request_id=request.id)
    return helper


async def ask_for_help(session: Session, request_id: UUID, *, by: Actor, post_id: UUID) -> Helper:
    """Whoever leads, or somebody above, asks one more to help.

    Raises `MayNotAskForHelp`, `NobodyToHelp`, `HelpsAlready`, and of what the county has taken back
    `TakenBackByTheCounty` where a township or a village is asked.
    """
    request = await load(session, request_id)
    await _check_leads(session, by, request)
    if request.stage in OVER:
        raise NotAllowedNow()
    post = await session.get(Post, post_id)
    today = local_date(session.now)
    if post is None or not post.held_on(today):
        raise NobodyToHelp()
    found = await on_duty(session, post, today=today)
    if found.post.person_id in {request.requester_id, request.about_person_id}:
        raise NobodyToHelp()
    await complaints.check_above(session, request, found.post)
    entry = await duties.entry_of(session, request)
    duties.refuse_downward(entry, found.post)
    if found.post.person_id == request.working_person_id:
        raise HelpsAlready()
    if await views.helping_now(session, request.id, found.post.person_id) is not None:
        raise HelpsAlready()
    return ask(session, request, found, part=entry.township_part if entry else None, by=by.person_id)


async def add_note(session: Session, request_id: UUID, *, by: Actor, words: str) -> tuple[Helper, HelperNote]:
    """A helper says what they found out or did; whoever leads is told. Raises `NotAHelper`."""
    request = await load(session, request_id)
    await policy.check_may_see(session, by, request)
    helper = await views.helping_now(session, request.id, by.person_id)
    if helper is None:
        raise NotAHelper()
    if request.stage in OVER:
        raise NotAllowedNow()
    session.by_post = helper.post_id
    note_id = new_id()
    sealed = session.use(Vault).seal(words, place=views.words_place(note_id))
    note = HelperNote(id=note_id, request_id=request.id, helper_id=helper.id, words=sealed, at=session.now)
    session.add(note)
    if request.working_person_id is not None:
        tell(session, request.working_person_id, NoticeKind.HELPED, request_id=request.id)
    return helper, note


async def release(session: Session, request_id: UUID, helper_id: UUID, *, by: Actor) -> Helper:
    """Whoever leads, or somebody above, needs the help no longer; the helper sees the case no more."""
    request = await load(session, request_id)
    await _check_leads(session, by, request)
    helper = await views.helper_to_change(session, request.id, helper_id)
    if helper.released_at is None:
        helper.released_at = session.now
    return helper


async def _check_leads(session: Session, actor: Actor, request: ServiceRequest) -> None:
    await policy.check_may_see(session, actor, request)
    if actor.person_id == request.working_person_id:
        return
    acting = await policy.acting_for(session, actor, request)
    if acting is not None:
        session.by_post = acting.post.id
        return
    if not await policy.is_overseer(session, actor, request):
        raise MayNotAskForHelp()
