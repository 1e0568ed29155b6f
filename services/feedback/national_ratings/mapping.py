"""The field map of the province's platform: which of our values stands in which of its fields, and its own codes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.dated import Confidence, Text
from chassis.operator_files import read_yaml
from services.feedback.ratings.model import Rating, Reason

MAP = Path(__file__).with_name("national_ratings.yaml")

FieldName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
OURS_ALONE = (Reason.ASKED_FOR_MONEY_OR_GIFTS, Reason.ASKED_FOR_A_CERTAIN_GRADE)
"""Reasons that are not the platform's: what was asked for goes to discipline supervision and to nobody else."""


class Said(StrEnum):
    """All that may stand in a field; what tells who somebody is, is not among it."""

    EMPTY = "empty"
    RATING = "rating"  # our id of the grade, by which the platform knows it again
    CASE = "case"  # our id of the case
    ROUND = "round"
    SERVICE_CODE = "service_code"
    SERVICE_NAME = "service_name"
    SERVICE_VERSION = "service_version"
    CATEGORY = "category"
    DEPARTMENT = "department"
    DEPARTMENT_CODE = "department_code"
    REGION_CODE = "region_code"  # six digits of the county and 000000
    REGION_NAME = "region_name"
    CHANNEL = "channel"
    SUBMITTED_AT = "submitted_at"
    HANDLED_AT = "handled_at"
    RATED_AT = "rated_at"
    GRADE = "grade"
    REASONS = "reasons"


class Constant(BaseModel):
    """A field that always says the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=64)]


class NationalService(BaseModel):
    """One of our items as the national list of services has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Text
    name: Text
    version: Text
    category: Text
    department: Text
    department_code: Text


class FieldMap(BaseModel):
    """The file. Immutable: another file is another map, and grades that are on their way keep the one they had."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    stated_version: Annotated[str, Field(min_length=1, max_length=32)]
    source: Text
    confidence: Confidence
    region_code: Annotated[str, Field(pattern=r"^[0-9]{6}000000$")]
    region_name: Text
    fields: Annotated[dict[FieldName, Said | Constant], Field(min_length=1)]
    grades: dict[Rating, Text]
    reasons: dict[Reason, Text]
    channels: dict[str, Text]
    channel_otherwise: Text
    services: dict[str, NationalService]  # by our item's code

    @classmethod
    def load(cls, path: Path = MAP) -> Self:
        """The map in this file. Raises `BadFile` with each faulty line."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _says_all_of_a_grade(self) -> Self:
        if missing := [grade.value for grade in Rating if grade not in self.grades]:
            raise ValueError(f"grades 缺少 {missing[0]}")
        if ours := [reason.value for reason in OURS_ALONE if reason in self.reasons]:
            raise ValueError(f"reasons 不得含 {ours[0]}：这一条只交纪检监察，不上报")
        if missing := [reason.value for reason in Reason if reason not in {*self.reasons, *OURS_ALONE}]:
            raise ValueError(f"reasons 缺少 {missing[0]}")
        for needed in (Said.RATING, Said.GRADE, Said.SERVICE_CODE, Said.RATED_AT):
            if needed not in self.fields.values():
                raise ValueError(f"fields 里没有一项是 {needed}")
        return self
