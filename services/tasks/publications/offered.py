"""What systems outside may report and the public may read about: a section of the catalogue (`published`)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.dated import Text
from services.tasks.rules.pack import MatterKind

NEVER = frozenset({MatterKind.COMPLAINT, MatterKind.REPORT})
"""Kinds that are about somebody: they have a way of their own, and nobody outside is ever shown one."""

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Datatype(StrEnum):
    """How a question is answered."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE_OF = "singlevaluelist"
    SOME_OF = "multivaluelist"

    @property
    def chooses(self) -> bool:
        """Whether the answer is one or some of given values."""
        return self in {Datatype.ONE_OF, Datatype.SOME_OF}


class Question(BaseModel):
    """What else is asked of whoever reports this; `asks: false` only tells them something."""

    model_config = _FROZEN

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    asks: bool = True
    datatype: Datatype
    hint: Text  # how to answer
    required: bool = False
    words: Text  # the question, or what is told
    values: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_values_to_choose_from(self) -> Self:
        if self.datatype.chooses is not bool(self.values):
            raise ValueError(f"{self.code}：values 只用于、且必须用于 singlevaluelist 和 multivaluelist")
        if self.required and not self.asks:
            raise ValueError(f"{self.code}：asks 为 false 的只是说明，不能是必填")
        return self


class OfferedService(BaseModel):
    """Something that is reported from outside: an errand of the catalogue, or a kind of matter in free words.

    With a `sentence` it is public: that is shown of each case until somebody has looked its description over.
    Without one nobody outside is shown such a case, and whoever reports it is given a token instead of its number.
    """

    model_config = _FROZEN

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
    item: str | None = None
    kind: MatterKind | None = None
    name: Text
    description: Text
    group: Text
    keywords: tuple[Text, ...] = ()
    sentence: Text | None = None
    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.item is None) is (self.kind is None):
            raise ValueError(f"{self.code}：item 和 kind 写且只写一个")
        if self.kind in NEVER:
            raise ValueError(f"{self.code}：投诉和举报不对外公开，也不从这里接收")
        codes = [question.code for question in self.questions]
        if len(set(codes)) < len(codes):
            raise ValueError(f"{self.code}：questions 的 code 不能重复")
        return self

    @property
    def public(self) -> bool:
        """Whether the public is shown cases of it."""
        return self.sentence is not None
