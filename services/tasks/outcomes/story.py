"""The whole story of a case as somebody may read it: who asked stays unsaid where they asked without their name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.appeals.model import Appeal
from services.tasks.call_backs.model import CallBack
from services.tasks.merges import views as merges
from services.tasks.outcomes.model import Reply
from services.tasks.petitions.model import Petition
from services.tasks.requests import views
from services.tasks.requests.model import ServiceRequest
from services.tasks.slips.model import Slip
from services.tasks.urgencies import views as urgencies

Entry = tuple[datetime, str, UUID | None]

APPEALS = select(Appeal).where(col(Appeal.request_id) == bindparam("request")).order_by(col(Appeal.id))
PETITIONS = select(Petition).where(col(Petition.request_id) == bindparam("request")).order_by(col(Petition.id))
CALL_BACKS = (
    select(CallBack)
    .where(col(CallBack.request_id) == bindparam("request"))
    .order_by(col(CallBack.at), col(CallBack.id))
)
SLIPS = select(Slip).where(col(Slip.request_id) == bindparam("request")).order_by(col(Slip.printed_at), col(Slip.id))
REPLIES = select(Reply).where(col(Reply.request_id) == bindparam("request")).order_by(col(Reply.at), col(Reply.id))


async def story(session: Session, request: ServiceRequest, *, reader: Actor | None) -> list[Entry]:
    """What happened to a case, in order: when, what (for the screen), and by whom. No grade is in it.

    Without a reader it is for a paper that goes to others.
    """
    told: list[Entry] = await views.history(session, request)
    told += [
        (one.at, f"{one.by_name}{one.how.title_zh}告知办理结果", one.by)
        for one in await session.all(REPLIES, request=request.id)
    ]
    told += await merges.story(session, request)
    told += await urgencies.story(session, request.id)
    told += [
        (one.at, f"{one.by_name}回访：{one.reached.title_zh}", one.by)
        for one in await session.all(CALL_BACKS, request=request.id)
    ]
    told += [
        (one.printed_at, f"打印第 {one.round} 轮评判条", one.printed_by)
        for one in await session.all(SLIPS, request=request.id)
    ]
    for appealed in await session.all(APPEALS, request=request.id):
        told.append(
            (appealed.at, f"群众对处理结果提出申诉，由{appealed.decider_name or '上级'}复查", request.requester_id)
        )
        if appealed.decided_at is not None:
            told.append(
                (appealed.decided_at, f"{appealed.decided_by_name}复查：{appealed.stage.title_zh}", appealed.decided_by)
            )
    for handed in await session.all(PETITIONS, request=request.id):
        told.append(
            (handed.handed_at, f"{handed.by_name}移送{handed.office}（移送编号 {handed.number}）", handed.handed_by)
        )
        if handed.received_at is not None:
            told.append(
                (handed.received_at, f"{handed.office}出具收件回执（{handed.receipt_number}）", handed.entered_by)
            )
        if handed.extension_at is not None:
            told.append(
                (
                    handed.extension_at,
                    f"{handed.office}的办理期限经{handed.extension_approver}批准延长",
                    handed.extension_entered_by,
                )
            )
    if request.archived_at is not None:
        told.append((request.archived_at, "长期没有新的意见，已归档；如未解决可随时提出", None))
    hidden = request.requester_id if hides_requester(request, reader) else None
    return sorted(((at, what, None if by == hidden else by) for at, what, by in told), key=lambda entry: entry[0])


def hides_requester(request: ServiceRequest, reader: Actor | None) -> bool:
    """Whether who asked is not to be said to this reader."""
    return request.anonymous and (reader is None or reader.person_id != request.requester_id)
