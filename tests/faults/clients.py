"""Clients that play short stories without end, repeat what got no answer under the same key, and keep a journal."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from tests.journeys.village import Village
from tests.town import Json, Person, Town

PATIENCE = 60.0  # seconds for one step, outages included
STORIES = (("yes", "satisfied"), ("no", "very_dissatisfied"), ("partly", None), ("yes", "dissatisfied"))


class Journal:
    """One line for each attempt and one for each answer, as the clients saw them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def note(self, **line: object) -> None:
        """Add a line; it is in the file when this returns."""
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def lines(self) -> list[Json]:
        """Everything so far."""
        with self._lock:
            return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]


class Client(threading.Thread):
    """Plays one village's stories, one after the other, until told to stop; a story that has begun is played out."""

    def __init__(self, village: Village, journal: Journal, stop: threading.Event) -> None:
        super().__init__(name=f"client of {village.code}", daemon=True)
        self._village = village
        self._journal = journal
        self._stopping = stop
        self._http = httpx.Client(timeout=10)

    def run(self) -> None:
        """Play."""
        with self._http:
            for number in range(100_000):
                if self._stopping.is_set():
                    return
                self._play(*STORIES[number % len(STORIES)])

    def _play(self, solved: str, rating: str | None) -> None:
        citizen, agent = self._village.citizen, self._village.agent
        asked = {"division_code": self._village.code, "kind": "help", "wording": "路灯不亮"}
        submitted = self._do("submit", citizen, "/tasks/requests", asked)
        if submitted is None:
            return
        request, path = submitted["id"], f"/tasks/requests/{submitted['id']}"
        promised_on = str(self._village.town.now().date() + timedelta(days=1))
        if self._do("promise", agent, f"{path}/promise", {"promised_on": promised_on}, request) is None:
            return
        if self._do("report", agent, f"{path}/report", {"note": "已修好", "evidence": []}, request) is None:
            return
        if self._do("judge", citizen, f"{path}/judgement", {"solved": solved, "round": 1}, request) is None:
            return
        if rating is not None:
            invitation = self._invitation(citizen, request)
            if invitation is not None:
                body = {"rating": rating, "reasons": []}
                self._do("rate", citizen, f"/feedback/invitations/{invitation}/rating", body, request)

    def _do(self, step: str, by: Person, path: str, body: Json, request: str | None = None) -> Json | None:
        """One step, tried under one key until it is answered; what was never answered is known from the journal."""
        key = uuid.uuid4().hex
        self._journal.note(step=step, key=key, state="tried", request=request, body=body)
        end = time.monotonic() + PATIENCE
        tries = 0
        while time.monotonic() < end:
            tries += 1
            answer = self._ask("POST", by, path, key=key, body=body)
            if answer is None or answer.status_code >= 500 or b"still-running" in answer.content:
                time.sleep(0.1)
                continue
            if answer.status_code >= 400:
                self._journal.note(step=step, key=key, state="refused", request=request, why=answer.text)
                return None
            told: Json = answer.json()
            about = request or told["id"]
            self._journal.note(step=step, key=key, state="answered", request=about, body=body, tries=tries)
            return told
        return None

    def _invitation(self, citizen: Person, request: str) -> str | None:
        """The open invitation to this case, once the fact has come; none if it takes too long."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self._ask("GET", citizen, "/feedback/invitations?limit=100")
            if answer is not None and answer.status_code == 200:
                for one in answer.json()["items"]:
                    if one["request_id"] == request:
                        return str(one["id"])
            time.sleep(0.1)
        return None

    def _ask(
        self, method: str, by: Person, path: str, *, key: str = "-", body: Json | None = None
    ) -> httpx.Response | None:
        headers = {"authorization": f"Bearer {by.token}", "idempotency-key": key}
        try:
            return self._http.request(method, f"{by.town.address}/api{path}", json=body, headers=headers)
        except httpx.TransportError:
            return None


@contextmanager
def load(town: Town, villages: list[str], journal: Journal) -> Iterator[None]:
    """Clients, one for each village, for as long as the block lasts; they end what they have begun."""
    stop = threading.Event()
    crew = [Village(town, code) for code in villages]
    for village in crew:  # signed in before anything breaks
        assert village.citizen.token
        assert village.agent.token
    clients = [Client(village, journal, stop) for village in crew]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        stop.set()
        for client in clients:
            client.join(5 * PATIENCE)
