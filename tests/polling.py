"""Voters: whoever was served draws a credential and casts a ballot, again and again until it is answered."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import zip_longest
from random import Random
from secrets import token_bytes

import httpx
import yaml

from services.feedback.ballots.api import BODY_BYTES
from services.feedback.rules.pack import CELLS, RuleId
from tests.feedback.ballots.casting import solved
from tests.journeys.village import Village
from tests.members.credentials.client import Blinded, blind, bytes_of, finalize, key_of, listed_key, prepare, text_of
from tests.small_roster import DISTRICT
from tests.town import Json, Person, Refusal, Town

Mind = Callable[[Village], int]
"""Which grade somebody of a village gives."""

PATIENCE = 120.0  # seconds for one step, outages included
CASTING_DAYS = 7
FEWER = {RuleId.EXPECTED: 5, RuleId.LEAST: 3}
"""Cells for the few people of a small roster; the figures of the program ask for more."""


def rules_for_few() -> str:
    """The rules that come with the program, for few people."""
    rules = yaml.safe_load(CELLS.read_text(encoding="utf-8"))
    for rule in rules["rules"]:
        rule["value"] = FEWER.get(rule["id"], rule["value"])
    return yaml.safe_dump(rules, allow_unicode=True)


@dataclass(frozen=True)
class Credential:
    """One right to one ballot, and the mind of whoever has it."""

    cell_id: str
    message: bytes
    signature: bytes
    grade: int  # 1 is the best, 5 the worst


@dataclass
class Cast:
    """What the voters were told: the grades that were taken in, by cell, and what was never answered."""

    grades: dict[str, list[int]] = field(default_factory=dict)
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)


class Poll:
    """One term of anonymous ballots: opened by the county's operator, then played by everybody who was served."""

    def __init__(self, town: Town, villages: Sequence[Village], *, seed: int, mind: Mind | None = None) -> None:
        self.cast = Cast()
        self._town = town
        self._villages = villages
        self._random = Random(seed)
        self._mind = mind or self._as_usual
        self._lock = threading.Lock()
        self._credentials: list[Credential] = []

    @property
    def drawn(self) -> int:
        """How many credentials somebody holds."""
        return len(self._credentials)

    def open(self) -> None:
        """Judge what is served today; the cells are cut from what was served yesterday."""
        [operator] = self._town.people("county_operator", DISTRICT)
        today = self._town.now().date()
        last = today + timedelta(days=1)
        made = operator.post(
            "/feedback/ballot-terms",
            district_code=DISTRICT,
            served_from=str(today),
            served_to=str(today),
            draws_until=str(last),
            closes_on=str(last + timedelta(days=CASTING_DAYS)),
            groups=[{"code": "all", "item_codes": []}],
        )
        operator.post(f"/feedback/ballot-terms/{made['term']['id']}/opening")

    def draws(self) -> list[threading.Thread]:
        """Everybody draws what they may: threads that are still to be started."""
        by_village = ([(village, one) for one in village.citizens] for village in self._villages)
        people = [one for row in zip_longest(*by_village) for one in row if one is not None]
        return self._shared(partial(self._draw, village, person) for village, person in people)

    def casts(self) -> list[threading.Thread]:
        """Everybody casts what they drew, in no order."""
        drawn = list(self._credentials)
        self._random.shuffle(drawn)
        return self._shared(partial(self._cast, one) for one in drawn)

    def _shared(self, acts: Iterable[Callable[[httpx.Client], None]]) -> list[threading.Thread]:
        """The acts, shared by a few clients."""
        left = iter(list(acts))

        def work() -> None:
            with httpx.Client(timeout=10) as http:
                while True:
                    with self._lock:
                        act = next(left, None)
                    if act is None:
                        return
                    act(http)

        return [threading.Thread(target=work, daemon=True) for _ in range(4)]

    def _draw(self, village: Village, person: Person, http: httpx.Client) -> None:
        answer = self._until_answered(lambda: self._asked(http, person, "GET", "/members/credentials"))
        if answer is None:
            return
        for cell in answer["items"]:
            public = self._believed(http, cell)
            made = blind(key_of(public), prepare(token_bytes(32)))
            body = {"blinded": text_of(made.blinded)}
            path = f"/members/credentials/{cell['cell_id']}"
            told = self._until_answered(partial(self._asked, http, person, "POST", path, body))
            if told is not None:
                self._keep(cell, made, public, told["blind_signature"], village)

    def _keep(self, cell: Json, made: Blinded, public: str, blind_signature: str, village: Village) -> None:
        signature = finalize(key_of(public), made, bytes_of(blind_signature))
        with self._lock:
            self._credentials.append(Credential(cell["cell_id"], made.message, signature, self._mind(village)))

    def _as_usual(self, village: Village) -> int:
        """Any grade; every second village has more to complain of."""
        content = self._villages.index(village) % 2 == 0
        return self._random.choices((1, 2, 3, 4, 5), (6, 6, 2, 1, 0) if content else (2, 2, 1, 3, 2))[0]

    def _believed(self, http: httpx.Client, cell: Json) -> str:
        """The key of a cell, if it stands in the list that everybody sees."""
        listed = self._until_answered(lambda: http.get(f"{self._town.address}/api/members/ballot-keys"))
        keys = self._until_answered(lambda: http.get(f"{self._town.address}/api/members/jwks"))
        assert listed is not None
        assert keys is not None
        return listed_key(
            listed, keys["keys"], cell_id=cell["cell_id"], shown=cell["public_key"], on=self._town.now().date()
        )

    def _cast(self, one: Credential, http: httpx.Client) -> None:
        at = f"{self._town.address}/api/feedback/ballots"
        said = {
            "cell_id": one.cell_id,
            "message": text_of(one.message),
            "signature": text_of(one.signature),
            "grade": one.grade,
            "reasons": [],
        }

        def once() -> httpx.Response:
            task = http.get(f"{at}/challenge")
            if task.status_code != 200:
                return task
            content = json.dumps(said | {"altcha": solved(task.json())}).ljust(BODY_BYTES)
            return http.post(at, content=content, headers={"content-type": "application/json"})

        if self._until_answered(once) is not None:
            with self._lock:
                self.cast.grades.setdefault(one.cell_id, []).append(one.grade)

    def _asked(
        self, http: httpx.Client, person: Person, method: str, path: str, body: Json | None = None
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {person.token}"}
        return http.request(method, f"{self._town.address}/api{path}", json=body, headers=headers)

    def _until_answered(self, ask: Callable[[], httpx.Response]) -> Json | None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = ask()
            except (httpx.TransportError, Refusal):
                time.sleep(0.1)
                continue
            if answer.status_code >= 500:
                time.sleep(0.1)
                continue
            if answer.status_code >= 400:
                with self._lock:
                    self.cast.refused.append(f"{answer.request.url.path}: {answer.text}")
                return None
            told: Json = answer.json()
            return told
        with self._lock:
            self.cast.unanswered += 1
        return None
