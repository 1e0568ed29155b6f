"""A village, the people of its stories, and one case that they take through the house."""

from datetime import timedelta
from functools import cached_property

from tests.small_roster import DISTRICT
from tests.town import Json, Person, Town


class Village:
    """A village with everybody who has to do with its cases, up to the district."""

    def __init__(self, town: Town, code: str) -> None:
        self.town = town
        self.code = code
        self.township = f"{code[:9]}000"
        self.month = f"{town.now():%Y-%m}"  # in which its story begins, and its cases count

    @cached_property
    def citizen(self) -> Person:
        """Somebody who asks for things."""
        return self._one("citizen", self.code)

    @cached_property
    def citizens(self) -> list[Person]:
        """Everybody of the village who holds no office."""
        return [person for person in self.town.people("citizen", self.code) if person.division == self.code]

    @cached_property
    def neighbour(self) -> Person:
        """Somebody else of the village."""
        return self.town.people("citizen", self.code)[1]

    @cached_property
    def agent(self) -> Person:
        """The village's proxy agent."""
        return self._one("proxy_agent", self.code)

    @cached_property
    def stand_in(self) -> Person:
        """Who stands in for the agent."""
        return self._one("stand_in", self.code)

    @cached_property
    def secretary(self) -> Person:
        """Who answers for the village's organisation."""
        return self._one("secretary", self.code)

    @cached_property
    def township_secretary(self) -> Person:
        """Who answers for the organisation above."""
        return self._one("secretary", self.township)

    @cached_property
    def cadre(self) -> Person:
        """Who dispatches by hand in the township."""
        return self._one("township_cadre", self.township)

    @cached_property
    def supervisor(self) -> Person:
        """The township's supervisor."""
        return self._one("supervisor", self.township)

    @cached_property
    def district_secretary(self) -> Person:
        """Who answers for the organisation above the township's."""
        return self._one("secretary", DISTRICT)

    def asks(self, item: str | None = None, *, words: str | None = None, by: Person | None = None) -> "Case":
        """A citizen asks for an errand, or reports a matter in free words."""
        asking = {"item_code": item} if item else {"kind": "help", "wording": words or "村口路灯不亮"}
        citizen = by or self.citizen
        told = citizen.post("/tasks/requests", division_code=self.code, **asking)
        return Case(self, citizen, told)

    def scorecard(self, *, by: Person) -> dict[str, tuple[int, int]]:
        """This month's figures of the village: numerator and denominator."""
        told = by.get("/feedback/scorecards", unit="division", code=self.code, month=self.month)
        return {figure["indicator"]: (figure["numerator"], figure["denominator"]) for figure in told["unit"]["figures"]}

    def cases_behind(self, indicator: str, part: str, *, by: Person) -> list[str]:
        """The ids of the cases that a figure of the village counts."""
        query = {"unit": "division", "code": self.code, "month": self.month, "indicator": indicator, "part": part}
        return [case["request_id"] for case in by.get("/feedback/scorecards/cases", **query)["items"]]

    def _one(self, role: str, division: str) -> Person:
        return next(person for person in self.town.people(role, division) if person.division == division)


class Case:
    """One request, and the moves that its people make."""

    def __init__(self, village: Village, citizen: Person, told: Json) -> None:
        self.village = village
        self.citizen = citizen
        self.told = told
        self.id: str = told["id"]
        self.path = f"/tasks/requests/{self.id}"

    def seen_by(self, person: Person) -> Json:
        """The case as somebody sees it."""
        return person.get(self.path)

    @property
    def stage(self) -> str:
        """How far it has come."""
        return str(self.seen_by(self.citizen)["stage"])

    def promised(self, *, days: int = 2) -> Json:
        """The agent signs for it and promises a date."""
        on = self.village.town.now().date() + timedelta(days=days)
        return self.village.agent.post(f"{self.path}/promise", promised_on=str(on))

    def reported(self, *, note: str = "已办好，材料已送到家里") -> Json:
        """The agent reports it done."""
        return self.village.agent.post(f"{self.path}/report", note=note, evidence=[])

    def handled(self) -> "Case":
        """It was promised, reported done, and the person served was asked."""
        self.promised()
        self.reported()
        self.village.town.settle()
        return self

    def judged(self, solved: str, *, round_: int = 1) -> None:
        """The person served says whether it was solved."""
        self.citizen.post(f"{self.path}/judgement", solved=solved, round=round_)

    def invitation(self, *, round_: int = 1) -> Json:
        """What the person served is asked to grade."""
        page = self.citizen.get("/feedback/invitations")["items"]
        return next(one for one in page if one["request_id"] == self.id and one["round"] == round_)

    def graded(self, rating: str, *reasons: str, round_: int = 1) -> None:
        """The person served grades a round, and those whom it concerns hear of it."""
        path = f"/feedback/invitations/{self.invitation(round_=round_)['id']}/rating"
        self.citizen.post(path, rating=rating, reasons=list(reasons))
        self.village.town.settle()

    def rectifications(self) -> list[Json]:
        """Those of the case, the first first."""
        found: list[Json] = self.seen_by(self.citizen)["rectifications"]
        return found

    def rectified(self, *, responsible: Person, verifier: Person) -> None:
        """The newest rectification is planned, done, and verified by somebody else."""
        path = f"/tasks/rectifications/{self.rectifications()[-1]['id']}"
        responsible.post(f"{path}/plan", words="三天内换好灯泡", ground="complex")
        responsible.post(f"{path}/report", words="灯泡已换，夜里亮了", evidence=[responsible.attaches()])
        verifier.post(f"{path}/verification", put_right=True)
        self.village.town.settle()

    def facts(self, name: str) -> list[str]:
        """The facts of this name that speak of the case."""
        return [fact for fact in self.village.town.facts() if fact.startswith(f"tasks.{name}.v1 ") and self.id in fact]
