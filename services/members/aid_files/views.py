"""Reading aid files: an area's, a household's, what is on notice, and the steps and objections of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.identifiers import mask_name
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.members.aid_files.model import ON_NOTICE, OVER, AidFile, AidObjection, AidStage, AidStep
from services.members.divisions.model import Division
from services.members.households.model import Household
from services.members.pairings.views import area, head_of

OPEN_OF = select(AidFile).where(
    col(AidFile.township_code) == bindparam("township"),
    col(AidFile.household_id) == bindparam("household"),
    col(AidFile.stage).not_in(OVER),
)
OF_HOUSEHOLD = (
    select(AidFile)
    .where(col(AidFile.township_code) == bindparam("township"), col(AidFile.household_id) == bindparam("household"))
    .order_by(col(AidFile.id).desc())
)
IN_AREA = (
    select(AidFile)
    .where(
        col(AidFile.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(AidFile.division_code).between(bindparam("first"), bindparam("last")),
        col(AidFile.id) < bindparam("before"),
    )
    .order_by(col(AidFile.id).desc())
    .limit(bindparam("most"))
)
AT_STAGE = IN_AREA.where(col(AidFile.stage) == bindparam("stage"))
STEPS = (
    select(AidStep)
    .where(col(AidStep.township_code) == bindparam("township"), col(AidStep.aid_file_id) == bindparam("file"))
    .order_by(col(AidStep.id))
)
OBJECTIONS = (
    select(AidObjection)
    .where(col(AidObjection.township_code) == bindparam("township"), col(AidObjection.aid_file_id) == bindparam("file"))
    .order_by(col(AidObjection.id))
)
POSTED = (
    columns(
        col(AidFile.id),
        col(AidFile.stage),
        head_of(col(AidFile.township_code), col(AidFile.household_id)),
        col(AidFile.division_code),
        col(Division.name),
        col(AidFile.notice_from),
        col(AidFile.notice_to),
    )
    .select_from(AidFile)
    .outerjoin(Division, col(Division.code) == col(AidFile.division_code))
    .where(
        col(AidFile.stage).in_(ON_NOTICE),
        col(AidFile.township_code).between(bindparam("first_township"), bindparam("last_township")),
        col(AidFile.division_code).between(bindparam("first"), bindparam("last")),
        col(AidFile.notice_to) >= bindparam("today"),
        col(AidFile.id) < bindparam("before"),
    )
    .order_by(col(AidFile.id).desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Posted:
    """What the public sees of a file that is on notice: no reason, no address, no whole name."""

    id: UUID
    leaving: bool
    head_masked: str
    division_code: str
    division_name: str | None
    from_on: date
    to_on: date


async def open_of(session: Session, household: Household) -> AidFile | None:
    """The household's file that is not over."""
    found = await session.all(OPEN_OF, township=household.township_code, household=household.id)
    return found[0] if found else None


async def of_household(session: Session, household: Household) -> Sequence[AidFile]:
    """All files of a household, the newest first."""
    return await session.all(OF_HOUSEHOLD, township=household.township_code, household=household.id)


async def in_area(session: Session, code: str, *, stage: AidStage | None, before: UUID, most: int) -> Sequence[AidFile]:
    """The files of an area, at a stage or all."""
    given = {"before": before, "most": most, **area(code)}
    return await session.all(IN_AREA, **given) if stage is None else await session.all(AT_STAGE, stage=stage, **given)


async def steps_of(session: Session, file: AidFile) -> Sequence[AidStep]:
    """Everything that was done, in order."""
    return await session.all(STEPS, township=file.township_code, file=file.id)


async def objections_of(session: Session, file: AidFile) -> Sequence[AidObjection]:
    """Every objection, in order."""
    return await session.all(OBJECTIONS, township=file.township_code, file=file.id)


async def posted(session: Session, code: str, *, today: date, before: UUID, most: int) -> list[Posted]:
    """What is on notice in an area today."""
    return [
        Posted(
            id=found,
            leaving=stage is AidStage.EXIT_NOTICE,
            head_masked=mask_name(head or ""),
            division_code=division,
            division_name=name,
            from_on=first or today,
            to_on=last or today,
        )
        for found, stage, head, division, name, first, last in await session.all(
            POSTED, today=today, before=before, most=most, **area(code)
        )
    ]


def words_of(session: Session, objection: AidObjection) -> str | None:
    """What was objected; nothing where whoever said it was erased."""
    return _open(session, objection, "words", objection.words)


def answer_of(session: Session, objection: AidObjection) -> str | None:
    """What was answered."""
    return _open(session, objection, "answer", objection.answer)


def _open(session: Session, objection: AidObjection, column: str, sealed: bytes | None) -> str | None:
    return session.use(Vault).open(sealed, place=place_of("aid_objection", column, objection.id)) if sealed else None
