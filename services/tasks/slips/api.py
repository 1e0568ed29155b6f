"""Slips over HTTP: printed by a desk, answered by whoever holds the paper."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction, public, shown_once
from chassis.words import Input, Output
from services.tasks.clocks.limits import latest_promise
from services.tasks.requests.model import Solved
from services.tasks.slips import actions

router = APIRouter(tags=["评判条"], route_class=Route)

PRINTED_ZH = "凭此码在网页或窗口回答“是否解决”，只能用一次；请本人保管，不要交给代办员或承办人。"


class Nothing(Input):
    """A body without anything in it."""


class SlipView(Output):
    """A slip to be printed; the code is shown this once."""

    id: UUID
    code: str
    round: int
    last_day: date
    words_zh: str


class SlipAnswer(Input):
    """The code on the slip, and whether it was solved."""

    code: Annotated[str, Field(max_length=40)]
    solved: Solved


class AnsweredView(Output):
    """What was kept of the answer; nothing of the case."""

    solved: str
    solved_zh: str
    says_zh: str


@router.post("/requests/{request_id}/slips", status_code=201, response_model=SlipView)
@shown_once
async def print_slip(
    request_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> Response:
    """Print a slip for the person served; never by whoever handled the case or serves its village.

    Refusals: `not-found`, `had-a-part-in-it`, `not-at-a-call-back-desk`, `not-allowed-now`.
    """
    printed = await actions.print_slip(session, request_id, by=actor)
    view = SlipView(
        id=printed.slip.id,
        code=printed.code,
        round=printed.slip.round,
        last_day=latest_promise(printed.slip.expires_at),
        words_zh=PRINTED_ZH,
    )
    return Response(view.model_dump_json(), 201, {"Cache-Control": "no-store"}, "application/json")


@router.post("/slips")
@public
async def answer_by_slip(body: SlipAnswer, session: Transaction) -> AnsweredView:
    """Say by a slip's code whether it was solved; «no» and «partly» have it put right.

    Refusals: `wrong-slip-code`, `not-found`, `slip-used`, `slip-over`.
    """
    await actions.answer(session, body.code, solved=body.solved)
    mending = "，将由有关组织整改，并由另一人复核" if body.solved is not Solved.YES else ""
    return AnsweredView(
        solved=body.solved.value,
        solved_zh=body.solved.title_zh,
        says_zh=f"已记录您的回答：{body.solved.title_zh}{mending}。",
    )
