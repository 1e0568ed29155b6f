"""Asking for an export, writing it part by part beside the service's work, and letting it go after a day."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.objects import PIECE, Objects, new_key
from chassis.problems import Problem, StoreAway
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.case_exports import policy
from services.tasks.case_exports.model import (
    MOST_AT_ONCE,
    TAKES,
    UNFINISHED,
    CaseExport,
    ExportLimit,
    ExportStage,
    TooManyExports,
)
from services.tasks.case_exports.sheet import Named, Spreadsheet
from services.tasks.desk_views.views import Cut
from services.tasks.roster.model import Division, Organization
from services.tasks.rules.pack import RulePack
from services.tasks.search.filters import CaseFilter, asked_by
from services.tasks.search.views import Line, amount_asked, page_asked, title_of

FORGET = "forget_case_export"
"""The timer that takes an export and its file away."""
KEPT = timedelta(days=1)
SILENT = timedelta(minutes=5)
"""After so long without a word (real time), whoever was writing is taken for dead, and it is begun anew."""
PART = 500  # rows that are read and written together

OWN = select(CaseExport).where(col(CaseExport.owner_id) == bindparam("owner")).order_by(col(CaseExport.id).desc())
NEXT = (
    select(CaseExport.id)
    .where(
        UNFINISHED,
        (col(CaseExport.taken_at).is_(None)) | (col(CaseExport.taken_at) < bindparam("silent_since")),
    )
    .order_by(col(CaseExport.id))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """An export that this process is to write."""

    id: UUID
    owner: Actor
    cut: Cut
    key: bytes
    most: int


async def ask(session: Session, *, by: Actor, cut: Cut) -> CaseExport:
    """Have a list exported. Raises `MayNotExport`, `TooManyExports`, and what a list by this filter refuses."""
    await policy.check_may_export(session, by)
    if len(await session.all(OWN, owner=by.person_id)) >= MOST_AT_ONCE:
        raise TooManyExports(most=MOST_AT_ONCE)
    await asked_by(session, by, _filter(cut), by_post=True)  # so that a faulty one is refused now
    export_id, vault = new_id(), session.use(Vault)
    wanted = CaseExport(
        id=export_id,
        owner_id=by.person_id,
        cut=vault.seal(cut.model_dump_json(exclude_defaults=True), place=place_of("case_export", "cut", export_id)),
        key=vault.seal_bytes(new_key(), place=_key_place(export_id)),
        stage=ExportStage.WAITING,
        takes=0,
        taken_at=None,
        rows_done=0,
        rows_expected=None,
        cut_short=False,
        size=None,
        asked_at=session.now,
        ready_at=None,
    )
    session.add(wanted)
    session.remind(FORGET, about=export_id, due_at=session.now + KEPT)
    return wanted


async def forget(export_id: UUID, session: Session) -> None:
    """Take an export and its file away."""
    found = await session.get(CaseExport, export_id, lock=True)
    if found is not None:
        await session.use(Objects).delete(name_of(export_id))
        session.delete(found)


async def write_next(sessions: Sessions) -> int:
    """Write the export that has waited longest, if any does; returns how many were written.

    Each part is a transaction of its own, so a long list holds up nobody. What breaks off is begun anew, some times.
    """
    async with sessions(None) as session:
        taken = await _take(session)
    if taken is None:
        return 0
    with TemporaryFile() as file:
        try:
            objects, cut_short = await _write(sessions, taken, file)
            file.seek(0)
            kept = await objects.put(name_of(taken.id), _pieces(file), key=taken.key)
        except StoreAway:
            raise
        except Problem:  # the filter does not hold any more, or nothing is left to be seen by any post
            await _end(sessions, taken, ExportStage.FAILED)
            return 1
    await _end(sessions, taken, ExportStage.READY, size=kept.size, cut_short=cut_short)
    return 1


def key_of(session: Session, export: CaseExport) -> bytes:
    """The key of an export's file."""
    return session.use(Vault).open_bytes(export.key, place=_key_place(export.id))


def name_of(export_id: UUID) -> str:
    """Under which its file is kept."""
    return f"case-exports/{export_id}.xlsx"


async def _take(session: Session) -> Taken | None:
    export_id = await session.first(NEXT, silent_since=real_now() - SILENT)
    if export_id is None:
        return None
    found = await session.get(CaseExport, export_id, lock=True)
    if found is None or found.ready_at is not None or _is_heard_of(found):  # another copy was faster
        return None
    if found.takes >= TAKES:
        found.stage = ExportStage.FAILED
        return None
    found.stage, found.taken_at = ExportStage.WRITING, real_now()
    found.takes += 1
    found.rows_done = 0
    cut = session.use(Vault).open(found.cut, place=place_of("case_export", "cut", export_id))
    return Taken(
        id=export_id,
        owner=Actor(found.owner_id),
        cut=Cut.model_validate_json(cut),
        key=key_of(session, found),
        most=session.use(ExportLimit).rows,
    )


def _is_heard_of(export: CaseExport) -> bool:
    return export.taken_at is not None and export.taken_at >= real_now() - SILENT


async def _write(sessions: Sessions, taken: Taken, file: IO[bytes]) -> tuple[Objects, bool]:
    """Write every part of the list into the file, and say after each how far it has come."""
    sheet = await asyncio.to_thread(Spreadsheet, file)
    done, cursor, more = 0, None, True
    while more and done < taken.most:
        async with sessions(None) as session:
            objects = session.use(Objects)
            asked = await asked_by(session, taken.owner, _filter(taken.cut), by_post=True)
            export = await session.get(CaseExport, taken.id)
            if export is None:
                break
            expected = export.rows_expected
            if expected is None:
                expected = min(await amount_asked(session, asked, most=taken.most + 1), taken.most)
            lines, cursor = await page_asked(
                session, asked, order=taken.cut.order, cursor=cursor, limit=min(PART, taken.most - done)
            )
            titled = [(line, title_of(session, line)) for line in lines]
            named, now = await _named(session, lines), session.now
        more = cursor is not None
        await asyncio.to_thread(sheet.write, titled, named, now=now)
        done += len(lines)
        async with sessions(None) as session:
            export = await session.get(CaseExport, taken.id, lock=True)
            if export is not None:
                export.rows_done, export.rows_expected, export.taken_at = done, max(expected, done), real_now()
    note = f"只导出前 {taken.most} 行，请缩小筛选范围后分次导出。" if more else None
    await asyncio.to_thread(sheet.close, note=note)
    return objects, more


async def _named(session: Session, lines: list[Line]) -> Named:
    await session.fetch(Division, {line.division_code for line in lines})
    await session.fetch(Organization, {line.organization_id for line in lines if line.organization_id})
    divisions = {line.division_code: await session.get(Division, line.division_code) for line in lines}
    organizations = {
        line.organization_id: await session.get(Organization, line.organization_id)
        for line in lines
        if line.organization_id
    }
    colours = session.use(RulePack).colours_on(local_date(session.now))
    return Named(
        divisions={code: one.name for code, one in divisions.items() if one},
        organizations={found: one.name for found, one in organizations.items() if one},
        colours={one.code: one.name for one in colours},
    )


async def _end(
    sessions: Sessions, taken: Taken, stage: ExportStage, *, size: int | None = None, cut_short: bool = False
) -> None:
    async with sessions(None) as session:
        export = await session.get(CaseExport, taken.id, lock=True)
        if export is None:  # forgotten meanwhile
            await session.use(Objects).delete(name_of(taken.id))
            return
        export.stage, export.size, export.cut_short = stage, size, cut_short
        export.ready_at = session.now if stage is ExportStage.READY else None


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


def _filter(cut: Cut) -> CaseFilter:
    return CaseFilter(**cut.model_dump(exclude={"order"}))


def _key_place(export_id: UUID) -> str:
    return place_of("case_export", "key", export_id)
