"""The clients of a soak: each takes its cases through the house, and asks again until it is answered."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import httpx

from tests.journeys.village import Village
from tests.polling import Cast
from tests.small_roster import villages
from tests.town import ClusterTown, Json, Person, Refusal

WORKERS = 6
PATIENCE = 120.0  # seconds for one step, outages included
FATES = {
    "left": 0.15,  # nobody ever signs
    "unfinished": 0.15,  # promised, and never reported done
    "returned": 0.1,  # wrongly dispatched, and given to another
    "done": 0.25,
    "graded_well": 0.1,
    "graded_badly": 0.05,  # solved, and badly done all the same
    "not_solved": 0.1,  # its rectification is never begun
    "put_right": 0.07,  # by one, verified by another, and then solved
    "still_not_solved": 0.03,  # put right, and not solved after it either
}
REPORTED = set(FATES) - {"left", "unfinished", "returned"}
WANTING = {"not_solved", "put_right", "still_not_solved"}
GRADES = {"graded_well": "satisfied", "graded_badly": "very_dissatisfied"}


@dataclass
class Played:
    """What the clients were told: of each case its fate, as far as it was answered, and what was never answered."""

    fates: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    answers: int = 0
    cast: Cast = field(default_factory=Cast)


class Clients:
    """Several clients that share the cases, each with a connection of its own."""

    def __init__(self, town: ClusterTown, *, cases: int, seed: int) -> None:
        self.played = Played()
        self._town = town
        self._cases = cases
        self._left = iter(())
        self._lock = threading.Lock()
        self._seed = seed
        self.villages = [Village(town, code) for code in villages()[:WORKERS]]
        for village in self.villages:  # signed in before anything breaks
            for somebody in (*village.citizens, *_in_office(village)):
                assert somebody.token

    def plays(self, part: int, *, of: int) -> list[threading.Thread]:
        """One part of the cases: threads that are still to be started."""
        self._left = iter(range(part, self._cases, of))
        return [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self.villages]

    def _work(self, village: Village) -> None:
        with httpx.Client(timeout=10) as http:
            while (number := self._next()) is not None:
                random = Random(f"{self._seed} {number}")
                [fate] = random.choices(list(FATES), list(FATES.values()))
                citizen = random.choice(village.citizens)
                whole, case = _Case(self._do, village, citizen, http).play(fate, words=f"第 {number} 件")
                if case is not None:
                    with self._lock:
                        self.played.fates[case] = fate if whole else "unsure"

    def _next(self) -> int | None:
        with self._lock:
            return next(self._left, None)

    def _do(
        self, http: httpx.Client, by: Person, path: str, body: Json | None = None, *, file: bytes | None = None
    ) -> Json | None:
        """One step, tried under one key until it is answered; without a body and a file a question."""
        key, end = uuid.uuid4().hex, time.monotonic() + PATIENCE
        method = "GET" if body is None and file is None else "POST"
        while time.monotonic() < end:
            self.played.tries += 1
            try:
                headers = {"authorization": f"Bearer {by.token}", "idempotency-key": key}  # who may sign in anew
                address = f"{by.town.address}/api{path}"
                answer = http.request(method, address, json=body, content=file, headers=headers)
            except (httpx.TransportError, Refusal):
                time.sleep(0.1)
                continue
            if answer.status_code >= 500 or b"still-running" in answer.content:
                time.sleep(0.1)
                continue
            if answer.status_code >= 400:
                with self._lock:
                    self.played.refused.append(f"{path}: {answer.text}")
                return None
            self.played.answers += 1
            told: Json = answer.json()
            return told
        with self._lock:
            self.played.unanswered += 1
        return None


@dataclass
class _Case:
    """One case on its way, with the people who take it there."""

    do: Callable[..., Json | None]
    village: Village
    citizen: Person
    http: httpx.Client
    path: str = ""

    def play(self, fate: str, *, words: str) -> tuple[bool, str | None]:
        """Whether all that this fate is made of was answered, and the case's id, if that was."""
        asked = {"division_code": self.village.code, "kind": "help", "wording": words}
        told = self.do(self.http, self.citizen, "/tasks/requests", asked)
        if told is None:
            return False, None
        self.path = f"/tasks/requests/{told['id']}"
        agent = self.village.agent
        if told["named_person"] == self.village.stand_in.name:
            agent = self.village.stand_in
        return all(self._steps(fate, agent, case=told["id"])), uuid.UUID(told["id"]).hex

    def _steps(self, fate: str, agent: Person, *, case: str) -> Iterator[bool]:
        """Each step, and whether it was answered."""
        if fate == "returned":
            yield self._post(agent, "return", {"reason": "不在我的片区"})
        elif fate != "left":
            promised = self.village.town.now().date() + timedelta(days=2)
            yield self._post(agent, "promise", {"promised_on": str(promised)})
        if fate not in REPORTED:
            return
        yield self._post(agent, "report", {"note": "已办"})
        yield self._post(self.citizen, "judgement", {"solved": "no" if fate in WANTING else "yes", "round": 1})
        if fate in GRADES:
            yield self._grade(GRADES[fate], case=case)
        if fate in {"put_right", "still_not_solved"}:
            yield self._put_right()
            solved = "yes" if fate == "put_right" else "no"
            yield self._post(self.citizen, "judgement", {"solved": solved, "round": 2})

    def _post(self, by: Person, step: str, body: Json) -> bool:
        return self.do(self.http, by, f"{self.path}/{step}", body) is not None

    def _grade(self, rating: str, *, case: str) -> bool:
        """Grade the round in one's own name, once the invitation has come."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.do(self.http, self.citizen, f"/feedback/invitations?request_id={case}")
            if found is None:
                return False
            if found["items"]:
                path = f"/feedback/invitations/{found['items'][0]['id']}/rating"
                return self.do(self.http, self.citizen, path, {"rating": rating, "reasons": []}) is not None
            time.sleep(0.1)
        return False

    def _put_right(self) -> bool:
        """The newest rectification is planned and done by whoever answers for it, and verified by another."""
        seen = self.do(self.http, self.citizen, self.path)
        if seen is None:
            return False
        path = f"/tasks/rectifications/{seen['rectifications'][-1]['id']}"
        paper = self.do(self.http, self.village.secretary, "/tasks/attachments", file=b"%PDF-1.7")
        if paper is None:
            return False
        steps: list[tuple[Person, str, Json]] = [
            (self.village.secretary, "plan", {"words": "三天内重新办", "ground": "policy"}),
            (self.village.secretary, "report", {"words": "已经重新办好", "evidence": [paper["id"]]}),
            (self.village.township_secretary, "verification", {"put_right": True}),
        ]
        return all(self.do(self.http, by, f"{path}/{step}", body) is not None for by, step, body in steps)


def _in_office(village: Village) -> tuple[Person, ...]:
    return (village.agent, village.stand_in, village.cadre, village.secretary, village.township_secretary)
