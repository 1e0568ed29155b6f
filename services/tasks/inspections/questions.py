"""The questions of an inspection form, of a closed list of kinds, and the check of what was answered."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from chassis.words import PLAIN, Input

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
LONGEST = 2000  # characters of words
MOST_FILES = 9


class Kind(StrEnum):
    """What a question is answered with. There is none for a place, a track or a signature in the field."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    NUMBER = "number"
    DAY = "day"
    WORDS = "words"
    FILES = "files"


class Question(Input):
    """One question of a form."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"code": "on_duty", "kind": "yes_no", "title": "代办点有人值班", "required": True}]
        },
    )

    code: Code
    kind: Kind
    title: Text
    required: bool = False
    options: list[Text] = Field(default=[], max_length=30)
    unit: Annotated[str, StringConstraints(max_length=10, pattern=PLAIN)] | None = None
    reason: Text | None = None  # why files must be shown: without need none are asked for

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        chosen = self.kind in {Kind.ONE_OF, Kind.SOME_OF}
        if chosen != bool(self.options) or len(set(self.options)) != len(self.options):
            raise ValueError("选择题要写明互不相同的选项，其他题没有选项")
        if self.kind is Kind.FILES and self.required and self.reason is None:
            raise ValueError("要求必须拍照或附件的，要写明理由（reason）；没有必要的不设为必填")
        if self.unit is not None and self.kind is not Kind.NUMBER:
            raise ValueError("只有数字题写单位")
        return self


Questions = Annotated[list[Question], Field(min_length=1, max_length=60)]
Answer = bool | int | float | str | list[str] | None
STORED = TypeAdapter(list[Question])


def doubled(questions: Sequence[Question]) -> list[str]:
    """The codes that stand more than once."""
    codes = [question.code for question in questions]
    return sorted({code for code in codes if codes.count(code) > 1})


def faults(questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """What is wrong with the answers: the code of the question, and what to do, in Chinese."""
    known = {question.code: question for question in questions}
    found = [(code, "表单中没有这个问题，请更新表单后重填") for code in answers if code not in known]
    for code, question in known.items():
        answer = answers.get(code)
        if answer is None or answer in ("", []):
            if question.required:
                found.append((code, f"“{question.title}”必须填写"))
        elif not _fits(question, answer):
            found.append((code, f"“{question.title}”{_WANTED[question.kind]}"))
    return found


def files_in(questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[UUID]:
    """The files that the answers name, each once."""
    named = [
        UUID(one)
        for question in questions
        if question.kind is Kind.FILES and isinstance(said := answers.get(question.code), list)
        for one in said
    ]
    return list(dict.fromkeys(named))


_WANTED = {
    Kind.YES_NO: "应填是或否",
    Kind.ONE_OF: "应选一个选项",
    Kind.SOME_OF: "应选列出的选项，不重复",
    Kind.NUMBER: "应填数字",
    Kind.DAY: "应填日期，如 2026-11-16",
    Kind.WORDS: f"应填文字，不超过 {LONGEST} 字",
    Kind.FILES: f"应填已上传文件的编号，不超过 {MOST_FILES} 个",
}


def _fits(question: Question, answer: Answer) -> bool:
    if isinstance(answer, bool):
        return question.kind is Kind.YES_NO
    if isinstance(answer, int | float):
        return question.kind is Kind.NUMBER and abs(answer) < 10**12
    if isinstance(answer, list):
        return _fits_several(question, answer)
    return answer is not None and _fits_text(question, answer)


def _fits_several(question: Question, answer: list[str]) -> bool:
    if question.kind is Kind.SOME_OF:
        return len(set(answer)) == len(answer) and set(answer) <= set(question.options)
    return question.kind is Kind.FILES and len(answer) <= MOST_FILES and all(_is(one, UUID) for one in answer)


def _fits_text(question: Question, answer: str) -> bool:
    if question.kind is Kind.ONE_OF:
        return answer in question.options
    if question.kind is Kind.DAY:
        return _is(answer, date.fromisoformat)
    return question.kind is Kind.WORDS and len(answer) <= LONGEST


def _is(text: str, read: Callable[[str], object]) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
