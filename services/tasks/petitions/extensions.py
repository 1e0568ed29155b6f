"""The approval by which a petition office has longer: entered here with its reason and who approved it (C19)."""

from datetime import date
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.clocks.limits import latest_promise
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.petitions.actions import above
from services.tasks.petitions.model import Petition
from services.tasks.requests.views import to_move


class NoReceiptYet(Conflict):
    """The office's time begins with its receipt; enter that first."""

    title_zh = "还没有登记收件回执，请先登记回执再登记延长批准。"


class ExtendedAlready(Conflict):
    """The office was given longer once already; there is no second time."""

    title_zh = "该移送已登记过一次延长批准，不能再次延长。"


class ApprovalOutOfTime(Invalid):
    """An approval is given between the receipt and the end of the office's time, and not in the future."""

    title_zh = "批准日期应在收件日期之后、原办结期限之前，且不晚于今天，请核对批准文件。"


async def extend(
    session: Session, petition_id: UUID, *, by: Actor, reason: str, approved_by: str, on: date
) -> Petition:
    """Enter that the office was given the longer time of the rule pack; the citizen is told.

    Raises `NotFound`, `MayNotHandOver`, `NoReceiptYet`, `ExtendedAlready`, `ApprovalOutOfTime`.
    """
    seen = await session.get(Petition, petition_id)
    request = await to_move(session, seen.request_id) if seen else None
    made = await session.get(Petition, petition_id, lock=True)
    if request is None or made is None:
        raise NotFound()
    await above(session, by, request)
    if made.received_on is None or made.ends_by is None:
        raise NoReceiptYet()
    if made.extended_on is not None:
        raise ExtendedAlready()
    if not made.received_on <= on <= min(latest_promise(made.ends_by), local_date(session.now)):
        raise ApprovalOutOfTime()
    made.extended_on, made.extension_approver = on, approved_by
    made.extension_reason = session.use(Vault).seal(reason, place=place_of("petition", "extension_reason", made.id))
    made.extension_at, made.extension_entered_by = session.now, by.person_id
    tell(session, request.requester_id, NoticeKind.PETITION_EXTENDED, request_id=request.id)
    return made


def reason_of(session: Session, one: Petition) -> str | None:
    """Why the office has longer; nothing once it was taken away."""
    if one.extension_reason is None:
        return None
    return session.use(Vault).open(one.extension_reason, place=place_of("petition", "extension_reason", one.id))
