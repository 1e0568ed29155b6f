"""The story of a plan: a street's list, broken down to its villages, promised, done and counted; and one letter."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from chassis.clock import SHANGHAI
from profiles.demo.cast import Answer, Caller, Cast, Player
from profiles.demo.stage import Stage

LINES = (("汛前清沟排涝", 12), ("路灯和井盖排查", 16), ("流动学堂第一期", 22))
"""What is to be done in each village, and in how many days."""

IN_TIME = 0.85  # of the items; the others are promised and left undone, which is then to be seen
FIRST_DAY = 7  # of the month: after the holidays


@dataclass
class Plan:
    """One street's plan; `checklist_id` and `letter` are known once it has come that far."""

    cast: Cast
    caller: Caller
    stage: Stage
    village: str  # one of the street's
    first: date  # of the month
    random: Random
    checklist_id: str = ""
    letter: Answer = field(default_factory=dict)

    async def play(self) -> None:
        """From the list's first line to what the street's cadre finds done."""
        await self._on(FIRST_DAY, at=9)
        cadre = self.cast.cadres(self.village)[0]
        await self._send_down(cadre)
        answering = await self._pledged(cadre)
        await self._sign_letter(cadre, next(iter(answering)))
        for day in sorted({due for _, due in LINES}):
            await self._on(FIRST_DAY + day - 2, at=10)
            for player, theirs in answering.items():
                for item in theirs:
                    if item["due_on"] == self._day(FIRST_DAY + day) and self.random.random() < IN_TIME:
                        await self._finish(item, by=player, cadre=cadre)

    async def _send_down(self, cadre: Player) -> None:
        """The list is written, published, and broken down to all villages as the preview showed it."""
        posts = await self.caller.get("/api/members/posts", by=cadre, division_code=cadre.division_code, limit="100")
        unit = next(one["organization_id"] for one in posts["items"] if one["person_id"] == cadre.person_id)
        days = {"from_on": self._day(FIRST_DAY), "to_on": self._day(FIRST_DAY + 180)}
        made = await self.caller.post(
            "/api/tasks/checklists", by=cadre, organization_id=unit, kind="task", title="汛前民生实事清单", **days
        )
        self.checklist_id = made["id"]
        path = f"/api/tasks/checklists/{self.checklist_id}"
        for title, due in LINES:
            await self.caller.post(f"{path}/items", by=cadre, title=title, due_on=self._day(FIRST_DAY + due))
        await self.caller.post(f"{path}/publication", by=cadre)
        shown = await self.caller.post(f"{path}/breakdown/preview", by=cadre, level="village")
        await self.caller.post(f"{path}/breakdown", by=cadre, level="village", token=shown["token"])

    async def _pledged(self, cadre: Player) -> dict[Player, list[Answer]]:
        """Everybody in whose name an item is promises a day; their items."""
        given: dict[Player, list[Answer]] = {}
        cursor: dict[str, str] = {}
        while True:
            page = await self.caller.get(
                "/api/tasks/assignments",
                by=cadre,
                whose="below",
                checklist_id=self.checklist_id,
                limit="100",
                **cursor,
            )
            for item in page["items"]:
                given.setdefault(self.cast.by_id[item["assignee_id"]], []).append(item)
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        for player, theirs in given.items():
            for item in theirs:
                path = f"/api/tasks/assignments/{item['id']}/pledge"
                await self.caller.post(path, by=player, promised_on=item["due_on"])
        return given

    async def _sign_letter(self, cadre: Player, player: Player) -> None:
        """One of them has a letter of responsibility of it, signed and countersigned."""
        posts = await self.caller.get("/api/members/posts", by=cadre, division_code=player.division_code, limit="100")
        post = next(one["post_id"] for one in posts["items"] if one["person_id"] == player.person_id)
        year = self.stage.now.astimezone(SHANGHAI).year
        made = await self.caller.post(
            "/api/tasks/letters", by=cadre, post_id=post, year=year, title=f"{year}年度责任书"
        )
        path = f"/api/tasks/letters/{made['letter']['id']}"
        seen = made["versions"][0]["text_digest"]
        await self.caller.post(f"{path}/signature", by=player, text_digest=seen)
        self.letter = await self.caller.post(f"{path}/countersignature", by=cadre, text_digest=seen)

    async def _finish(self, item: Answer, *, by: Player, cadre: Player) -> None:
        path = f"/api/tasks/assignments/{item['id']}"
        await self.caller.post(f"{path}/report", by=by, words="已完成，现场已逐户核对。")
        await self.caller.post(f"{path}/acceptance", by=cadre, words="已到现场看过。")
        await self.caller.post(f"{path}/closing-out", by=cadre)

    async def _on(self, day: int, *, at: int) -> None:
        await self.stage.until(datetime.combine(date.fromisoformat(self._day(day)), time(at), SHANGHAI))

    def _day(self, day: int) -> str:
        return (self.first + timedelta(days=day)).isoformat()
