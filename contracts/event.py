"""What a published fact is: a frozen record with a name, a key and a publisher."""

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """A fact that one service tells the others; the past tense of something that happened.

    Subclasses give their wire name and the field whose value orders them:
    `class RequestHandled(Event, type="tasks.request.handled.v1", key="request_id")`. Facts of one key arrive in
    the order in which they were published. A fact carries ids and codes, instants in UTC (`*_at`) and local dates
    of Asia/Shanghai (`*_on`), and never free text or a citizen's personal data. Unknown fields are ignored, so that
    a publisher may add one without a new version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    key_field: ClassVar[str]

    def __init_subclass__(cls, *, type: str, key: str) -> None:  # noqa: A002  # the class keyword reads `type=`
        super().__init_subclass__()
        service, _, rest = type.partition(".")
        if not service or not rest or not type.rpartition(".v")[2].isdigit():
            raise TypeError(f"{cls.__name__}: {type!r} is not of the form service.thing.happened.v1")
        cls.type = type
        cls.key_field = key

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if cls.key_field not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: its key {cls.key_field!r} is not one of its fields")

    @property
    def key(self) -> str:
        """The id of the thing that this fact is about, as text."""
        return str(getattr(self, self.key_field))

    @classmethod
    def source(cls) -> str:
        """The service that alone may publish it."""
        return cls.type.partition(".")[0]

    @classmethod
    def read(cls, body: str | bytes) -> Self:
        """The fact as it came off the log."""
        return cls.model_validate_json(body)
