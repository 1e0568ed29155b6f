"""Handled, solved and satisfied: three facts of a case, each with who says so; none follows from another."""

from datetime import datetime

from chassis.session import Session
from chassis.words import Output
from services.tasks.requests.model import Judgement, ServiceRequest, Solved
from services.tasks.requests.views import JUDGEMENTS

NOT_HANDLED_ZH = "尚未报告办结"
HANDLED_ZH = "承办人报告办结；办结不等于已解决"
NOT_ANSWERED_ZH = "本人尚未回答；不回答不视为已解决"
SATISFIED_ZH = "由本人另行评价（好差评五级），承办人看不到；不评价不视为满意"


class HandledView(Output):
    """Whether it was reported done, first of all; said by the handler."""

    at: datetime | None
    in_time: bool | None
    source_zh: str


class SolvedView(Output):
    """Whether it was solved; said by the person served and by nobody else."""

    answer: str | None  # of the present round
    answer_zh: str | None
    at: datetime | None
    round: int
    source: str | None
    source_zh: str


class SatisfiedView(Output):
    """Whether the person served is satisfied is kept apart, and is not said here: see `/invitations`."""

    told_here: bool
    source_zh: str


class OutcomeView(Output):
    """Three facts, each with its source."""

    handled: HandledView
    solved: SolvedView
    satisfied: SatisfiedView


async def outcome_of(session: Session, request: ServiceRequest) -> OutcomeView:
    """The three facts of a case as they stand."""
    answer = await _answer(session, request)
    return OutcomeView(
        handled=HandledView(
            at=request.handled_at,
            in_time=request.handled_in_time,
            source_zh=HANDLED_ZH if request.handled_at else NOT_HANDLED_ZH,
        ),
        solved=SolvedView(
            answer=answer.solved.value if answer else None,
            answer_zh=answer.solved.title_zh if answer else None,
            at=answer.at if answer else None,
            round=request.round,
            source=answer.source.value if answer else None,
            source_zh=answer.source.title_zh if answer else NOT_ANSWERED_ZH,
        ),
        satisfied=SatisfiedView(told_here=False, source_zh=SATISFIED_ZH),
    )


async def _answer(session: Session, request: ServiceRequest) -> Judgement | None:
    said = await session.all(JUDGEMENTS, request=request.id)
    of_round = [one for one in said if one.round == request.round]
    return of_round[-1] if of_round and request.solved in set(Solved) else None
