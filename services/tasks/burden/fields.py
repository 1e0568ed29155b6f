"""Where each field that a person fills in comes from: who is asked, why, and who holds it already, if anybody does."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.operator_files import read_yaml

FIELDS = Path(__file__).with_name("fields.yaml")

Text = Annotated[str, Field(min_length=1)]


class SourceKind(StrEnum):
    """Where what stands in a field comes from."""

    OWN = "own"  # whoever is asked alone knows or decides it
    CHOSEN = "chosen"  # picked from what the system shows
    FIRST = "first"  # this is the form by which its holder gets it
    SHOWN = "shown"  # filled in from its holder already; it may be corrected
    PROOF = "proof"  # proves who somebody is
    MACHINE = "machine"  # a program puts it in; nobody types it
    HELD = "held"  # somebody holds it already: the build fails


_NOT_ASKED_AGAIN = {SourceKind.FIRST, SourceKind.SHOWN, SourceKind.PROOF, SourceKind.MACHINE, SourceKind.CHOSEN}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Read):
    """A reason for asking, which many fields may share."""

    kind: SourceKind
    why: Text
    holder: Text | None = None  # who holds it; nobody does where none is named

    @model_validator(mode="after")
    def _names_a_holder_if_there_is_one(self) -> Self:
        if (self.holder is None) is (self.kind in {SourceKind.SHOWN, SourceKind.HELD}):
            raise ValueError("kind 为 shown 或 held 的须写 holder，其余不写")
        return self


class HeldDatum(_Read):
    """What a register holds, and what a field that asks for it is called; `unless` as with `Banned`."""

    title: Text
    holder: Text
    names: tuple[Text, ...]
    unless: tuple[Text, ...] = ()


class Banned(_Read):
    """What is never asked; `unless` names the sources under which the word means something else."""

    title: Text
    rule: Text
    names: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()


class Form(_Read):
    """The fields of one action of a service, each with its source."""

    service: Text
    form: Text
    title: Text
    asked_of: Text
    fields: Mapping[str, str]
    typed_report: bool = False  # a report on work done, written by hand

    def source_of(self, field: str) -> str | None:
        """The name of a field's source; `cut.*` stands for every field of the object `cut`."""
        return self.fields.get(field) or self.fields.get(f"{field.rpartition('.')[0]}.*")


class Fields(_Read):
    """The file: sources, what is held, what is banned, and every form."""

    sources: Mapping[str, Source]
    held: tuple[HeldDatum, ...]
    banned: tuple[Banned, ...]
    forms: tuple[Form, ...]

    @classmethod
    def load(cls, path: Path = FIELDS) -> Self:
        """The file as it stands. Raises `BadFile` with each faulty line."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for form in self.forms:
            for field, source in form.fields.items():
                if source not in self.sources:
                    raise ValueError(f"{form.service}.{form.form}.{field} 的来源 {source} 没有列在 sources 里")
        if len(self._forms) != len(self.forms):
            raise ValueError("有表单写了两次")
        excepted = {name for one in self.held for name in one.unless} | {
            name for one in self.banned for name in one.unless
        }
        unknown = excepted - self.sources.keys()
        if unknown:
            raise ValueError(f"unless 写了没有列出的来源：{'、'.join(sorted(unknown))}")
        return self

    @cached_property
    def _forms(self) -> dict[tuple[str, str], Form]:
        return {(form.service, form.form): form for form in self.forms}

    def form(self, service: str, action: str) -> Form | None:
        """The form of an action, if it has fields."""
        return self._forms.get((service, action))

    def asked(self, form: Form) -> int:
        """How many fields of a form people fill in: not what a program puts in or what proves who they are."""
        free = {SourceKind.MACHINE, SourceKind.PROOF, SourceKind.SHOWN}
        return sum(self.sources[name].kind not in free for name in form.fields.values())

    def asked_though_held(self, form: Form) -> int:
        """How many of them somebody holds already."""
        return sum(self.holder_of(field, source) is not None for field, source in form.fields.items())

    def holder_of(self, field: str, source: str) -> str | None:
        """Who holds what a field asks for, where it is asked all the same."""
        said = self.sources[source]
        if said.kind is SourceKind.HELD:
            return said.holder
        if said.kind in _NOT_ASKED_AGAIN:
            return None
        return next((one.holder for one in self.held if source not in one.unless and _called(field, one.names)), None)

    def banned_in(self, field: str, said: str, form: Form | None, source: str | None) -> Iterator[Banned]:
        """What may not be asked, as a field's name, or what is said of it and of its form, shows it."""
        why = self.sources[source].why if source is not None and source in self.sources else ""
        text = f"{said} {form.title if form else ''} {why}"
        for one in self.banned:
            if source not in one.unless and (_called(field, one.names) or any(word in text for word in one.words)):
                yield one


def _called(field: str, names: tuple[str, ...]) -> bool:
    """Whether a field bears one of these names, alone or as words of a longer one."""
    last = field.rpartition(".")[2].lower()
    return any(re.search(rf"(?:^|_){re.escape(name)}(?:_|$)", last) for name in names)
