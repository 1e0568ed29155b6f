"""Reading unmaskings: a person, and the auditor of an area, see who looked, by which post, when and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.secrecy import Vault
from chassis.session import Session
from chassis.two_persons import Span
from chassis.words import Output
from services.members.organizations.model import Organization
from services.members.roll.model import Member
from services.members.unmaskings.actions import words_place
from services.members.unmaskings.model import PARTS, Unmasking, UnmaskingStage

ANYBODYS = (
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
    .where(col(Unmasking.id) < bindparam("before"))
    .order_by(col(Unmasking.id).desc())
    .limit(bindparam("most"))
)
OF_PERSON = ANYBODYS.where(col(Unmasking.person_id) == bindparam("person"))
IN_AREA = ANYBODYS.where(col(Unmasking.division_code).between(bindparam("first"), bindparam("last")))


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
    return [_line(session, row) for row in await session.all(OF_PERSON, person=person_id, before=before, most=most)]


async def in_areas(session: Session, areas: list[Span], *, before: UUID, most: int) -> list[UnmaskingLine]:
    """Who asked to see the identity of anybody in these areas, from new to old."""
    found = dict[UUID, UnmaskingLine]()
    for first, last in areas:
        rows = await session.all(IN_AREA, first=first, last=last, before=before, most=most)
        found.update((line.id, line) for line in (_line(session, row) for row in rows))
    return sorted(found.values(), key=lambda line: line.id, reverse=True)[:most]


def _line(session: Session, row: tuple[Any, ...]) -> UnmaskingLine:
    unmasking_id, by_name, post_kind, organization_name, parts, reason, words, request_id, asked_at, stage, shown_at = (
        row
    )
    return UnmaskingLine(
        id=unmasking_id,
        by_name=by_name,
        post_zh=post_kind.zh,
        organization_name=organization_name,
        parts_zh=[PARTS[part].zh for part in parts],
        reason_zh=reason.zh,
        words=session.use(Vault).open(words, place=words_place(unmasking_id)) if words else "",
        request_id=request_id,
        asked_at=asked_at,
        stage=stage,
        stage_zh=stage.zh,
        shown_at=shown_at,
    )
