"""Which requests somebody reaches, as conditions on the table: lists and single cases are cut by the same words.

Each takes `person` and `today`. A complaint about somebody in office is out of that person's reach whatever else they
hold, and out of the reach of posts that see an area: it lies with an organisation above theirs, and is seen from there.
"""

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col

from services.tasks.helping.model import Helper
from services.tasks.mandates.reach import MANDATED
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.reasons import FOR_DISCIPLINE
from services.tasks.roster.duty import ACTED_FOR, ACTED_FOR_IN
from services.tasks.roster.model import GUIDE
from services.tasks.roster.views import DOWNWARD, INSPECTED, covered_by_a_post

_person = bindparam("person", type_=ServiceRequest.__table__.c.requester_id.type)  # type: ignore[attr-defined]
_area = col(ServiceRequest.division_code)

NOT_ABOUT_THEM: ColumnElement[bool] = or_(
    col(ServiceRequest.about_person_id).is_(None), col(ServiceRequest.about_person_id) != _person
)

ASKED: ColumnElement[bool] = col(ServiceRequest.requester_id) == _person


WITH_DISCIPLINE: ColumnElement[bool] = and_(
    col(ServiceRequest.about_reason).is_not(None), col(ServiceRequest.about_reason).in_(FOR_DISCIPLINE)
)
"""It lies with discipline supervision, and is there for nobody else but who asked."""

ORDINARY: ColumnElement[bool] = or_(
    col(ServiceRequest.about_reason).is_(None), col(ServiceRequest.about_reason).not_in(FOR_DISCIPLINE)
)
"""It lies with nobody but those who handle requests; also a part of every list, count and suggestion of others."""

SENT: ColumnElement[bool] = and_(ORDINARY, col(ServiceRequest.client_id) == _person)
"""A township's system sent them in; what lies with discipline supervision it has handed over for good."""

OWN_MOVE: ColumnElement[bool] = and_(col(ServiceRequest.working_person_id) == _person, NOT_ABOUT_THEM)
"""Their next move is this person's own."""

WORKING: ColumnElement[bool] = and_(
    col(ServiceRequest.working_person_id).in_(columns(_person).union_all(ACTED_FOR)),
    or_(
        col(ServiceRequest.working_person_id) == _person,
        and_(ORDINARY, col(ServiceRequest.working_organization_id).in_(ACTED_FOR_IN)),
    ),
    NOT_ABOUT_THEM,
)
"""Their next move is this person's, or that of a colleague for whom they act."""

BY_POST: ColumnElement[bool] = and_(
    or_(
        and_(
            ORDINARY,
            or_(
                col(ServiceRequest.organization_id).in_(columns(DOWNWARD.c.id)),
                and_(
                    col(ServiceRequest.organization_id).is_(None),
                    covered_by_a_post(_area, "township_cadre", "supervisor", "county_operator", "auditor"),
                ),
                and_(col(ServiceRequest.about_post_id).is_(None), covered_by_a_post(_area, GUIDE)),
            ),
        ),
        and_(WITH_DISCIPLINE, col(ServiceRequest.organization_id).in_(columns(INSPECTED.c.id))),
    ),
    NOT_ABOUT_THEM,
)
"""They lie with an organisation at or below the person's own, with nobody yet in their area, or in an area guided.

What lies with discipline supervision is reached by its inspectors alone, whatever else somebody holds.
"""

HELPS: ColumnElement[bool] = and_(col(Helper.person_id) == _person, col(Helper.released_at).is_(None))
"""A row of the helpers is of this person, who still helps."""

HELPING: ColumnElement[bool] = and_(
    col(ServiceRequest.id).in_(columns(col(Helper.request_id)).where(HELPS)), NOT_ABOUT_THEM
)
"""They help with them; somebody else leads."""

REACHED: ColumnElement[bool] = and_(
    NOT_ABOUT_THEM, or_(ASKED, WORKING, HELPING, col(ServiceRequest.handler_id) == _person, BY_POST, MANDATED)
)
