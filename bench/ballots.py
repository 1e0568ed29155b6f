"""Ballots verified and put into the box, against the same signatures verified and as many rows inserted."""

import secrets
import sqlite3
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine

from bench.measures import Plan
from bench.rounds import Metrics, Round, interleave
from chassis.log.memory import MemoryLog
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore, connect
from chassis.tables import new_id
from services.feedback.app import build
from services.feedback.ballots.actions import put_in
from services.feedback.ballots.credentials import PADDING, check_credential
from services.feedback.ballots.model import MESSAGE_BYTES, Sheet
from services.feedback.cells.cutting import Cut
from services.feedback.cells.model import BallotTerm, Cell, TermStage
from services.feedback.tables import Table

CELL = 256  # ballots of one cell: a township's
BATCH = 128
NOON = datetime(2026, 6, 6, 4, tzinfo=UTC)
Signed = tuple[bytes, bytes]  # message and signature


class Noon:
    """Domain time that stands."""

    def now(self) -> datetime:
        """An instant at which ballots are taken in."""
        return NOON


async def measure_ballots(plan: Plan) -> list[Round]:
    """Both by turns on SQLite, in batches of 128 to a commit; by processor time of all threads."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    messages = [secrets.token_bytes(MESSAGE_BYTES) for _ in range(CELL)]
    signed = [(message, private.sign(message, PADDING, SHA384())) for message in messages]
    path = plan.workplace / "ballots.db"
    engine = create_engine(f"sqlite:///{path}")
    Table.metadata.create_all(engine)
    engine.dispose()
    mounted = Mounted(build(), store=SqliteStore(path), log=MemoryLog(), clock=Noon(), vault=Vault(bytes(32)))
    await mounted.store.open()
    public = private.public_key()
    bare = _opened(plan.workplace / "bare.db")

    async def ours() -> Metrics:
        cast, began = 0, time.process_time()
        while (taken := time.process_time() - began) < plan.seconds:
            await _cast(mounted, signed, public)
            cast += CELL
        return {"per_second": cast / taken}

    async def theirs() -> Metrics:
        cast, began = 0, time.process_time()
        while (taken := time.process_time() - began) < plan.seconds:
            _insert(bare, signed, public)
            cast += CELL
        return {"per_second": cast / taken}

    try:
        return await interleave({"ours": ours, "bare": theirs}, rounds=plan.rounds, say=plan.say)
    finally:
        bare.close()
        await mounted.store.close()


async def _cast(mounted: Mounted, signed: Sequence[Signed], public: RSAPublicKey) -> None:
    """Fill one cell."""
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = urlsafe_b64encode(der).rstrip(b"=").decode()
    cell_id = await _cell(mounted, key)
    for start in range(0, CELL, BATCH):
        batch = signed[start : start + BATCH]
        for message, signature in batch:
            check_credential(key, message=message, signature=signature)
        async with mounted.sessions() as session:
            ends = await put_in(session, cell_id, [Sheet(message, 1 + message[0] % 5, 0) for message, _ in batch])
        assert ends == [None] * len(batch)


def _opened(path: Path) -> sqlite3.Connection:
    bare = connect(path)
    bare.execute("CREATE TABLE ballot (id BLOB PRIMARY KEY, cell BLOB, message BLOB UNIQUE, grade INTEGER)")
    return bare


def _insert(bare: sqlite3.Connection, signed: Sequence[Signed], public: RSAPublicKey) -> None:
    """Verify and insert as many, plainly."""
    cell = uuid4().bytes
    for start in range(0, CELL, BATCH):
        bare.execute("BEGIN IMMEDIATE")
        for message, signature in signed[start : start + BATCH]:
            public.verify(signature, message, PADDING, SHA384())
            row = (uuid4().bytes, cell, cell + message, 1 + message[0] % 5)
            bare.execute("INSERT INTO ballot VALUES (?, ?, ?, ?)", row)
        bare.execute("COMMIT")


async def _cell(mounted: Mounted, key: str) -> UUID:
    """A cell of a term of its own, which takes ballots."""
    day = date(2026, 6, 6)
    term = BallotTerm(
        id=new_id(),
        district_code="430702000000",
        served_from=day - timedelta(days=20),
        served_to=day - timedelta(days=2),
        draws_until=day - timedelta(days=1),
        closes_on=day,
        least_expected=20,
        least_cast=5,
        line_percent=85,
        stage=TermStage.OPEN,
        planned_by=uuid4(),
        planned_at=NOON,
        opened_at=NOON,
        closed_at=None,
    )
    cell = Cell.begin(term, Cut("430702000000", 20, None), group_code="all", item_codes=[])
    cell.stage, cell.public_key = TermStage.OPEN, key
    async with mounted.sessions() as session:
        session.add(term, cell)
    return cell.id
