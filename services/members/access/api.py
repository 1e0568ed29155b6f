"""A person's access over HTTP, for the operator of the county."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Input, Output
from services.members.access import actions
from services.members.access.model import Access, RestorationReason, WithdrawalReason

router = APIRouter(prefix="/persons/{person_id}/access", tags=["登录"], route_class=Route)


class Withdrawal(Input):
    """Why access is taken back."""

    reason: WithdrawalReason


class Restoration(Input):
    """Why access is given again."""

    reason: RestorationReason


class AccessView(Output):
    """Whether a person may sign in, and since when not."""

    person_id: UUID
    withdrawn_at: datetime | None


@router.post("/withdrawal")
async def withdraw_access(person_id: UUID, body: Withdrawal, session: Transaction, actor: SignedIn) -> AccessView:
    """Take a person's access back: all their sessions end, their tokens are refused everywhere within seconds."""
    return _view(await actions.withdraw(session, person_id, by=actor, reason=body.reason))


@router.post("/restoration")
async def restore_access(person_id: UUID, body: Restoration, session: Transaction, actor: SignedIn) -> AccessView:
    """Let a person sign in again."""
    return _view(await actions.restore(session, person_id, by=actor, reason=body.reason))


def _view(access: Access) -> AccessView:
    return AccessView(person_id=access.person_id, withdrawn_at=access.withdrawn_at)
