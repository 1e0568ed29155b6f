"""A definition in SurveyJS' JSON, out and in: what has no counterpart here is refused, each with its place."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import ValidationError

from chassis.problems import Invalid
from services.feedback.surveys.definitions.questions import (
    MOST_POINTS,
    MOST_WORDS,
    Choice,
    Condition,
    Definition,
    Opinion,
    Page,
    Question,
    QuestionKind,
)

Json = Mapping[str, object]

TYPES = {
    QuestionKind.OPINION: "radiogroup",
    QuestionKind.YES_NO: "boolean",
    QuestionKind.SINGLE: "radiogroup",
    QuestionKind.MULTIPLE: "checkbox",
    QuestionKind.SCALE: "rating",
    QuestionKind.WORDS: "comment",
}
PRESENTED = {"locale", "logoPosition", "showQuestionNumbers", "widthMode", "showProgressBar", "completeText"}
"""Of a whole form: how it looks, which says nothing of what is asked."""
OF_ALL = {"type", "name", "title", "isRequired", "visibleIf"}
OF_TYPE = {
    "radiogroup": OF_ALL | {"choices"},
    "checkbox": OF_ALL | {"choices"},
    "boolean": OF_ALL,
    "rating": OF_ALL | {"rateMin", "rateMax", "rateCount", "minRateDescription", "maxRateDescription"},
    "comment": OF_ALL | {"maxLength"},
}
MOST_FAULTS = 50

_VALUE = r"(?:'[A-Za-z0-9_-]+'|\"[A-Za-z0-9_-]+\"|[0-9]+|true|false)"
_TERM = re.compile(
    rf"\{{([A-Za-z][A-Za-z0-9_-]*)\}}\s*(=|==|<>|!=|<=|>=|contains|notcontains|anyof)\s*({_VALUE}|\[[^\[\]]*\])\s*"
)
_AND = re.compile(r"\s*and\s+")


class SurveyNotMapped(Invalid):
    """Parts of this form have no counterpart here; each is named with its place."""

    title_zh = "这份问卷里有系统不支持的内容，请按列出的位置逐处修改后再导入。"


class _Faults(list[dict[str, str]]):
    """What cannot be mapped: where, and what stands there."""

    def name(self, place: str, what: str) -> None:
        if len(self) < MOST_FAULTS:
            self.append({"place": place, "what": what[:100]})


def written(definition: Definition) -> dict[str, object]:
    """The definition as SurveyJS' JSON."""
    pages: list[object] = []
    for number, page in enumerate(definition.pages, start=1):
        made: dict[str, object] = {"name": f"page{number}"}
        if page.title_zh:
            made["title"] = page.title_zh
        pages.append(made | {"elements": [_element(definition, question) for question in page.questions]})
    head: dict[str, object] = {"locale": "zh-cn", "title": definition.title_zh}
    if definition.description_zh:
        head["description"] = definition.description_zh
    return head | {"pages": pages}


def _element(definition: Definition, question: Question) -> dict[str, object]:
    made: dict[str, object] = {"type": TYPES[question.kind], "name": question.code, "title": question.title_zh}
    if question.required:
        made["isRequired"] = True
    if question.conditions:
        made["visibleIf"] = " and ".join(_term(definition, condition) for condition in question.conditions)
    if question.kind in {QuestionKind.OPINION, QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        made["choices"] = [{"value": code, "text": title} for code, title in question.options.items()]
    if question.kind is QuestionKind.SCALE:
        made |= {"rateMin": question.lowest, "rateMax": question.highest}
        ends = {"minRateDescription": question.lowest_zh, "maxRateDescription": question.highest_zh}
        made |= {name: said for name, said in ends.items() if said}
    if question.kind is QuestionKind.WORDS:
        made["maxLength"] = MOST_WORDS
    return made


def _term(definition: Definition, condition: Condition) -> str:
    asked = definition.question(condition.question)
    plain = asked is not None and asked.kind in {QuestionKind.SCALE, QuestionKind.YES_NO}
    values = [code if plain else f"'{code}'" for code in condition.among]
    several = asked is not None and asked.kind is QuestionKind.MULTIPLE
    if condition.negated:
        sign = "notcontains" if several else "<>"
        return " and ".join(f"{{{condition.question}}} {sign} {value}" for value in values)
    if len(values) == 1:
        return f"{{{condition.question}}} {'contains' if several else '='} {values[0]}"
    return f"{{{condition.question}}} anyof [{', '.join(values)}]"


def read(form: Json) -> Definition:
    """The definition that a form in SurveyJS' JSON is. Raises `SurveyNotMapped`, with every place."""
    faults = _Faults()
    for name in form.keys() - PRESENTED - {"title", "description", "pages", "elements"}:
        faults.name(name, "property")
    pages = form.get("pages", [{"elements": form["elements"]}] if "elements" in form else [])
    known: dict[str, Question] = {}
    made = [_page(page, place, known, faults) for place, page in _objects(pages, "pages", faults)]
    if not faults:
        try:
            return Definition(
                title_zh=_words(form.get("title"), "title", faults),
                description_zh=_words(form.get("description", ""), "description", faults),
                pages=[Page(title_zh=title, questions=questions) for title, questions in made],
            )
        except ValidationError as refused:
            for one in refused.errors():
                faults.name(".".join(map(str, one["loc"])), str(one["msg"]))
    raise SurveyNotMapped(places=[*sorted(faults, key=lambda fault: fault["place"])])


def _page(page: Json, place: str, known: dict[str, Question], faults: _Faults) -> tuple[str, list[Question]]:
    for name in page.keys() - {"name", "title", "elements"}:
        faults.name(f"{place}.{name}", "property")
    questions = []
    for where, element in _objects(page.get("elements"), f"{place}.elements", faults):
        before = len(faults)
        question = _question(element, where, known, faults)
        if question is not None and len(faults) == before:
            questions.append(question)
            known[question.code] = question
    return _words(page.get("title", ""), f"{place}.title", faults), questions


def _question(element: Json, place: str, known: Mapping[str, Question], faults: _Faults) -> Question | None:
    kind_of, name = str(element.get("type")), str(element.get("name"))
    if kind_of not in OF_TYPE:
        faults.name(f"{place}.type", kind_of)
        return None
    # Beside a condition it says how things stood when the library wrote the form, and is worked out anew.
    stood = {"visible"} if "visibleIf" in element else set()
    for other in element.keys() - OF_TYPE[kind_of] - stood:
        faults.name(f"{place}.{other}", "property")
    before, listed = len(faults), element.get("choices", []) if kind_of in {"radiogroup", "checkbox"} else []
    choices = [_choice(one, where, faults) for where, one in _items(listed, f"{place}.choices", faults)]
    if len(faults) > before:
        return None
    kind = {
        "radiogroup": QuestionKind.SINGLE,
        "checkbox": QuestionKind.MULTIPLE,
        "boolean": QuestionKind.YES_NO,
        "rating": QuestionKind.SCALE,
        "comment": QuestionKind.WORDS,
    }[kind_of]
    if kind is QuestionKind.SINGLE and {code for code, _ in choices} == set(Opinion):
        kind, choices = QuestionKind.OPINION, []
    points = _points(element)
    if points is None:
        faults.name(f"{place}.rateMax", str(element.get("rateMax")))
        return None
    required = element.get("isRequired", False)
    if not isinstance(required, bool):
        faults.name(f"{place}.isRequired", str(required))
    try:
        return Question(
            code=name,
            kind=kind,
            title_zh=_words(element.get("title", name), f"{place}.title", faults),
            required=required is True,
            choices=[Choice(code=code, title_zh=title) for code, title in choices],
            lowest=points[0],
            highest=points[1],
            lowest_zh=_words(element.get("minRateDescription", ""), f"{place}.minRateDescription", faults),
            highest_zh=_words(element.get("maxRateDescription", ""), f"{place}.maxRateDescription", faults),
            conditions=_conditions(element.get("visibleIf"), f"{place}.visibleIf", known, faults),
        )
    except ValidationError as refused:
        for one in refused.errors():
            faults.name(".".join([place, *map(str, one["loc"])]), str(one["msg"]))
        return None


def _points(element: Json) -> tuple[int, int] | None:
    """The ends of a scale in steps of one; how many points there are, where it is said, has to agree."""
    lowest = element.get("rateMin", 1)
    many = element.get("rateCount", MOST_POINTS if "rateMax" in element else 5)
    if not isinstance(lowest, int) or not isinstance(many, int):
        return None
    highest = element.get("rateMax", lowest + many - 1)
    if not isinstance(highest, int) or not 0 < highest - lowest < MOST_POINTS:
        return None
    return (lowest, highest) if "rateCount" not in element or many == highest - lowest + 1 else None


def _choice(one: object, place: str, faults: _Faults) -> tuple[str, str]:
    if isinstance(one, str | int) and not isinstance(one, bool):
        return str(one), str(one)
    if isinstance(one, dict) and one.keys() <= {"value", "text"} and "value" in one:
        value = str(one["value"])
        return value, _words(one.get("text", value), f"{place}.text", faults)
    faults.name(place, str(one))
    return "", ""


def _conditions(said: object, place: str, known: Mapping[str, Question], faults: _Faults) -> list[Condition]:
    if said is None:
        return []
    found, at, text = [], 0, str(said).strip()
    while True:
        term = _TERM.match(text, at)
        if term is None:
            faults.name(place, text[at:] or text)
            return []
        asked = known.get(term[1])
        made = None if asked is None else _condition(asked, term[2], term[3])
        if made is None:
            faults.name(place, term[0].strip())
            return []
        found.append(made)
        if term.end() == len(text):
            return found
        more = _AND.match(text, term.end())
        if more is None:
            faults.name(place, text[term.end() :])
            return []
        at = more.end()


def _condition(asked: Question, sign: str, value: str) -> Condition | None:
    values = [one.strip().strip("'\"") for one in value.strip("[]").split(",")]
    bounds: dict[str, Callable[[int, int], bool]] = {
        "<=": lambda point, bound: point <= bound,
        ">=": lambda point, bound: point >= bound,
    }
    if sign in bounds:
        if asked.kind is not QuestionKind.SCALE or not values[0].isdigit():
            return None
        values = [option for option in asked.options if bounds[sign](int(option), int(values[0]))]
    several = asked.kind is QuestionKind.MULTIPLE
    fits = sign == "anyof" or several is (sign in {"contains", "notcontains"})
    if not fits or (value.startswith("[") and sign != "anyof") or not set(values) <= asked.options.keys() or not values:
        return None
    return Condition(question=asked.code, among=values, negated=sign in {"<>", "!=", "notcontains"})


def _words(said: object, place: str, faults: _Faults) -> str:
    """A text, or the Chinese one of several."""
    if isinstance(said, dict):
        said = said.get("zh-cn", said.get("default"))
    if isinstance(said, str):
        return said
    faults.name(place, "text")
    return place


def _items(found: object, place: str, faults: _Faults) -> Iterator[tuple[str, object]]:
    if not isinstance(found, Sequence) or isinstance(found, str):
        faults.name(place, "list")
        return
    for number, one in enumerate(found):
        yield f"{place}[{number}]", one


def _objects(found: object, place: str, faults: _Faults) -> Iterator[tuple[str, Json]]:
    for where, one in _items(found, place, faults):
        if isinstance(one, dict):
            yield where, one
        else:
            faults.name(where, "object")
