"""What `feedback` tells the others. A grade itself is told to nobody: who puts it right need not know it."""

from datetime import datetime
from uuid import UUID

from contracts.audit import SealedDay
from contracts.burden import CountedDay
from contracts.event import Event


class RatingFoundBad(Event, type="feedback.rating.found_bad.v1", key="request_id"):
    """The person served gave one of the two bad grades on the real-name track; a rectification of that round is due."""

    request_id: UUID
    round: int
    found_at: datetime


class AuditDaySealed(SealedDay, Event, type="feedback.audit_day.sealed.v1", key="day"):
    """A local day of this service's audit is over and will not change."""


class BurdenCounted(CountedDay, Event, type="feedback.burden.counted.v1", key="township_code"):
    """How often the forms of this service were sent in, and its messages out, in one township on one day, by role."""
