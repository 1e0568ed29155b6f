"""A survey of which credentials are drawn: whom it asks, and whom not."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlmodel import Field

from chassis.clock import local_date
from chassis.tables import text_of
from contracts.feedback import SurveyAnnounced
from services.members.posts.model import Post
from services.members.tables import Table


class Audience(StrEnum):
    """Who is asked."""

    VILLAGERS = "villagers"
    MEMBERS = "members"  # the internal democratic review


class CalledSurvey(Table, table=True):
    """A survey that asks people here to draw a credential; its keys are those of its parts. Dates are local."""

    __tablename__ = "called_survey"

    id: UUID = Field(primary_key=True)
    audience: Audience = Field(sa_type=text_of(Audience))
    organization_id: UUID = Field(index=True)  # that it is about, or whose post or service
    post_id: UUID | None
    division_code: str = Field(max_length=12, index=True)
    announced_on: date
    draws_until: date

    @classmethod
    def begin(cls, event: SurveyAnnounced) -> Self:
        """A survey that was announced."""
        return cls(
            id=event.survey_id,
            audience=Audience(event.audience),
            organization_id=event.organization_id,
            post_id=event.post_id,
            division_code=event.whole.division_code,
            announced_on=local_date(event.announced_at),
            draws_until=event.draws_until,
        )

    def is_about(self, posts: Sequence[Post], *, today: date) -> bool:
        """Whether somebody has worked, since it was announced, where it looks, or held the post that it is about."""
        return any(
            (post.organization_id == self.organization_id or post.id == self.post_id)
            and post.held_since(self.announced_on, today=today)
            for post in posts
        )
