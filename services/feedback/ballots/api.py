"""The ballot box over HTTP: who casts says nothing of themselves, and is asked for nothing but the credential."""

from base64 import urlsafe_b64decode
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from chassis.http import Route, Transaction, Transactions, public, unlinkable
from chassis.problems import Invalid
from chassis.secrecy import Vault
from chassis.words import Input, Output
from services.feedback.ballots.actions import check_takes_ballots
from services.feedback.ballots.box import Box
from services.feedback.ballots.credentials import check_credential
from services.feedback.ballots.model import Sheet, bits_of
from services.feedback.ballots.work import Work
from services.feedback.cells.model import Cell
from services.feedback.ratings.model import Reason

router = APIRouter(prefix="/ballots", tags=["匿名测评"], route_class=Route)

BODY_BYTES = 2048
"""What a ballot weighs on the line, whatever it says: a client fills it up with blanks behind the JSON."""

TAKEN_ZH = "已收到。系统没有记下您是谁，谁也查不出这张票是您投的；投出后不能再看、再改。"
NOTICE_ZH = (
    "匿名评价针对单位和一段时间，不针对某件事。手机先领凭证，过后随机选一刻自动投出。"
    "系统不记录您是谁；票数太少时不公布。"
)


class BallotOfOtherSize(Invalid):
    """A ballot weighs as much as every other: its body is filled up with blanks."""

    title_zh = "应用版本过旧，投票内容长度不符，没有收下。请更新手机应用，更新后会自动再投。"


class BallotCast(Input):
    """What somebody thinks of a cell, by a credential for it; free text is left out on purpose."""

    cell_id: UUID
    message: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{85}[AQgw]$")]  # 64 bytes, base64url
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{342,683}$")]  # of 2048 to 4096 bits
    grade: Annotated[int, Field(ge=1, le=5, description="1 非常满意 … 5 非常不满意")]
    reasons: Annotated[list[Reason], Field(max_length=len(Reason))]
    altcha: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,700}$")]  # the solved task


class BallotTaken(Output):
    """A ballot lies in the box. The same answer for everybody."""

    notice_zh: str


class TaskSet(Output):
    """A task of Altcha (version 1), to be solved before casting."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str
    body_bytes: int
    notice_zh: str


@router.get("/challenge")
@public
@unlinkable
async def set_task(session: Transaction) -> TaskSet:
    """A proof of work to be done before a ballot is cast; good for ten minutes and one ballot."""
    task = session.use(Work).challenge(session.use(Vault))
    return TaskSet(
        algorithm=task.algorithm,
        challenge=task.challenge,
        maxnumber=task.max_number,
        salt=task.salt,
        signature=task.signature,
        body_bytes=BODY_BYTES,
        notice_zh=NOTICE_ZH,
    )


@router.post("")
@public
@unlinkable
async def cast_ballot(request: Request, body: BallotCast, sessions: Transactions) -> BallotTaken:
    """Cast a ballot about a cell, once for each credential; the same ballot again is answered alike.

    The body is filled up with blanks behind the JSON to 2048 bytes. Refusals: `ballot-of-other-size`, `not-found`,
    `casting-not-begun`, `cell-closed`, `work-not-done`, `credential-not-of-this-cell`, `ballot-cast-otherwise`.
    """
    if len(await request.body()) != BODY_BYTES:
        raise BallotOfOtherSize(body_bytes=BODY_BYTES)
    sheet = Sheet(_bytes(body.message), body.grade, bits_of(set(body.reasons)))
    # No connection is held while the batch is waited for: the batch needs one.
    async with sessions(None) as session:
        cell = check_takes_ballots(session, await session.get(Cell, body.cell_id))
        session.use(Work).check(body.altcha, session.use(Vault), ballot=sheet.answer())
        box = session.use(Box)
    check_credential(cell.public_key or "", message=sheet.message, signature=_bytes(body.signature))
    await box.cast(cell.id, sheet, sessions)
    return BallotTaken(notice_zh=TAKEN_ZH)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")
