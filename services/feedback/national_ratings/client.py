"""The province's platform as we call it (docs/subsystems/national-ratings.md): signed batches, nothing in addresses."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import orjson

from chassis.clock import real_now
from chassis.outside import Away, Outside
from chassis.settings import NationalRatingSettings
from services.feedback.national_ratings.platform import Sent, Verdict

TAKEN = 200
AGAIN: dict[str, timedelta | None] = {
    "busy": None,
    "unreadable": None,
    "away": None,
    "not-answered": None,
    "too-often": timedelta(minutes=5),
    "bad-signature": timedelta(minutes=10),
    "clock-wrong": timedelta(minutes=10),
}
"""What may be taken later, and after how long: also what is wrong with how we are set up, and not with a grade."""
NEVER = frozenset({"unknown-service", "field-missing", "field-wrong", "altered", "too-old"})
"""What the platform will never take as it is."""


class ProvincialPlatform:
    """The platform over HTTP."""

    def __init__(self, outside: Outside, settings: NationalRatingSettings) -> None:
        self._outside = outside
        self._key = settings.key or ""
        self._secret = settings.secret.get_secret_value().encode() if settings.secret else b""

    async def send(self, batch: Sequence[Sent]) -> Mapping[UUID, Verdict]:
        """One signed call; the ids make a repetition harmless."""
        said = {
            "evaluations": [
                {"id": str(one.id), "version": one.version, "fields": orjson.loads(one.content)} for one in batch
            ]
        }
        body, at = orjson.dumps(said), str(int(real_now().timestamp()))
        headers = {
            "content-type": "application/json",
            "x-ratings-key": self._key,
            "x-ratings-time": at,
            "x-ratings-signature": hmac.new(self._secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest(),
        }
        try:
            reply = await self._outside.ask("POST", "/evaluations", body=body, headers=headers)
        except Away:
            return dict.fromkeys((one.row for one in batch), _refused("away"))
        told = _told(reply.body)
        results = told.get("results")
        if reply.code != TAKEN or not isinstance(results, list):
            return dict.fromkeys((one.row for one in batch), _refused(told.get("refusal")))
        by_id = {one.get("id"): one for one in results if isinstance(one, dict)}
        return {one.row: _verdict(by_id.get(str(one.id))) for one in batch}


def _verdict(said: dict[str, object] | None) -> Verdict:
    if said is None:
        return _refused("not-answered")
    if said.get("taken") is True:
        receipt = said.get("receipt")
        return Verdict(receipt[:128] if isinstance(receipt, str) else None, None, again=False, after=None)
    return _refused(said.get("refusal"))


def _refused(code: object) -> Verdict:
    known = code if isinstance(code, str) and code in NEVER | AGAIN.keys() else "unreadable"
    return Verdict(None, known, again=known in AGAIN, after=AGAIN.get(known))


def _told(body: bytes) -> dict[str, object]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}
