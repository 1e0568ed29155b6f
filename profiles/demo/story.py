"""The story of one case: asked, dispatched, signed for, done, judged, graded, and put right until it is good."""

import base64
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from chassis.clock import SHANGHAI
from profiles.demo.cast import Answer, Caller, Cast, Player, Unexpected
from profiles.demo.script import BY_ERRAND, WORDINGS, Part
from profiles.demo.stage import Stage
from services.tasks.requests.channels import Channel
from services.tasks.rules.pack import MatterKind

# How people behave; no source gives these shares.
WRONGLY_DISPATCHED = 0.03
SIGNED_LATE = 0.04
FINISHED_LATE = 0.05
ANSWERS = 0.8  # says whether it was solved
GRADES = 0.6  # grades it, of those who answer
SOLVED = {"yes": 0.9, "partly": 0.06, "no": 0.04}
GOOD = ("very_satisfied", "satisfied", "satisfied", "fairly_satisfied")
BAD = ("dissatisfied", "dissatisfied", "very_dissatisfied")
BAD_THOUGH_SOLVED = 0.03
BAD_IF_NOT_SOLVED = 0.6
STILL_BAD = 0.12  # after a rectification
NOT_PUT_RIGHT = 0.1  # finds whoever verifies, at the first look
RECTIFIED_LATE = 0.06
REASONS = ("overall", "efficiency", "level", "attitude", "convenience")

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel, as PNG."""


@dataclass
class Story:
    """One case on its way; `request_id`, `requester` and `agent` are known once it has come that far."""

    part: Part
    cast: Cast
    caller: Caller
    stage: Stage
    errands: list[Answer]  # of the catalogue
    request_id: str = ""
    requester: Player | None = None
    agent: Player | None = None
    verifier: Player | None = None
    rounds: int = 0
    judged: list[tuple[datetime, int, str]] = field(default_factory=list)  # when, of which round, how

    async def play(self) -> None:
        """From the first word to the end, or to the end of the month."""
        await self.stage.until(self.part.submitted_at)
        submitted, evidence_asked = await self._submit()
        requester, agent = self._served(), await self._given_to(submitted["named_person"])
        if self._happens(WRONGLY_DISPATCHED):
            agent = await self._send_back(agent)
        self.agent = agent
        await self._handle(agent, submitted, evidence_asked=evidence_asked)
        self.rounds = 1
        while await self._judge(requester):
            await self._put_right(requester, agent)
            self.rounds += 1

    async def _submit(self) -> tuple[Answer, bool]:
        part, random = self.part, self.part.random
        self.requester = random.choice(self.cast.villagers[part.village])
        body: dict[str, object] = {"division_code": part.village, "channel": part.channel.value}
        evidence = False
        if part.kind is MatterKind.HELP and self._happens(BY_ERRAND):
            errand = random.choice(self.errands)
            body["item_code"] = errand["code"]
            evidence = errand["evidence"] is not None
        else:
            body |= {"kind": part.kind.value, "wording": random.choice(WORDINGS[part.kind])}
        sender = self.requester
        if part.channel is Channel.COUNTER:
            sender = random.choice(self.cast.cadres(part.village))
        elif part.channel in {Channel.HOTLINE, Channel.POLICE_LINE, Channel.FROM_ABOVE}:
            sender = random.choice(self.cast.operators(part.village))
        if sender is not self.requester:
            body["requester_id"] = self.requester.person_id
        submitted = await self.caller.post("/api/tasks/requests", by=sender, **body)
        self.request_id = submitted["id"]
        return submitted, evidence

    async def _given_to(self, name: str | None) -> Player:
        """The agent whose name the requester was told; within a village each name is one person's."""
        for agent in self.cast.agents(self.part.village):
            if agent.name == name:
                return agent
        raise Unexpected(f"{name} 不是 {self.part.village} 的代办员")

    async def _send_back(self, agent: Player) -> Player:
        """It is returned as wrongly dispatched, and somebody in the township gives it to another."""
        await self._after(1)
        await self._act("return", by=agent, reason="这件事不在我负责的片区，请改派。")
        await self._after(1)
        cadre = self.part.random.choice(self.cast.cadres(self.part.village))
        posts = await self.caller.get("/api/members/posts", by=cadre, division_code=self.part.village, limit="100")
        other = [
            post
            for post in posts["items"]
            if post["kind"] in {"proxy_agent", "stand_in"}
            and post["person_id"] not in {agent.person_id, self._served().person_id}
        ]
        chosen = min(other, key=lambda post: (post["kind"], post["name"]))
        await self._act("dispatch", by=cadre, post_id=chosen["post_id"])
        return self.cast.by_id[chosen["person_id"]]

    async def _handle(self, agent: Player, submitted: Answer, *, evidence_asked: bool) -> None:
        """Signed for with a promise and reported done by then, or answered on the spot; each sometimes late."""
        if self._happens(SIGNED_LATE):
            await self._after(1.75)  # so that the warning, due after an hour and a half, comes before the limit ends
            await self._after(1.25)
        else:
            await self._after(1)
        if self.part.answered_on_the_spot and not evidence_asked:
            await self._act("answer", by=agent, words="已当面答复，并告知了所需材料和办理地点。")
            return
        [limit] = [one for one in submitted["limits"] if one["clock"] == "finish"]
        last_day = date.fromisoformat(limit["last_day"])
        today = self.stage.now.astimezone(SHANGHAI).date()
        promised_on = min(last_day, today + timedelta(days=self.part.random.randint(1, 5)))
        late = self._happens(FINISHED_LATE)
        await self._act("promise", by=agent, promised_on=max(today, last_day if late else promised_on).isoformat())
        if late:
            await self.stage.until(_at_work(datetime.fromisoformat(limit["due_at"]) + timedelta(hours=10)))
        else:
            hour = self.part.random.randint(9, 17)
            await self.stage.until(datetime.combine(promised_on, time(hour), SHANGHAI))
        evidence = [await self.caller.upload(PICTURE, by=agent, media_type="image/png")] if evidence_asked else []
        await self._act("report", by=agent, note="已办结，材料已送到群众手中。", evidence=evidence)

    async def _judge(self, requester: Player) -> bool:
        """The person served says whether it was solved, and grades it; returns whether it is to be put right."""
        solved, rating = self._opinion()
        if solved is None:
            return False
        await self._at_work_after(self.part.random.randint(2, 28))
        await self._act("judgement", by=requester, solved=solved, round=self.rounds)
        self.judged.append((self.stage.now, self.rounds, solved))
        if rating is None:
            return solved != "yes"
        asked = await self.caller.get("/api/feedback/invitations", by=requester, limit="100")
        [invitation] = [
            one for one in asked["items"] if (one["request_id"], one["round"]) == (self.request_id, self.rounds)
        ]
        reasons = self.part.random.sample(REASONS, 1 if rating in GOOD else 2)
        await self.caller.post(
            f"/api/feedback/invitations/{invitation['id']}/rating", by=requester, rating=rating, reasons=reasons
        )
        return solved != "yes" or rating in BAD

    def _opinion(self) -> tuple[str | None, str | None]:
        """Whether it was solved, and a grade; either may be left out, but not after a rectification."""
        random, again = self.part.random, self.rounds > 1
        if self.part.shown:
            return ("yes", "satisfied") if again else ("no", "dissatisfied")
        if not again and not self._happens(ANSWERS):
            return None, None
        if again:
            solved = "no" if self._happens(STILL_BAD) else "yes"
        else:
            [solved] = random.choices(list(SOLVED), list(SOLVED.values()))
        if not again and not self._happens(GRADES):
            return solved, None
        bad = self._happens(BAD_THOUGH_SOLVED if solved == "yes" else BAD_IF_NOT_SOLVED)
        return solved, random.choice(BAD if bad and not (again and solved == "yes") else GOOD)

    async def _put_right(self, requester: Player, agent: Player) -> None:
        """Planned and reported by whoever answers for it, verified by somebody else."""
        await self._at_work_after(self.part.random.randint(3, 26) + 24 * (9 if self._happens(RECTIFIED_LATE) else 0))
        path, responsible = await self._mending(requester)
        await self.caller.post(
            f"{path}/plan", by=responsible, words="两天内上门核实，与群众商定办法后重新办理。", ground="others_duty"
        )
        for put_right in [False, True] if self._happens(NOT_PUT_RIGHT) else [True]:
            await self._at_work_after(self.part.random.randint(5, 40))
            _, responsible = await self._mending(requester)  # one that is late goes to somebody else
            proof = await self.caller.upload(PICTURE, by=responsible, media_type="image/png")
            done = {"words": "已重新办理，群众已当面确认。", "evidence": [proof]}
            await self.caller.post(f"{path}/report", by=responsible, **done)
            verifier = next(
                one
                for one in self.cast.supervisors(self.part.village, of_district=self.rounds > 1)
                if one.person_id not in {responsible.person_id, agent.person_id, requester.person_id}
            )
            await self._at_work_after(self.part.random.randint(2, 24))
            await self.caller.post(f"{path}/verification", by=verifier, put_right=put_right)
        self.verifier = verifier

    async def _mending(self, requester: Player) -> tuple[str, Player]:
        """The address of the newest rectification, and who answers for it now."""
        case = await self.caller.get(f"/api/tasks/requests/{self.request_id}", by=requester)
        mending = case["rectifications"][-1]
        return f"/api/tasks/rectifications/{mending['id']}", self.cast.by_id[mending["responsible_id"]]

    async def _act(self, what: str, *, by: Player, **said: object) -> None:
        await self.caller.post(f"/api/tasks/requests/{self.request_id}/{what}", by=by, **said)

    async def _after(self, hours: float) -> None:
        await self.stage.until(self.stage.now + timedelta(hours=hours))

    async def _at_work_after(self, hours: int) -> None:
        await self.stage.until(_at_work(self.stage.now + timedelta(hours=hours)))

    def _happens(self, share: float) -> bool:
        """Drawn even where the shown case then does as it is told, so that a share may change without the rest."""
        return self.part.random.random() < share and not self.part.shown

    def _served(self) -> Player:
        if self.requester is None:
            raise TypeError("nobody has asked yet")
        return self.requester


def _at_work(at: datetime) -> datetime:
    """The first full hour of a working day's hours, 9 to 17, from an instant on."""
    local = at.astimezone(SHANGHAI)
    if local.hour >= 17:
        local = local.replace(hour=9) + timedelta(days=1)
    elif local.hour < 9:
        local = local.replace(hour=9)
    return local.replace(minute=0, second=0, microsecond=0)
