"""Forms in SurveyJS' JSON: the library that others wrote shows the same questions as we do; theirs come in whole."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from profiles.servers.processes import program
from services.feedback.surveys.definitions.questions import AnswersDoNotFit, Definition
from services.feedback.surveys.definitions.surveyjs import SurveyNotMapped, read, written
from tests.feedback.surveys.asking import BAD, DEFINITION, FAIR, GOOD, UNSURE
from tests.standins.node import installed

HERE = Path(__file__).parent / "surveyjs"

HALL = {"value": "hall", "text": "大厅"}
THEIRS: dict[str, Any] = {
    "title": {"default": "Service survey", "zh-cn": "便民服务测评"},
    "logoPosition": "right",
    "elements": [
        {"type": "radiogroup", "name": "way", "title": "怎么办的？", "choices": ["phone", HALL]},
        {"type": "rating", "name": "speed", "title": "快不快？", "isRequired": True, "rateMin": 0, "rateMax": 10},
        {"type": "checkbox", "name": "papers", "title": "要了什么？", "choices": ["card", "photo", "form"]},
        {"type": "boolean", "name": "again", "title": "又跑了？", "visibleIf": "{way} = 'hall' and {speed} <= 6"},
        {
            "type": "comment",
            "name": "say",
            "title": "还想说",
            "visibleIf": "{papers} contains 'form' and {again} = true",
        },
        {"type": "rating", "name": "line", "title": "排队", "visibleIf": "{way} <> 'phone' and {speed} anyof [1, 2]"},
    ],
}
GIVEN: list[dict[str, Any]] = [
    {"speed": 9},
    {"way": "hall", "speed": 3, "papers": ["card", "form"], "again": True, "say": "慢"},
    {"way": "hall", "speed": 2, "papers": ["form"], "again": False, "line": 2},
    {"way": "phone", "speed": 2},
    {"speed": 1, "line": 5},  # a question without an answer is not «phone»
    {"way": "hall", "speed": 6, "papers": ["photo"], "again": True},
    {"way": "hall"},
]
FAULTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"title": "x", "pages": [{"elements": [{"type": "matrix", "name": "m"}]}]}, ["pages[0].elements[0].type"]),
    (
        {
            "title": "x",
            "triggers": [],
            "elements": [
                {"type": "rating", "name": "a", "title": "x", "rateMax": 99},
                {"type": "comment", "name": "b", "title": "x", "visibleIf": "{a} > 3 or {b} empty", "validators": []},
                {"type": "radiogroup", "name": "c", "title": "x", "choices": [{"value": 1, "visibleIf": "true"}, 2]},
                {"type": "comment", "name": "d", "title": "x", "visibleIf": "{later} = 'y'"},
                {"type": "boolean", "name": "9 lives", "title": {"fr": "x"}},
            ],
        },
        [
            "pages[0].elements[0].rateMax",
            "pages[0].elements[1].validators",
            "pages[0].elements[1].visibleIf",
            "pages[0].elements[2].choices[0]",
            "pages[0].elements[3].visibleIf",
            "pages[0].elements[4].code",
            "pages[0].elements[4].title",
            "triggers",
        ],
    ),
    ({"title": "x"}, ["pages"]),
    (
        {"title": "x", "elements": [{"type": "boolean", "name": "a", "visible": False}]},
        ["pages[0].elements[0].visible"],
    ),
    ({"title": "x", "pages": [5, "y"]}, ["pages[0]", "pages[1]"]),
]


def shown(definition: Definition, answers: dict[str, Any]) -> list[str] | None:
    """The questions that are shown with these answers, as we see it; none where they are no whole answer."""
    try:
        said = definition.read(answers)
    except AnswersDoNotFit:
        return None
    return [one.code for one in definition.questions() if all(condition.holds(said) for condition in one.conditions)]


def as_surveyjs_has_it(form: dict[str, object], given: list[dict[str, Any]]) -> dict[str, Any]:
    """What the library says of a form and of each answer to it."""
    done = subprocess.run(
        [program("node", package="nodejs"), "answer.mjs"],
        cwd=installed(HERE),
        input=json.dumps({"form": form, "given": given}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(json.loads(done.stdout))


def test_the_library_shows_the_same_questions_and_takes_the_same_answers() -> None:
    ours = Definition.model_validate(DEFINITION)
    theirs = read(THEIRS)
    answers = [GOOD, FAIR, BAD, UNSURE, BAD | {"why": []}, {"heard": True}, {"overall": "dissatisfied", "heard": True}]
    for definition, given in ((ours, answers), (theirs, GIVEN)):
        assert read(written(definition)) == definition
        found = as_surveyjs_has_it(written(definition), given)
        for said, one in zip(found["said"], given, strict=True):
            assert said["faults"] == []
            mine = shown(definition, one)
            assert said["complete"] is (mine is not None), one
            if mine is not None:
                assert said["visible"] == mine, one
                assert said["data"] == one
        assert read(found["written"]) == definition  # as the library writes it back


def test_what_has_no_counterpart_is_refused_with_every_place() -> None:
    for form, places in FAULTS:
        with pytest.raises(SurveyNotMapped) as refused:
            read(form)
        named = refused.value.details["places"]
        assert isinstance(named, list)
        assert [one["place"] for one in named] == places  # type: ignore[call-overload,index]


def test_titles_of_a_form_of_others_are_the_chinese_ones_and_bounds_are_read_as_options() -> None:
    theirs = read(THEIRS)
    assert theirs.title_zh == "便民服务测评"
    again, line = theirs.question("again"), theirs.question("line")
    assert again is not None
    assert line is not None
    assert [condition.among for condition in again.conditions] == [["hall"], ["0", "1", "2", "3", "4", "5", "6"]]
    assert [condition.negated for condition in line.conditions] == [True, False]
