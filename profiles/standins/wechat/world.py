"""What WeChat's server knows: one mini-program, its made-up users, and the codes that their phones were given."""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.clock import Clock, SystemClock
from profiles.standins.wechat.quotas import PER_USER, Quota
from profiles.standins.wechat.refusals import Refusal
from profiles.standins.wechat.tokens import Tokens

CODE_LIFE = timedelta(minutes=5)
SESSION_LIFE = timedelta(days=3)  # of a session key; WeChat says only that it ends some day
APP_ID = re.compile(r"wx[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """What was set up in WeChat's console; the defaults are made up."""

    app_id: str = "wx00000000000000aa"
    secret: str = "5" * 32
    open_platform: bool = True  # whether users have a unionid
    pages: frozenset[str] = frozenset({"pages/index/index"})
    templates: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {"progress-template": frozenset({"thing1", "time2", "phrase3"})}
    )


@dataclass(slots=True)
class User:
    """A made-up user of WeChat, known to tests and demonstrations by a name."""

    name: str
    openid: str
    unionid: str
    blocked: bool = False
    session_key: str | None = None
    session_ends_at: datetime | None = None
    seen_at: datetime | None = None
    accepted: dict[str, int] = field(default_factory=dict)  # messages still allowed, by template


@dataclass(slots=True)
class Code:
    """A code that a phone was given; good once."""

    user: User
    ends_at: datetime
    phone: str | None = None
    country: str | int = "86"
    used: bool = False


class World:
    """The state of the stand-in. The phone's side makes codes, the server's side takes them."""

    def __init__(self, program: MiniProgram | None = None, clock: Clock | None = None) -> None:
        self.program = program or MiniProgram()
        self.tokens = Tokens()
        self._clock = clock or SystemClock()
        self._users: dict[str, User] = {}
        self._codes: dict[str, Code] = {}
        self._sign_ins = Quota(minute=PER_USER, errcode=45011)

    @property
    def now(self) -> datetime:
        """WeChat's instant, in UTC."""
        return self._clock.now()

    # — the phone's side —

    def user(self, name: str) -> User:
        """The user of this name, made up at the first mention."""
        if name not in self._users:
            self._users[name] = User(name, openid=_id(f"o6{name}"), unionid=_id(f"oU{name}"))
        return self._users[name]

    def login(self, name: str) -> str:
        """The code of `wx.login()`."""
        return self._give(Code(self.user(name), self.now + CODE_LIFE))

    def give_phone(self, name: str, phone: str, *, country: str | int = "86") -> str:
        """The code of the button `getPhoneNumber`."""
        return self._give(Code(self.user(name), self.now + CODE_LIFE, phone=phone, country=country))

    def accept(self, name: str, template_id: str) -> None:
        """The user allows one message of a template."""
        accepted = self.user(name).accepted
        accepted[template_id] = accepted.get(template_id, 0) + 1

    # — the server's side —

    def check_program(self, app_id: str | None, secret: str | None, *, older: bool = False) -> None:
        """Raises `Refusal` for any but our mini-program; `older` calls blame the code for an app id of others."""
        if not app_id:
            raise Refusal(41002)
        if not secret:
            raise Refusal(41004)
        if app_id != self.program.app_id:
            raise Refusal(40029 if older and APP_ID.fullmatch(app_id) else 40013)
        if not hmac.compare_digest(secret.encode(), self.program.secret.encode()):
            raise Refusal(40125)

    def sign_in(self, code: str) -> User:
        """The user of a login code, with a new session key. Raises `Refusal`."""
        found = self._take(code, for_phone=False)
        self._sign_ins.take(found.user.openid, now=self.now)
        found.used = True
        if found.user.blocked:
            raise Refusal(40226)
        found.user.session_key = new_session_key()
        found.user.session_ends_at = self.now + SESSION_LIFE
        found.user.seen_at = self.now
        return found.user

    def phone_of(self, code: str, *, openid: str | None) -> Code:
        """What a phone code stands for; with an openid, only for that user. Raises `Refusal`."""
        found = self._take(code, for_phone=True)
        if openid is not None and openid != found.user.openid:
            raise Refusal(40029)
        found.used = True
        return found

    def with_openid(self, openid: object) -> User:
        """The user with this openid. Raises `Refusal`."""
        for user in self._users.values():
            if user.openid == openid:
                return user
        raise Refusal(40003)

    def check_session(self, openid: str, *, signature: str, method: str) -> User:
        """The user, if the signature was made with the session key that is good now. Raises `Refusal`."""
        if method != "hmac_sha256":
            raise Refusal(87008)
        user = self.with_openid(openid)
        if user.session_key is None or user.session_ends_at is None or user.session_ends_at <= self.now:
            raise Refusal(87009)
        wanted = hmac.new(user.session_key.encode(), b"", hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), signature.encode()):
            raise Refusal(87009)
        return user

    def _give(self, code: Code) -> str:
        text = f"0{base64.urlsafe_b64encode(os.urandom(23)).decode().rstrip('=')}"
        self._codes[text] = code
        return text

    def _take(self, text: str, *, for_phone: bool) -> Code:
        code = self._codes.get(text)
        if code is None or (code.phone is not None) is not for_phone:
            raise Refusal(40029)
        if code.used:
            raise Refusal(40163)
        if code.ends_at <= self.now:
            raise Refusal(40029)
        return code


def new_session_key() -> str:
    """Sixteen random bytes in base64."""
    return base64.b64encode(os.urandom(16)).decode()


def _id(text: str) -> str:
    """28 characters that look like WeChat's ids, the same for one text on every run."""
    return f"{text[:2]}{base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()[:26]}"
