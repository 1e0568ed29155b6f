"""The batch: casts of a moment wait for one another, and go into the box together."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from chassis.inbox import Sessions
from chassis.problems import Problem
from services.feedback.ballots.actions import put_in
from services.feedback.ballots.model import Sheet, in_random_order

WAIT_SECONDS = 0.3  # an own value: a caller hardly notices it, and a busy evening fills it


@dataclass(frozen=True, slots=True)
class _Cast:
    cell_id: UUID
    sheet: Sheet
    end: "asyncio.Future[None]" = field(compare=False)


class Box:
    """Gathers what comes within a moment; whoever casts is answered when it is durable."""

    def __init__(self, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._waiting: list[_Cast] = []
        self._gathering: asyncio.Task[None] | None = None

    async def cast(self, cell_id: UUID, sheet: Sheet, sessions: Sessions) -> None:
        """Put a ballot into a cell's box, with the others of this moment.

        Raises `NotFound`, `CastingNotBegun`, `CellClosed`, `BallotCastOtherwise`.
        """
        end = asyncio.get_running_loop().create_future()
        self._waiting.append(_Cast(cell_id, sheet, end))
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._gather(sessions))
        await end

    async def _gather(self, sessions: Sessions) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._wait_seconds)
                batch, self._waiting = in_random_order(self._waiting), []
                for cell_id in dict.fromkeys(one.cell_id for one in batch):
                    await self._put_in(cell_id, [one for one in batch if one.cell_id == cell_id], sessions)
        finally:
            self._gathering = None

    async def _put_in(self, cell_id: UUID, batch: list[_Cast], sessions: Sessions) -> None:
        ends: list[Problem | None] | list[Exception]
        try:
            async with sessions(None) as session:
                ends = await put_in(session, cell_id, [one.sheet for one in batch])
        except Exception as failure:  # noqa: BLE001  # the loop that hands each caller the failure of its batch
            ends = [failure] * len(batch)
        for one, problem in zip(batch, ends, strict=True):
            if one.end.done():  # its caller has gone; the outcome stands all the same
                continue
            if problem is None:
                one.end.set_result(None)
            else:
                one.end.set_exception(problem)
