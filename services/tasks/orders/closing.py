"""Orders close by themselves once what they are about is done."""

from uuid import UUID

from chassis.session import Session
from services.tasks.orders.actions import OF_CASE, OF_FINDING, OF_ITEM, take_step
from services.tasks.orders.model import LIFECYCLE, ExpediteNotice


async def close_what_is_done(session: Session, request_id: UUID) -> None:
    """The matter of an order is done: it is closed by itself."""
    order = await session.first(OF_CASE, request=request_id)
    _close(session, order)


async def close_what_is_put_right(session: Session, finding_id: UUID) -> None:
    """The finding of an order is struck off, or does not stand: the order is closed by itself."""
    order = await session.first(OF_FINDING, finding=finding_id)
    _close(session, order)


async def close_what_is_struck_off(session: Session, item_id: UUID) -> None:
    """The problem of an order is struck off its list, withdrawn or broken down: the order is closed by itself."""
    order = await session.first(OF_ITEM, item=item_id)
    _close(session, order)


def _close(session: Session, order: ExpediteNotice | None) -> None:
    if order is None or not LIFECYCLE.allows("close", order.stage):
        return
    order.move("close")
    order.closed_at = session.now
    take_step(session, order, "close", by=None, name=None, words=None)
