"""Reading unmaskings: a person sees who looked, by which post, when and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Output
from services.members.organizations.model import Organization
from services.members.roll.model import Member
from services.members.unmaskings.actions import words_place
from services.members.unmaskings.model import PARTS, Unmasking, UnmaskingStage

OF_PERSON = (
    columns(
        col(Unmasking.id),
        col(Member.name),
        col(Unmasking.post_kind),
        col(Organization.name),
        col(Unmasking.parts),
        col(Unmasking.reason),
        col(Unmasking.words),
        col(Unmasking.request_id),
        col(Unmasking.asked_at),
        col(Unmasking.stage),
        col(Unmasking.shown_at),
    )
    .join_from(Unmasking, Member, col(Member.id) == col(Unmasking.asked_by))
    .join(Organization, col(Organization.id) == col(Unmasking.organization_id))
    .where(col(Unmasking.person_id) == bindparam("person"), col(Unmasking.id) < bindparam("before"))
    .order_by(col(Unmasking.id).desc())
    .limit(bindparam("most"))
)


class UnmaskingLine(Output):
    """Who looked, or asked to look, at whom you are; office-holders' names are public."""

    id: UUID
    by_name: str
    post_zh: str
    organization_name: str
    parts_zh: list[str]
    reason_zh: str
    words: str
    request_id: UUID
    asked_at: datetime
    stage: UnmaskingStage
    stage_zh: str
    shown_at: datetime | None


async def of_person(session: Session, person_id: UUID, *, before: UUID, most: int) -> list[UnmaskingLine]:
    """Who asked to see this person's identity, from new to old, whether they came to see it or not."""
    vault = session.use(Vault)
    found = await session.all(OF_PERSON, person=person_id, before=before, most=most)
    return [
        UnmaskingLine(
            id=unmasking_id,
            by_name=by_name,
            post_zh=post_kind.zh,
            organization_name=organization_name,
            parts_zh=[PARTS[part].zh for part in parts],
            reason_zh=reason.zh,
            words=vault.open(words, place=words_place(unmasking_id)) if words else "",
            request_id=request_id,
            asked_at=asked_at,
            stage=stage,
            stage_zh=stage.zh,
            shown_at=shown_at,
        )
        for (
            unmasking_id,
            by_name,
            post_kind,
            organization_name,
            parts,
            reason,
            words,
            request_id,
            asked_at,
            stage,
            shown_at,
        ) in found
    ]
