"""What somebody types in while listening: kept until it is sent as a request, or dropped."""

from uuid import UUID

from chassis.divisions import lies_in
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.hotline import policy
from services.tasks.hotline.model import IntakeDraft
from services.tasks.requests import actions as requests
from services.tasks.requests.channels import Channel
from services.tasks.rules.pack import MatterKind, Urgency
from services.tasks.urgencies.policy import check_may_say


class DraftOver(Conflict):
    """This draft was sent or dropped already."""

    title_zh = "这份登记已经提交或作废，请刷新后查看；需要补充的，请在事项中补充。"


class DraftIncomplete(Invalid):
    """A draft is sent once it says who asks and of which village."""

    title_zh = "还缺少本人或所在村（社区），请补充完整后再提交。"


async def save(
    session: Session,
    *,
    by: Actor,
    desk_code: str,
    division_code: str | None,
    requester_id: UUID | None,
    kind: MatterKind | None,
    urgency: Urgency,
    item_code: str | None,
    wording: str | None,
) -> IntakeDraft:
    """Keep what was typed in so far."""
    await policy.check_works_there(session, by, desk_code)
    draft_id = new_id()
    draft = IntakeDraft(
        id=draft_id,
        township_code=f"{desk_code[:9]}000",
        desk_code=desk_code,
        division_code=division_code,
        holder_id=by.person_id,
        requester_id=requester_id,
        kind=kind,
        urgency=urgency,
        item_code=item_code,
        wording=_sealed(session, draft_id, wording),
        written_by=by.person_id,
        at=session.now,
        over_at=None,
        request_id=None,
    )
    session.add(draft)
    return draft


async def change(
    session: Session,
    draft_id: UUID,
    *,
    by: Actor,
    division_code: str | None,
    requester_id: UUID | None,
    kind: MatterKind | None,
    urgency: Urgency,
    item_code: str | None,
    wording: str | None,
) -> IntakeDraft:
    """Keep what it says now instead. Raises `DraftOver`."""
    draft = await _open(session, draft_id, by=by)
    draft.division_code, draft.requester_id = division_code, requester_id
    draft.kind, draft.urgency, draft.item_code = kind, urgency, item_code
    draft.wording = _sealed(session, draft.id, wording)
    return draft


async def drop(session: Session, draft_id: UUID, *, by: Actor) -> IntakeDraft:
    """Throw it away with its words, such as after a wrong number. Raises `DraftOver`."""
    draft = await _open(session, draft_id, by=by)
    draft.over_at, draft.wording, draft.requester_id = session.now, None, None
    return draft


async def send(session: Session, draft_id: UUID, *, by: Actor) -> requests.Submitted:
    """Send it in as a request of the hotline; its words lie with the request from now on.

    Raises `DraftOver`, `DraftIncomplete`, and what a submission raises.
    """
    draft = await _open(session, draft_id, by=by)
    if draft.requester_id is None or draft.division_code is None:
        raise DraftIncomplete()
    on_duty = await policy.is_on_duty(session, by, draft.desk_code) and lies_in(draft.division_code, draft.desk_code)
    if draft.urgency is not Urgency.ORDINARY:
        await check_may_say(session, by, draft.division_code)
    done = await requests.submit(
        session,
        by=by,
        requester_id=draft.requester_id,
        division_code=draft.division_code,
        channel=Channel.HOTLINE,
        kind=draft.kind,
        item_code=draft.item_code,
        wording=words_of(session, draft),
        at_desk=on_duty,
        urgency=draft.urgency,
    )
    draft.over_at, draft.request_id, draft.wording = session.now, done.request.id, None
    return done


def words_of(session: Session, draft: IntakeDraft) -> str | None:
    """What was typed in."""
    return session.use(Vault).open(draft.wording, place=_place(draft.id)) if draft.wording else None


async def _open(session: Session, draft_id: UUID, *, by: Actor) -> IntakeDraft:
    draft = await session.get(IntakeDraft, draft_id, lock=True)
    if draft is None:
        raise NotFound()
    await policy.check_has_it(session, by, draft.desk_code)
    if draft.over_at is not None:
        raise DraftOver()
    return draft


def _sealed(session: Session, draft_id: UUID, wording: str | None) -> bytes | None:
    return session.use(Vault).seal(wording, place=_place(draft_id)) if wording else None


def _place(draft_id: UUID) -> str:
    return place_of("intake_draft", "wording", draft_id)
