"""The catalogue: errands with papers, legal time and no fee, and the kinds of matter reported in free words."""

from collections import Counter
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.dated import Confidence, Dated, Text, in_turn
from chassis.operator_files import BadFile, Fault, read_text, read_yaml
from chassis.problems import NotFound
from services.tasks.catalogue.templates import FOLDER, NoSuchTemplate, Template, fault_of
from services.tasks.clocks.limits import Amount
from services.tasks.publications.offered import NEVER, OfferedService
from services.tasks.rules.pack import MatterKind

CATALOGUE = Path(__file__).with_name("catalogue.yaml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]


class NoSuchItem(NotFound):
    """The catalogue holds no such errand on this date."""

    title_zh = "目录中没有这一事项或已停办，请重新选择，或直接用文字说明您的诉求。"


class Applicant(StrEnum):
    """Who may apply; an agent always acts for one of these, by mandate."""

    PERSON = "person"
    GUARDIAN = "guardian"
    HOUSEHOLD = "household"
    ORGANIZATION = "organization"

    @property
    def title_zh(self) -> str:
        """The applicant's name on the screen."""
        return {"person": "本人", "guardian": "监护人", "household": "户主或户内成员", "organization": "单位"}[self]


class CatalogueItem(Dated):
    """One version of an errand, as it is offered from a date to a date."""

    code: Code
    version: Annotated[int, Field(strict=True, gt=0)]
    name: Text
    kind: MatterKind
    papers: tuple[Text, ...]  # what the applicant brings; may be nothing
    legal_time: Amount  # the errand's finishing limit, in place of its kind's in the rule pack
    fee: Literal[0]  # running the errand is free; in fen, like every amount of money
    applicants: Annotated[tuple[Applicant, ...], Field(min_length=1)]
    evidence: Text | None  # the paper that proves completion, only where the rule asks for one
    keywords: tuple[Text, ...] = ()  # how people call it: by these, too, it is suggested
    note: Text | None  # what the villager has to know or do beyond bringing the papers
    templates: tuple[Template, ...] = ()  # forms to fill in; an older catalogue has none
    source: Text
    confidence: Confidence

    @property
    def evidence_required(self) -> bool:
        """Whether a report of completion has to carry evidence."""
        return self.evidence is not None


class FreeMatter(BaseModel):
    """What a kind of matter is called, and what to write, where no errand of the catalogue fits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MatterKind
    hint: Text

    @property
    def name(self) -> str:
        """The kind's name on the screen."""
        return self.kind.title_zh


class Catalogue(BaseModel):
    """All errands in all their versions. Immutable: another file is another catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    free_matters: tuple[FreeMatter, ...]
    items: Annotated[tuple[CatalogueItem, ...], Field(min_length=1)]
    published: tuple[OfferedService, ...] = ()  # what systems outside report, and the public reads about

    _versions: dict[str, tuple[CatalogueItem, ...]] = PrivateAttr(default_factory=dict)
    _folder: Path = PrivateAttr(default=CATALOGUE.parent / FOLDER)
    _templates: dict[str, Template] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path = CATALOGUE) -> Self:
        """The catalogue in this file, its forms in the folder beside it. Raises `BadFile` with each faulty line."""
        found = read_yaml(path, cls)
        found._folder = path.parent / FOLDER
        lines = read_text(path).splitlines()
        faults = [
            Fault(next((n for n, line in enumerate(lines, 1) if template.file in line), 1), wrong)
            for template in found._templates.values()
            if (wrong := fault_of(found._folder, template))
        ]
        if faults:
            raise BadFile(path.name, faults)
        return found

    @model_validator(mode="after")
    def _holds_each_version_once(self) -> Self:
        by_code = attrgetter("code")
        for code, rows in groupby(sorted(self.items, key=by_code), key=by_code):
            versions = in_turn(rows, of=code)
            if [item.version for item in versions] != list(range(1, len(versions) + 1)):
                raise ValueError(f"{code} 的 version 应按生效日期从 1 起逐次加 1")
            self._versions[code] = versions
        for template in (one for item in self.items for one in item.templates):
            if self._templates.setdefault(template.file, template).title != template.title:
                raise ValueError(f"{template.file} 在不同事项中名称不同，请统一")
        if Counter(matter.kind for matter in self.free_matters) != Counter(MatterKind):
            raise ValueError(f"free_matters 应把 {'、'.join(MatterKind)} 各写一次")
        return self

    @model_validator(mode="after")
    def _publishes_what_there_is(self) -> Self:
        for what in ("code", "item", "kind"):
            named = [found for service in self.published if (found := getattr(service, what)) is not None]
            if len(set(named)) < len(named):
                raise ValueError(f"published 的 {what} 不能重复")
        for service in self.published:
            if service.item is not None and not self.versions_of(service.item):
                raise ValueError(f"published 的 {service.code}：items 里没有 {service.item}")
            if service.item is not None and any(version.kind in NEVER for version in self.versions_of(service.item)):
                raise ValueError(f"published 的 {service.code}：投诉和举报不对外公开，也不从这里接收")
        return self

    def versions_of(self, code: str) -> tuple[CatalogueItem, ...]:
        """Every version of an errand, from the oldest on; nothing for a code that there is not."""
        return self._versions.get(code, ())

    def offered_outside(self, code: str, *, on: date) -> OfferedService | None:
        """The service of this code, if systems outside may report it on this local date."""
        return next((service for service in self.all_offered_outside(on=on) if service.code == code), None)

    def all_offered_outside(self, *, on: date) -> tuple[OfferedService, ...]:
        """Every service that systems outside may report on this local date, in the order of the file."""
        return tuple(
            service
            for service in self.published
            if service.item is None or any(version.holds_on(on) for version in self.versions_of(service.item))
        )

    def published_as(self, *, item: str | None, kind: MatterKind) -> OfferedService | None:
        """As what a case is published: by its errand, or in free words by its kind; none if it is not."""
        for service in self.published:
            if service.public and (service.item == item if item else service.kind == kind):
                return service
        return None

    def item(self, code: str, *, on: date) -> CatalogueItem:
        """The version of an errand that is offered on this local date. Raises `NoSuchItem`."""
        for item in self._versions.get(code, ()):
            if item.holds_on(on):
                return item
        raise NoSuchItem(item=code, on=on.isoformat())

    def template(self, file: str) -> tuple[Template, Path]:
        """A form that some errand names, and where its file is. Raises `NoSuchTemplate`."""
        found = self._templates.get(file)
        if found is None:
            raise NoSuchTemplate()
        return found, self._folder / found.file

    def offered(self, *, on: date) -> tuple[CatalogueItem, ...]:
        """Every errand offered on this local date, in the order of the file."""
        return tuple(item for item in self.items if item.holds_on(on))
