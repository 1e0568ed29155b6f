"""The named conditions on a case from which indicators are put together; `now` is the only parameter."""

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import col

from chassis.tables import Instant
from services.feedback.cases.model import CaseRecord

_now = bindparam("now", type_=Instant())

# Each is false, or unknown, for a unit without cases: they are counted over an outer join.
PREDICATES: dict[str, ColumnElement[bool]] = {
    "due_to_be_signed": (col(CaseRecord.turn) > 0)
    & (col(CaseRecord.accepted_at).is_not(None) | (col(CaseRecord.accept_due_at) <= _now)),
    "signed_in_time": col(CaseRecord.accepted_in_time).is_(True),
    "due_to_be_handled": col(CaseRecord.handled_at).is_not(None) | (col(CaseRecord.finish_due_at) <= _now),
    "handled_in_time": col(CaseRecord.handled_in_time).is_(True),
    "answered": col(CaseRecord.solved).is_not(None),
    "answered_yes": col(CaseRecord.solved) == "yes",
    "invited": col(CaseRecord.round) > 0,
    "rated": col(CaseRecord.rated_round) > 0,
    "rated_well": col(CaseRecord.rated_bad).is_(False),
    "found_wanting": col(CaseRecord.rectifications_opened) > 0,
    "rectified": col(CaseRecord.rectifications_verified) == col(CaseRecord.rectifications_opened),
}
