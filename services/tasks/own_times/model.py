"""How many working days somebody in office usually needs for an errand of the catalogue: never more than its law."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from chassis.tables import Instant
from services.tasks.tables import Table

STILL = text("ended_at IS NULL")


class ItemPromise(Table, table=True):
    """One declaration, by the holder of a post, for the area of that post."""

    __tablename__ = "item_promise"
    __table_args__ = (
        Index("item_promise_now", "post_id", "item_code", unique=True, sqlite_where=STILL, postgresql_where=STILL),
        Index("item_promise_area", "division_code", sqlite_where=STILL, postgresql_where=STILL),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    post_id: UUID
    person_id: UUID
    item_code: str = Field(max_length=32)
    own_days: int  # working days
    declared_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
