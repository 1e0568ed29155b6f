"""The carrier of texts as we call it (docs/subsystems/messages.md): one signed call for each text."""

import hashlib
import hmac
from datetime import timedelta

import orjson

from chassis.clock import real_now
from chassis.outside import Away, Outside
from chassis.settings import TextSettings
from services.members.texts.model import Message, TextKind, TextRefused

AGAIN: dict[str, timedelta | None] = {
    "busy": None,
    "unreadable": None,
    "too-often": timedelta(minutes=1),
    "quota-used": timedelta(minutes=10),
    "balance-empty": timedelta(minutes=10),
}
"""What the carrier may take later, and after how long; no other refusal is tried again."""
NEVER = frozenset(
    {"bad-signature", "clock-wrong", "unknown-template", "values-refused", "number-unknown", "number-blocked"}
)
"""What it will never take."""
TAKEN = 200


class Carrier:
    """Whoever sends texts for the county."""

    def __init__(self, outside: Outside, settings: TextSettings) -> None:
        self._outside = outside
        self._key = settings.key or ""
        self._secret = settings.secret.get_secret_value().encode() if settings.secret else b""
        self._templates = {
            TextKind.CONSENT_CODE: settings.template_consent_code,
            TextKind.MANDATE_GIVEN: settings.template_mandate_given,
        }

    async def send(self, message: Message) -> None:
        """Hand a text over. Raises `TextRefused`, which says whether to try again: the id makes that harmless."""
        template = self._templates[message.kind]
        if not template:
            raise TextRefused("no-template", again=False)
        said = {"id": str(message.id), "to": message.to, "template": template, "values": dict(message.values)}
        body, at = orjson.dumps(said), str(int(real_now().timestamp()))
        headers = {
            "content-type": "application/json",
            "x-texts-key": self._key,
            "x-texts-time": at,
            "x-texts-signature": signature_of(self._secret, at=at, body=body),
        }
        try:
            reply = await self._outside.ask("POST", "/messages", body=body, headers=headers)
        except Away as away:
            raise TextRefused("away", again=True) from away
        told = _told(reply.body)
        if reply.code == TAKEN and told.get("taken") == str(message.id):
            return
        code = told.get("refusal")
        if not isinstance(code, str) or code not in NEVER | AGAIN.keys():
            code = "unreadable"
        raise TextRefused(code, again=code in AGAIN, after=AGAIN.get(code))


def signature_of(secret: bytes, *, at: str, body: bytes) -> str:
    """HMAC-SHA256 over the time, a line end and the body, hexadecimal."""
    return hmac.new(secret, at.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def _told(body: bytes) -> dict[str, object]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}
