"""The questions of a survey: a closed list of kinds, shown by safe conditions; and reading answers against them."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator

from chassis.problems import Invalid
from chassis.words import PLAIN, Input

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
ChoiceCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]

Given = bool | int | str | list[str]
"""One answer as a form sends it."""

MOST_POINTS = 11
"""A scale has no more: from 0 to 10."""
MOST_WORDS = 200
"""Characters of an answer in words."""
NONE: tuple[str, ...] = ()


class AnswersDoNotFit(Invalid):
    """These are not answers to the questions of this survey; the question and what is wrong are named."""

    title_zh = "有的题没有答，或答案不在选项里，请按提示补答后再提交。"


class Opinion(StrEnum):
    """What somebody thinks of an organisation, the best first."""

    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    NO_OPINION = "no_opinion"

    @property
    def title_zh(self) -> str:
        """The answer's words."""
        return {
            "satisfied": "满意",
            "fairly_satisfied": "基本满意",
            "dissatisfied": "不满意",
            "no_opinion": "不了解",
        }[self]


class QuestionKind(StrEnum):
    """How a question is answered."""

    OPINION = "opinion"  # the four answers of a mass survey
    YES_NO = "yes_no"
    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"  # whole points from one to another
    WORDS = "words"  # for whoever is one level up alone, joined to no other answer

    @property
    def title_zh(self) -> str:
        """The kind's name."""
        return {
            "opinion": "满意度",
            "yes_no": "是否",
            "single": "单选",
            "multiple": "多选",
            "scale": "打分",
            "words": "留言（只有上一级看得到）",
        }[self]


class Choice(Input):
    """One of the answers to choose from."""

    code: ChoiceCode
    title_zh: Title


class Condition(Input):
    """Whether an earlier answer is, or with `negated` is not, among these."""

    question: Code
    among: Annotated[list[ChoiceCode], Field(min_length=1, max_length=20)]
    negated: bool = False

    def holds(self, answers: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether it does; a question without an answer has none of them."""
        return bool(set(self.among) & set(answers.get(self.question, NONE))) is not self.negated


class Question(Input):
    """One question; shown if all its conditions hold."""

    code: Code
    kind: QuestionKind
    title_zh: Title
    required: bool = True
    choices: Annotated[list[Choice], Field(max_length=30, default_factory=list)]
    lowest: Annotated[int, Field(ge=0, le=10)] = 1  # of a scale
    highest: Annotated[int, Field(ge=1, le=10)] = 5
    lowest_zh: Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)] = ""  # what the ends of a scale mean
    highest_zh: Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)] = ""
    conditions: Annotated[list[Condition], Field(max_length=5, default_factory=list)]

    @model_validator(mode="after")
    def _is_of_its_kind(self) -> Self:
        chosen = self.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
        if chosen is not (len(self.choices) >= 2):
            raise ValueError(f"{self.code}：单选和多选至少有两个选项，其他题型没有选项")
        if len({choice.code for choice in self.choices}) < len(self.choices):
            raise ValueError(f"{self.code}：选项编码重复")
        if self.lowest >= self.highest:
            raise ValueError(f"{self.code}：最低分应低于最高分")
        if self.kind is QuestionKind.WORDS and self.required:
            raise ValueError(f"{self.code}：留言不得设为必答")
        return self

    @property
    def options(self) -> dict[str, str]:
        """The answers that can be chosen, each with its words; none of a question that is answered in words."""
        match self.kind:
            case QuestionKind.OPINION:
                return {one.value: one.title_zh for one in Opinion}
            case QuestionKind.YES_NO:
                return {"true": "是", "false": "否"}
            case QuestionKind.SCALE:
                return {str(point): f"{point} 分" for point in range(self.lowest, self.highest + 1)}
            case QuestionKind.WORDS:
                return {}
            case _:
                return {choice.code: choice.title_zh for choice in self.choices}

    def read(self, given: Given) -> tuple[str, ...]:
        """The options that were chosen, in their order; or the words. Raises `AnswersDoNotFit`."""
        if self.kind is QuestionKind.WORDS:
            if not isinstance(given, str) or len(given) > MOST_WORDS:
                raise AnswersDoNotFit(question=self.code, fault="words", at_most=MOST_WORDS)
            return (given.strip(),) if given.strip() else NONE
        said = given if isinstance(given, list) else [str(given).lower() if isinstance(given, bool) else str(given)]
        if isinstance(given, list) is not (self.kind is QuestionKind.MULTIPLE) or not set(said) <= self.options.keys():
            raise AnswersDoNotFit(question=self.code, fault="not-an-option")
        return tuple(option for option in self.options if option in said)


class Page(Input):
    """Questions that stand together on the screen."""

    title_zh: Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)] = ""
    questions: Annotated[list[Question], Field(min_length=1, max_length=50)]


EXAMPLE: JsonValue = {
    "title_zh": "便民服务满意度测评",
    "pages": [{"questions": [{"code": "overall", "kind": "opinion", "title_zh": "您对办事服务满意吗？"}]}],
}


class Definition(Input):
    """What a survey asks, page by page."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    title_zh: Title
    description_zh: Annotated[str, StringConstraints(max_length=1000, pattern=PLAIN)] = ""
    pages: Annotated[list[Page], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        before: dict[str, Question] = {}
        for question in self.questions():
            if question.code in before:
                raise ValueError(f"{question.code}：题目编码重复")
            for condition in question.conditions:
                earlier = before.get(condition.question)
                if earlier is None or not set(condition.among) <= earlier.options.keys():
                    raise ValueError(f"{question.code}：显示条件只能用前面的题和它的选项")
            before[question.code] = question
        return self

    def questions(self) -> Iterator[Question]:
        """All of them, in their order."""
        for page in self.pages:
            yield from page.questions

    def question(self, code: str) -> Question | None:
        """The question with this code."""
        return next((one for one in self.questions() if one.code == code), None)

    def read(self, given: Mapping[str, Given]) -> dict[str, tuple[str, ...]]:
        """The answers to the questions that are shown, in their order. Raises `AnswersDoNotFit`.

        An answer to a question that its conditions hide is refused, as is one that nobody asked for.
        """
        answers: dict[str, tuple[str, ...]] = {}
        shown = set()
        for question in self.questions():
            if not all(condition.holds(answers) for condition in question.conditions):
                continue
            shown.add(question.code)
            said = question.read(given[question.code]) if question.code in given else NONE
            if not said and question.required:
                raise AnswersDoNotFit(question=question.code, fault="missing")
            if said:
                answers[question.code] = said
        if unasked := sorted(given.keys() - shown):
            raise AnswersDoNotFit(question=unasked[0], fault="not-asked")
        return answers
