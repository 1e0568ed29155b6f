"""The indexes that lists of cases walk along: each begins with the township, and ends with what the list is ordered by.

They are put on the table from here, since they are made for the statements of this slice.
"""

from sqlalchemy import Boolean, ColumnElement, Index, literal_column, text

from chassis.plans import table_of
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage

DONE = (Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK, Stage.JUDGED, Stage.ARCHIVED)
"""Stages at which nothing is left to be done about the matter unless somebody objects."""

OPEN_STAGES = tuple(stage for stage in Stage if stage not in DONE)

_NOT_DONE = f"stage NOT IN ({', '.join(repr(stage.value) for stage in DONE)})"
OPEN: ColumnElement[bool] = literal_column(f"service_request.{_NOT_DONE}", Boolean())
"""A case is still to be done. Spelt out, so that the planner knows the index whose condition it is."""

_CASES = table_of(ServiceRequest).c
_OPEN = text(_NOT_DONE)
_COLOURED = text("colour IS NOT NULL")
_ERRAND = text("item_code IS NOT NULL")
_SIGNED = text("handler_id IS NOT NULL")

Index("service_request_newest", _CASES.township_code, _CASES.id)
Index("service_request_submitted", _CASES.township_code, _CASES.submitted_at, _CASES.id)
Index(
    "service_request_item",
    _CASES.township_code,
    _CASES.item_code,
    _CASES.id,
    sqlite_where=_ERRAND,
    postgresql_where=_ERRAND,
)
Index("service_request_village", _CASES.township_code, _CASES.division_code, _CASES.id)
Index("service_request_stage", _CASES.township_code, _CASES.stage, _CASES.id)
Index(
    "service_request_due",
    _CASES.township_code,
    _CASES.finish_due_at,
    _CASES.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(
    "service_request_colour",
    _CASES.township_code,
    _CASES.colour,
    _CASES.id,
    sqlite_where=_COLOURED,
    postgresql_where=_COLOURED,
)
Index("service_request_organization", _CASES.organization_id, _CASES.id)
Index("service_request_handler", _CASES.handler_id, _CASES.id, sqlite_where=_SIGNED, postgresql_where=_SIGNED)
