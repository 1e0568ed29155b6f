"""What is said of one grade: the fields of the map, filled from the case and the grade, and nothing of any person."""

import json
from datetime import datetime
from hashlib import sha256

from chassis.clock import SHANGHAI
from services.feedback.cases.model import CaseRecord
from services.feedback.national_ratings.mapping import OURS_ALONE, Constant, FieldMap, NationalService, Said
from services.feedback.ratings.model import Invitation, Reason


def content_of(invitation: Invitation, case: CaseRecord, by: FieldMap) -> str | None:
    """The fields as JSON; none where the map has no service for the item of the case.

    `invitation` is one that was graded.
    """
    service = by.services.get(case.item_code or "")
    if service is None or invitation.rating is None or invitation.rated_at is None:
        return None
    said = _said(invitation, case, service, by)
    filled = {name: what.text if isinstance(what, Constant) else said[what] for name, what in by.fields.items()}
    return json.dumps(filled, ensure_ascii=False, sort_keys=True)


def digest_of(content: str) -> bytes:
    """By which it is seen that nothing was altered."""
    return sha256(content.encode()).digest()


def _said(invitation: Invitation, case: CaseRecord, service: NationalService, by: FieldMap) -> dict[Said, str]:
    reasons = [Reason(one) for one in invitation.reasons or ()]
    return {
        Said.EMPTY: "",
        Said.RATING: str(invitation.id),
        Said.CASE: str(case.request_id),
        Said.ROUND: str(invitation.round),
        Said.SERVICE_CODE: service.code,
        Said.SERVICE_NAME: service.name,
        Said.SERVICE_VERSION: service.version,
        Said.CATEGORY: service.category,
        Said.DEPARTMENT: service.department,
        Said.DEPARTMENT_CODE: service.department_code,
        Said.REGION_CODE: by.region_code,
        Said.REGION_NAME: by.region_name,
        Said.CHANNEL: by.channels.get(case.channel, by.channel_otherwise),
        Said.SUBMITTED_AT: _local(case.submitted_at),
        Said.HANDLED_AT: _local(invitation.asked_at),
        Said.RATED_AT: _local(invitation.rated_at),
        Said.GRADE: by.grades[invitation.rating] if invitation.rating else "",
        Said.REASONS: ",".join(by.reasons[one] for one in reasons if one not in OURS_ALONE),
    }


def _local(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at else ""
