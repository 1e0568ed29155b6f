"""A WeChat account, the access token that all copies share, and what WeChat tells us."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from chassis.problems import Conflict, TooMany
from chassis.tables import Digest, Instant, Sealed
from services.members.tables import Table

OPENID_INDEX = "wechat_account.openid"
UNIONID_INDEX = "wechat_account.unionid"
CHINA = "86"
MOST_ANSWERS = 5
"""Wrong answers that an account may give in a day (own figure): one in 2,000 of guesses at four digits gets through."""
ANSWERS_COUNT_FOR = timedelta(days=1)


class BoundAlready(Conflict):
    """This WeChat account is bound to a person already."""

    title_zh = "此微信已绑定身份，不必再绑；如要换人，请先解除绑定。"


class NotBound(Conflict):
    """This WeChat account is bound to nobody."""

    title_zh = "此微信尚未绑定身份，不必解除。"


class BoundElsewhere(Conflict):
    """This person is bound to another WeChat account, which is not taken over silently."""

    title_zh = "您的身份已绑定另一个微信，请先在那个微信里解除绑定；那个微信已不能用的，请联系村（社区）代办员。"


class TooManyAnswers(TooMany):
    """Too many wrong answers; the count begins anew a day after the first."""

    title_zh = "今天填错的次数太多，请明天再试，或请村（社区）代办员核对您的手机号。"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a login code was exchanged for. The session key stays in this service."""

    openid: str
    unionid: str | None
    session_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number that WeChat vouches for."""

    number: str = field(repr=False)  # without the country's code
    country: str

    @property
    def text(self) -> str:
        """As it is kept, and, if it is one of China, as the registers have it."""
        return self.number if self.country == CHINA else f"+{self.country}{self.number}"


class WeChatAccount(Table, table=True):
    """Somebody who signs in by WeChat. Tokens speak for its id until it is bound, then for the person.

    Instants are the domain's.
    """

    __tablename__ = "wechat_account"
    __table_args__ = (
        UniqueConstraint("openid_index", name="wechat_account_openid"),
        UniqueConstraint("unionid_index", name="wechat_account_unionid"),
        UniqueConstraint("person_id", name="wechat_account_person"),
    )

    id: UUID = Field(primary_key=True)
    openid: bytes = Field(sa_type=Sealed)
    openid_index: bytes = Field(sa_type=Digest)
    unionid: bytes | None = Field(sa_type=Sealed)
    unionid_index: bytes | None = Field(sa_type=Digest)
    session_key: bytes | None = Field(sa_type=Sealed)  # none once WeChat has said that it is over
    phone: bytes | None = Field(sa_type=Sealed)  # kept only until the account is bound
    opened_at: datetime = Field(sa_type=Instant)
    person_id: UUID | None
    bound_at: datetime | None = Field(sa_type=Instant)  # with the person's leave, without which nobody is bound
    wrong_answers: int
    answers_since: datetime | None = Field(sa_type=Instant)

    @property
    def subject_id(self) -> UUID:
        """Whom its tokens speak for."""
        return self.person_id or self.id

    def bind(self, person_id: UUID, *, at: datetime) -> None:
        """From now on it is this person's. Raises `BoundAlready`."""
        if self.person_id is not None:
            raise BoundAlready()
        self.person_id, self.bound_at, self.phone = person_id, at, None

    def count_answer(self, *, at: datetime) -> int:
        """Count an answer before it is compared; gives how many wrong ones are left. Raises `TooManyAnswers`."""
        if self.answers_since is None or at - self.answers_since >= ANSWERS_COUNT_FOR:
            self.wrong_answers, self.answers_since = 0, at
        if self.wrong_answers >= MOST_ANSWERS:
            raise TooManyAnswers(retry_after=int((self.answers_since + ANSWERS_COUNT_FOR - at).total_seconds()))
        self.wrong_answers += 1
        return MOST_ANSWERS - self.wrong_answers


class WeChatToken(Table, table=True):
    """The access token of a mini-program, fetched by one copy of this service for all. Instants are real time."""

    __tablename__ = "wechat_token"

    app_id: str = Field(primary_key=True, max_length=64)
    token: bytes | None = Field(sa_type=Sealed)
    ends_at: datetime | None = Field(sa_type=Instant)
    fetched_at: datetime | None = Field(sa_type=Instant)
    forced_at: datetime | None = Field(sa_type=Instant)
    lease: UUID | None  # whoever holds it fetches
    leased_until: datetime | None = Field(sa_type=Instant)
