"""A village that decides: who is in office there, and a matter taken through its steps."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.feedback import DeliberationResolved
from contracts.tasks import ResolutionFollowed
from tests.feedback.facts import TOWNSHIP, VILLAGE, post
from tests.feedback.office import Office

MINUTES = {"minutes_title": "会议记录 2023-5", "minutes_digest": "ab" * 32}
STEPS = ("decision.branch", "decision.committees", "decision.members", "decision.representatives")


@dataclass
class Village:
    """The office, and those in charge of one village."""

    office: Office
    keeper: UUID = field(default_factory=uuid4)
    confirmer: UUID = field(default_factory=uuid4)
    villager: UUID = field(default_factory=uuid4)
    carrier_post_id: UUID = field(default_factory=uuid4)

    async def open(self, **otherwise: object) -> dict[str, Any]:
        """A matter at its first step."""
        body = {
            "division_code": VILLAGE,
            "kind": "decision",
            "title": "硬化村组道路",
            "words": "把三组到村口的路硬化，村里出工，镇里出水泥。",
            "carrier_post_id": str(self.carrier_post_id),
            "carry_out_by": "2023-12-31",
        }
        return await self.done("/deliberations", by=self.keeper, body=body | otherwise, code=201)

    async def call(self, matter_id: str, kind: str, *, entitled: int = 10, days: int = 20) -> dict[str, Any]:
        """A meeting so many days from now."""
        body = {
            "kind": kind,
            "meets_at": (self.office.clock.at + timedelta(days=days)).isoformat(),
            "place": "村部",
            "agenda": "商量修路",
            "entitled": entitled,
            "entitled_on": "2023-05-01",
        }
        return await self.done(f"/deliberations/{matter_id}/meetings", by=self.keeper, body=body, code=201)

    async def hold(self, meeting: dict[str, Any], attended: int, in_favour: int, against: int = 0) -> dict[str, Any]:
        """A called meeting, held, recorded by one and confirmed by the other."""
        self.office.clock.at = datetime.fromisoformat(meeting["meets_at"]).astimezone(UTC) + timedelta(hours=2)
        votes = {"attended": attended, "in_favour": in_favour, "against": against, "abstained": 0}
        where = f"/deliberations/meetings/{meeting['id']}"
        await self.done(f"{where}/record", by=self.keeper, body=votes | MINUTES)
        return await self.done(f"{where}/confirmation", by=self.confirmer, body={})

    async def through(self, matter_id: str, *steps: str) -> None:
        """Each of these meetings, with everybody there and in favour."""
        for kind in steps:
            assert (await self.hold(await self.call(matter_id, kind), 10, 10))["outcome"] == "carried"

    async def publish(self, matter_id: str, kind: str) -> dict[str, Any]:
        """One of the two publications."""
        body = {"kind": kind, "words": "全体代表同意，由李四负责，年底前完成。"}
        return await self.done(f"/deliberations/{matter_id}/notices", by=self.keeper, body=body, code=201)

    async def show(self, matter_id: str) -> dict[str, Any]:
        """A matter as its keeper sees it."""
        answer = await self.office.get(f"/deliberations/{matter_id}", by=self.keeper)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def stage(self, matter_id: str) -> str:
        """How far a matter has come."""
        return str((await self.show(matter_id))["matter"]["stage"])

    async def days_later(self, days: int) -> None:
        """So many days go by, and the timers of them fire."""
        self.office.clock.at += timedelta(days=days)
        await self.office.mounted.timers.fire_due()

    async def resolved(self) -> list[DeliberationResolved]:
        """What `tasks` was told."""
        kind = DeliberationResolved
        return [kind.read(body) for type_, body in await self.office.told() if type_ == kind.type]

    async def followed(self, told: DeliberationResolved, state: str) -> None:
        """Hear from `tasks` how it stands."""
        fact = ResolutionFollowed(
            deliberation_id=told.deliberation_id,
            turn=told.turn,
            item_id=uuid4(),
            person_id=uuid4(),
            due_on=told.due_on,
            state=state,
            told_at=self.office.clock.at,
        )
        await self.office.hear(fact)

    async def done(self, path: str, *, by: UUID, body: object, code: int = 200) -> dict[str, Any]:
        """What was answered to a change that is taken."""
        answer = await self.office.post(path, by=by, body=body)
        assert answer.status_code == code, answer.text
        return dict(answer.json())

    async def refused(self, path: str, *, by: UUID, body: object) -> str:
        """The code by which a change is refused."""
        answer = await self.office.post(path, by=by, body=body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])


async def village(office: Office) -> Village:
    """A village with its secretary, a township cadre, and the post that carries things out."""
    made = Village(office)
    carrier = post(uuid4(), "proxy_agent", at="D-1-1", area=VILLAGE)
    await office.hear(
        post(made.keeper, "secretary", at="D-1-1", area=VILLAGE),
        post(made.confirmer, "township_cadre", at="D-1", area=TOWNSHIP),
        carrier,
    )
    made.carrier_post_id = carrier.post_id
    return made
