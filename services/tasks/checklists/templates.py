"""List templates: what many organisations do in the same way, written once in a file that an operator replaces."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.dated import Confidence, Text
from chassis.operator_files import read_yaml
from chassis.problems import NotFound
from services.tasks.checklists.actions import NewItem
from services.tasks.checklists.model import ChecklistKind, Level

TEMPLATES = Path(__file__).with_name("templates.yaml")


class NoSuchListTemplate(NotFound):
    """The file of templates holds none of this code."""

    title_zh = "没有这个清单模板，请从模板列表中选择。"


class TemplateItem(BaseModel):
    """One line of a template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[str, Field(min_length=1, max_length=40)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    measure: Annotated[str, Field(max_length=200)] | None = None
    due: Annotated[int, Field(ge=0, le=3660)]  # natural days after the first day of the list
    evidence: bool = False


class ListTemplate(BaseModel):
    """One template, with where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    kind: ChecklistKind
    title: Annotated[str, Field(min_length=1, max_length=120)]
    note: Text
    source: Text
    confidence: Confidence
    level: Level = Level.VILLAGE  # how far its lines go down: of a village's list, on to each household
    items: Annotated[tuple[TemplateItem, ...], Field(min_length=1, max_length=500)]

    def items_of(self, from_on: date, to_on: date) -> list[NewItem]:
        """Its lines as they fall due in a list of this period, the last day at the latest."""
        return [
            NewItem(
                title=one.title,
                due_on=min(from_on + timedelta(days=one.due), to_on),
                number=one.number,
                measure=one.measure,
                evidence=one.evidence,
            )
            for one in self.items
        ]


class ListTemplates(BaseModel):
    """Every template of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    templates: tuple[ListTemplate, ...]

    @classmethod
    def load(cls, path: Path = TEMPLATES) -> Self:
        """The templates in this file. Raises `BadFile` with each faulty line."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _holds_each_once(self) -> Self:
        if len({one.code for one in self.templates}) < len(self.templates):
            raise ValueError("模板的 code 不能重复")
        for one in self.templates:
            if len({item.number for item in one.items}) < len(one.items):
                raise ValueError(f"{one.code} 中的 number 不能重复")
        return self

    def template(self, code: str) -> ListTemplate:
        """The template of this code. Raises `NoSuchListTemplate`."""
        for one in self.templates:
            if one.code == code:
                return one
        raise NoSuchListTemplate(template=code)
