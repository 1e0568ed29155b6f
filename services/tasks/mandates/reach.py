"""Which cases an agent reaches by mandate: those of the villager within it, and never what is said about persons."""

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col

from services.tasks.mandates.model import Mandate, MandateScope, MandateUse
from services.tasks.mandates.policy import IN_FORCE
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Post
from services.tasks.roster.views import in_office
from services.tasks.rules.pack import MatterKind

NOT_ABOUT_PERSONS: ColumnElement[bool] = and_(
    col(ServiceRequest.about_post_id).is_(None),
    ~col(ServiceRequest.anonymous),
    col(ServiceRequest.kind).not_in([MatterKind.COMPLAINT, MatterKind.REPORT]),
)
"""What a villager may have said of somebody, or without their name, is no errand of an agent's."""

_of_the_agent = and_(col(Mandate.agent_id) == bindparam("person"), IN_FORCE, in_office())

_of_the_villager = (
    columns(col(Mandate.id))
    .join(Post, col(Post.id) == col(Mandate.post_id))
    .where(
        col(Mandate.principal_id) == col(ServiceRequest.requester_id),
        _of_the_agent,
        or_(
            col(Mandate.scope) == MandateScope.ALL,
            col(Mandate.request_id) == col(ServiceRequest.id),
            col(ServiceRequest.id).in_(
                columns(col(MandateUse.request_id)).where(col(MandateUse.mandate_id) == col(Mandate.id))
            ),
        ),
    )
    .correlate(ServiceRequest)
)

MANDATED: ColumnElement[bool] = and_(NOT_ABOUT_PERSONS, _of_the_villager.exists())
"""They are a villager's who gave this person leave: for everything, for this case, or for what was sent in by it."""

PRINCIPALS = columns(col(Mandate.principal_id)).join(Post, col(Post.id) == col(Mandate.post_id)).where(_of_the_agent)
"""The villagers for whom this person acts: by them, few as they are, the cases are found of which `MANDATED` speaks."""
