"""Queueing a grade as it was given, and sending again what came to nothing."""

from dataclasses import dataclass
from uuid import UUID

from chassis.clock import real_now
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.feedback.cases.model import CaseRecord
from services.feedback.national_ratings import policy
from services.feedback.national_ratings.content import content_of, digest_of
from services.feedback.national_ratings.mapping import FieldMap
from services.feedback.national_ratings.model import UNMAPPED, NationalRating, SendingStage, StillUnmapped
from services.feedback.national_ratings.platform import Platform
from services.feedback.ratings.model import Invitation


@dataclass(frozen=True, slots=True)
class NationalRatings:
    """Where grades are sent, if they are sent at all, and by which map."""

    platform: Platform | None
    fields: FieldMap


def queue(session: Session, invitation: Invitation, case: CaseRecord) -> None:
    """Have a grade sent after this transaction, if this county sends any and the platform is about such cases.

    It is about errands of the catalogue alone: no complaint about somebody, nothing that discipline supervision has,
    no matter in free words. Grades without a name never come this way.
    """
    sends = session.use(NationalRatings)
    if sends.platform is None or case.item_code is None or case.discipline or case.about_person_id is not None:
        return
    if invitation.rated_at is None:
        return
    content, now = content_of(invitation, case, sends.fields), real_now()
    session.add(
        NationalRating(
            id=new_id(),
            invitation_id=invitation.id,
            request_id=case.request_id,
            round=invitation.round,
            version=1,
            district_code=case.district_code,
            rated_at=invitation.rated_at,
            map_version=sends.fields.stated_version,
            content=content,
            digest=digest_of(content) if content else None,
            stage=SendingStage.WAITING if content else SendingStage.REFUSED,
            queued_at=now,
            attempts=0,
            next_at=now if content else None,
            taken_at=None,
            receipt=None,
            refusal=None if content else UNMAPPED,
            sent_again_by=None,
        )
    )


async def send_again(session: Session, rating_id: UUID, *, by: Actor, anew: bool) -> NationalRating:
    """Send what came to nothing once more: as it is, or `anew` as a version made by today's field map.

    The grade itself is what was given in either. Raises `NotFound`, `NotAllowedNow`, `NeverMade`, `StillUnmapped`.
    """
    rating = await policy.check_operates_on(session, by, await session.get(NationalRating, rating_id, lock=True))
    now = real_now()
    if not anew:
        rating.send_again(by=by.person_id, at=now)
        return rating
    invitation = await session.get(Invitation, rating.invitation_id)
    case = await session.get(CaseRecord, rating.request_id)
    if invitation is None or case is None:
        raise NotFound()
    fields = session.use(NationalRatings).fields
    content = content_of(invitation, case, fields)
    if content is None:
        raise StillUnmapped()
    made = rating.replace(content, digest_of(content), map_version=fields.stated_version, by=by.person_id, at=now)
    session.add(made)
    return made
