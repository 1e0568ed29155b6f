"""What the acts of a month share: who is in office in a place, and waiting for a day of the month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chassis.clock import SHANGHAI
from profiles.demo.cast import Answer, Caller, Cast, Player
from profiles.demo.stage import Stage

POSTS = "/api/members/posts"


@dataclass(frozen=True, slots=True)
class Place:
    """A village, and those who have to do with what it decides and makes public."""

    code: str
    name: str
    organization_id: str
    secretary: Player
    agent: Player
    agent_post_id: str
    cadre: Player  # of its township
    township_secretary: Player
    district_secretary: Player
    villagers: list[Player]


@dataclass
class Scene:
    """Who plays, by which ways, and from which day on."""

    cast: Cast
    caller: Caller
    stage: Stage
    first: date  # of the month

    async def on(self, day: int, *, at: int = 9) -> None:
        """Wait for an hour of a day, counted from the first."""
        await self.stage.until(self.when(day, at=at))

    def when(self, day: int, *, at: int = 9) -> datetime:
        """That instant."""
        return datetime.combine(self.first + timedelta(days=day), time(at), SHANGHAI)

    def day(self, day: int) -> str:
        """That day, as the interface takes it."""
        return (self.first + timedelta(days=day)).isoformat()

    async def place(self, code: str) -> Place:
        """Who is in office in a village and above it."""
        cadre = self.cast.cadres(code)[0]
        district = self.cast.officials["county_operator"]
        posts = await self._posts(code, by=cadre)
        agency = next(one for one in posts if one["kind"] == "proxy_agent")
        agent = self.cast.by_id[agency["person_id"]]
        secretary = await self._secretary(posts, agency["organization_id"])
        above = await self._posts(cadre.division_code, by=cadre)
        own = next(one["organization_id"] for one in above if one["person_id"] == cadre.person_id)
        highest = await self._posts(code[:6] + "000000", by=cadre)
        operator = district[code[:6] + "000000"][0]
        whole = next(one["organization_id"] for one in highest if one["person_id"] == operator.person_id)
        named = await self.caller.get("/api/feedback/public-figures", code=code)
        officials = {one["person_id"] for one in posts}
        return Place(
            code=code,
            name=named["units"][0]["name"],
            organization_id=agency["organization_id"],
            secretary=secretary,
            agent=agent,
            agent_post_id=agency["post_id"],
            cadre=cadre,
            township_secretary=await self._secretary(above, own),
            district_secretary=await self._secretary(highest, whole),
            villagers=[one for one in self.cast.villagers[code] if one.person_id not in officials],
        )

    async def item(self, title: str, *, of: Player) -> Answer:
        """The newest item in somebody's name whose title says so."""
        page = await self.caller.get("/api/tasks/assignments", by=of, limit="100")
        return next(one for one in page["items"] if title in one["title"])

    async def _posts(self, code: str, *, by: Player) -> list[Answer]:
        found: list[Answer] = []
        place: dict[str, str] = {}
        while True:
            page = await self.caller.get(POSTS, by=by, division_code=code, limit="100", **place)
            found += page["items"]
            if page["next"] is None:
                return found
            place = {"cursor": page["next"]}

    async def _secretary(self, posts: list[Answer], organization_id: str) -> Player:
        chosen = next(one for one in posts if one["kind"] == "secretary" and one["organization_id"] == organization_id)
        return self.cast.by_id[chosen["person_id"]]
