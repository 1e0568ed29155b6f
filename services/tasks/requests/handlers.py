"""What other services tell that changes whose a request is."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import GradeAskedFor, MoneyNamed
from contracts.members import AccountBound, PostHeld
from services.tasks.attachments.model import Attachment
from services.tasks.dispatches.actions import give
from services.tasks.hotline.model import IntakeDraft, MissedCall
from services.tasks.notices.model import Notice
from services.tasks.requests import discipline
from services.tasks.requests.actions import submit
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.reasons import AboutReason
from services.tasks.requests.stages import Stage
from services.tasks.roster import views as roster
from services.tasks.roster.model import DISCIPLINE, BoundAccount, Post
from services.tasks.rules.pack import MatterKind

ASKED = select(ServiceRequest).where(col(ServiceRequest.requester_id) == bindparam("account")).with_for_update()
TOLD = select(Notice).where(col(Notice.person_id) == bindparam("account")).with_for_update()
TYPED_IN = select(IntakeDraft).where(col(IntakeDraft.requester_id) == bindparam("account")).with_for_update()
EVER_HELD = select(Post).where(col(Post.person_id) == bindparam("person")).order_by(col(Post.from_on).desc())
CALLED = select(MissedCall).where(col(MissedCall.requester_id) == bindparam("account")).with_for_update()
SENT = select(Attachment).where(col(Attachment.owner_id) == bindparam("account")).with_for_update()


GRADE_ASKED_FOR = "群众评价第 {round} 轮办理时反映：有人要求给指定的评价。评价内容不在此列，请向群众本人核实。"
MONEY_NAMED = "群众评价第 {round} 轮办理时反映：有人索要钱物。评价内容不在此列，请与群众本人核实。"

AGAIN = "hand_over_again"
"""The timer that hands over what an account sent in with its last token, while it was being bound."""
LAST_TOKEN = timedelta(minutes=1)


async def hand_over_to_the_person(event: AccountBound, session: Session) -> None:
    """What an account asked for, was told and sent in is the person's from now on."""
    if await session.get(BoundAccount, event.account_id) is not None:
        return
    session.add(BoundAccount(id=event.account_id, person_id=event.person_id))
    session.remind(AGAIN, about=event.account_id, due_at=session.now + LAST_TOKEN)
    await _hand_over(session, event.account_id, event.person_id)


async def hand_over_again(account_id: UUID, session: Session) -> None:
    """Hand over what has come since: a token is taken for a second or two after access was taken back."""
    bound = await session.get(BoundAccount, account_id)
    if bound is not None:
        await _hand_over(session, account_id, bound.person_id)


async def _hand_over(session: Session, account_id: UUID, person_id: UUID) -> None:
    for request in await session.all(ASKED, account=account_id):
        request.requester_id = person_id
    for notice in await session.all(TOLD, account=account_id):
        notice.person_id = person_id
    for attachment in await session.all(SENT, account=account_id):
        attachment.owner_id = person_id
    for draft in await session.all(TYPED_IN, account=account_id):
        draft.requester_id = person_id
    for call in await session.all(CALLED, account=account_id):
        call.requester_id = person_id


async def complain_of_money_asked_for(event: MoneyNamed, session: Session) -> None:
    """Take what was named beside a grade in as the requester's complaint; it goes to discipline supervision alone."""
    await _complain(session, event, wording=MONEY_NAMED, reason=AboutReason.MONEY_OR_GIFTS)


async def complain_of_a_grade_asked_for(event: GradeAskedFor, session: Session) -> None:
    """Take what was said beside a grade in as the requester's complaint; it goes past the unit, to those above."""
    if await session.first(EVER_HELD, person=event.handler_id) is None:
        raise NotYetHeard()  # without a post it would go to the agent of the village
    await _complain(session, event, wording=GRADE_ASKED_FOR, reason=AboutReason.GRADE_ASKED_FOR)


async def _complain(session: Session, event: MoneyNamed | GradeAskedFor, *, wording: str, reason: AboutReason) -> None:
    """Have the requester complain about whoever handled the round, by a post that they hold, or else held."""
    about = await session.get(ServiceRequest, event.request_id)
    if about is None:
        raise NotYetHeard()
    held = await session.all(roster.POSTS_OF, person=event.handler_id, today=local_date(session.now))
    held = held or await session.all(EVER_HELD, person=event.handler_id)
    there = [post for post in held if post.organization_id == about.organization_id] or held
    await submit(
        session,
        by=Actor(about.requester_id),
        requester_id=about.requester_id,
        division_code=about.division_code,
        channel=Channel.SURVEY_ANSWER,
        kind=MatterKind.COMPLAINT,
        item_code=None,
        wording=wording.format(round=event.round),
        about_post_id=there[0].id if there else None,
        about_reason=reason,
        anonymous=about.anonymous,
        at_desk=True,
    )


async def give_to_the_new_inspector(event: PostHeld, session: Session) -> None:
    """Once a discipline inspector is in office, what waited for one goes to the nearest."""
    if event.kind != DISCIPLINE:
        return
    for request in await session.all(discipline.WAITING):
        await _give_to_an_inspector(session, request)


async def look_for_an_inspector(request_id: UUID, session: Session) -> None:
    """Day by day, have what waits for an inspector given to one: somebody's days of office may have begun."""
    request = await session.get(ServiceRequest, request_id, lock=True)
    if request is None or not request.for_discipline or request.stage not in {Stage.RECEIVED, Stage.RETURNED}:
        return
    if not await _give_to_an_inspector(session, request):
        await discipline.wait_for_an_inspector(session, request)


async def _give_to_an_inspector(session: Session, request: ServiceRequest) -> bool:
    found = await discipline.nearest_inspector(session, request)
    if found is not None:
        request.moved_at = real_now()
        give(session, request, found, by=None)
    return found is not None
