"""A ground: a thing of the record on which accountability, a veto or a grade rests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from chassis.problems import Invalid


class GroundKind(StrEnum):
    """What a ground may be."""

    CASE = "case"
    RECTIFICATION = "rectification"
    CELL = "cell"
    REPORT = "report"
    SURVEY = "survey"
    DUTY = "duty"  # a recurring duty that was missed, or done late

    @property
    def title_zh(self) -> str:
        """Its name on the screen."""
        return {
            "case": "事项",
            "rectification": "整改",
            "cell": "匿名测评结果",
            "report": "报告",
            "survey": "满意度测评",
            "duty": "逾期的定期职责",
        }[self]


class GroundNotInRecord(Invalid):
    """A ground has to be in the record of the unit's area, published where it is a result."""

    title_zh = (
        "该单位的记录中没有这项依据，或尚未公布，或不能作为依据。"
        "请从该单位的事项、整改、测评结果、报告或逾期的定期职责中选。"
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """One of them, kept as `case:…`."""

    kind: GroundKind
    id: UUID

    @classmethod
    def read(cls, kept: str) -> Self:
        """As it was kept."""
        kind, _, thing = kept.partition(":")
        return cls(GroundKind(kind), UUID(thing))

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.id}"
