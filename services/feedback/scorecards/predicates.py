"""The named conditions on a case from which indicators are put together."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlmodel import col

from chassis.tables import Instant
from services.feedback.cases.model import CaseRecord


def predicates_at(now: BindParameter[datetime]) -> dict[str, ColumnElement[bool]]:
    """The conditions by name, as of an instant: limits that end at it or before have ended."""
    return {
        "due_to_be_signed": (col(CaseRecord.turn) > 0)
        & (col(CaseRecord.accepted_at).is_not(None) | (col(CaseRecord.accept_due_at) <= now)),
        "signed_in_time": col(CaseRecord.accepted_in_time).is_(True),
        "due_to_be_handled": col(CaseRecord.handled_at).is_not(None) | (col(CaseRecord.finish_due_at) <= now),
        "handled_in_time": col(CaseRecord.handled_in_time).is_(True),
        "promise_due": col(CaseRecord.promise_due_at).is_not(None)
        & (col(CaseRecord.handled_at).is_not(None) | (col(CaseRecord.promise_due_at) <= now)),
        "promise_kept": col(CaseRecord.handled_at) < col(CaseRecord.promise_due_at),
        "answered": col(CaseRecord.solved).is_not(None),
        "answered_yes": col(CaseRecord.solved) == "yes",
        "invited": col(CaseRecord.round) > 0,
        "rated": col(CaseRecord.rated_round) > 0,
        "rated_well": col(CaseRecord.rated_bad).is_(False),
        "found_wanting": col(CaseRecord.rectifications_opened) > 0,
        "rectified": col(CaseRecord.rectifications_verified) == col(CaseRecord.rectifications_opened),
    }


PREDICATES = predicates_at(bindparam("now", type_=Instant()))
"""The same, as of the instant that a statement is given as `now`."""
