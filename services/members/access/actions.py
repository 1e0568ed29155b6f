"""Taking a person's access back, everywhere and at once, and giving it again."""

from uuid import UUID

from chassis import audit
from chassis.clock import real_now
from chassis.identity import Actor
from chassis.problems import Forbidden, NotAllowedNow
from chassis.session import Session
from contracts.members import AccessWithdrawn
from services.members.access.model import Access, RestorationReason, WithdrawalReason
from services.members.access.policy import check_may_decide
from services.members.sessions.views import sessions_of


class AccessTakenBack(Forbidden):
    """Your access has been taken back by the operator of the county."""

    title_zh = "您的使用权限已被暂停，请联系县（区）平台管理员。"


class TakenBackAlready(NotAllowedNow):
    """This person's access was taken back before."""

    title_zh = "此人的使用权限已经暂停，无需重复办理。"


class NothingTakenBack(NotAllowedNow):
    """This person's access was not taken back."""

    title_zh = "此人的使用权限没有被暂停，无需恢复。"


async def hold(session: Session, person_id: UUID) -> None:
    """Keep a person's access as it is until the transaction ends. Raises `AccessTakenBack` if there is none."""
    access = await session.get(Access, person_id, lock=True)
    if access is None:
        session.add(Access(person_id=person_id, withdrawn_at=None))
    elif access.withdrawn_at is not None:
        raise AccessTakenBack()


async def withdraw(session: Session, person_id: UUID, *, by: Actor, reason: WithdrawalReason) -> Access:
    """End all of a person's sessions and open no more. Their tokens are refused everywhere within seconds.

    Raises `NotFound`, `Forbidden`, `NotForOneself` or `TakenBackAlready`.
    """
    await check_may_decide(session, by, person_id)
    access = await session.get(Access, person_id, lock=True)
    if access is None:
        session.add(access := Access(person_id=person_id, withdrawn_at=None))
    elif access.withdrawn_at is not None:
        raise TakenBackAlready()
    now = real_now()  # after the lock: every token that was given is older
    access.withdrawn_at = now
    session.publish(AccessWithdrawn(subject_id=person_id, session_id=None, before=now))
    for one in await sessions_of(session, person_id):
        session.publish(*one.end(now))  # by their ids, too: the clock of the copy that gave a token may be ahead
    audit.record(session, actor_id=by.person_id, action="withdraw_access", about=person_id, reason=reason.value)
    return access


async def restore(session: Session, person_id: UUID, *, by: Actor, reason: RestorationReason) -> Access:
    """Let a person sign in again; what was ended stays ended.

    Raises `NotFound`, `Forbidden`, `NotForOneself` or `NothingTakenBack`.
    """
    await check_may_decide(session, by, person_id)
    access = await session.get(Access, person_id, lock=True)
    if access is None or access.withdrawn_at is None:
        raise NothingTakenBack()
    access.withdrawn_at = None
    audit.record(session, actor_id=by.person_id, action="restore_access", about=person_id, reason=reason.value)
    return access
