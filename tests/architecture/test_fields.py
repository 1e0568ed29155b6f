"""Every field that a person fills in says why it is asked; none is held already, and none is of a banned kind."""

import pytest

from profiles.fields import Asked, asked, faults, missing
from services.tasks.burden.fields import Fields

FIELDS = Fields.load()


def test_every_field_that_is_asked_says_why_and_nobody_holds_it() -> None:
    assert faults(FIELDS, asked()) == [], "python -m profiles.fields"


def wrong(field: str, source: str, *, said: str = "", title: str = "新表") -> list[str]:
    """What is found wrong with one field of a new form."""
    form = {"service": "tasks", "form": "new", "title": title, "asked_of": "网格员", "fields": {field: source}}
    fields = Fields.model_validate(FIELDS.model_dump() | {"forms": [form]})
    return faults(fields, [Asked("tasks", "new", field, said)])


def test_a_field_that_is_not_declared_is_found_and_printed_to_be_pasted() -> None:
    found = [Asked("tasks", "promise", "promised_on", ""), Asked("tasks", "promise", "mood", "")]
    only = Fields.model_validate(
        FIELDS.model_dump() | {"forms": [one.model_dump() for one in FIELDS.forms if one.form == "promise"]}
    )
    assert faults(only, found) == ["tasks.promise.mood：没有声明来源"]
    assert "form: promise" in missing(only, found)
    assert "mood: ？" in missing(only, found)


def test_a_field_that_is_asked_no_more_is_found() -> None:
    fields = Fields.model_validate(
        FIELDS.model_dump() | {"forms": [one.model_dump() for one in FIELDS.forms if one.form == "promise"]}
    )
    assert faults(fields, []) == ["tasks.promise.promised_on：文件里有，接口里已经没有，请删去"]


@pytest.mark.parametrize(
    "field", ["phone", "contact_phone", "citizen_number", "name", "birth_date", "sex", "household_size", "person.phone"]
)
def test_what_a_register_holds_is_not_asked_again(field: str) -> None:
    (fault,) = wrong(field, "words")
    assert "已经掌握" in fault
    assert wrong(field, "lookup") == []


def test_who_says_that_a_field_is_held_is_believed() -> None:
    held = {"kind": "held", "why": "再问一次", "holder": "members 的组织树"}
    form = {"service": "tasks", "form": "new", "title": "新表", "asked_of": "书记", "fields": {"tier": "again"}}
    said = FIELDS.model_dump()
    fields = Fields.model_validate(said | {"sources": said["sources"] | {"again": held}, "forms": [form]})
    assert "已经掌握" in faults(fields, [Asked("tasks", "new", "tier", "")])[0]


@pytest.mark.parametrize(
    "field",
    ["check_in", "checkin_at", "screen_time", "online_minutes", "rank", "team_ranking", "likes", "study_minutes",
     "gps_track", "latitude", "current_location", "selfie"],
)  # fmt: skip
def test_what_may_never_be_asked_is_found_by_its_name(field: str) -> None:
    assert any("禁止" in fault for fault in wrong(field, "words"))


@pytest.mark.parametrize("said", ["每日打卡", "在线时长（分钟）", "个人排名", "巡查轨迹", "点赞数"])
def test_and_by_what_is_said_of_it(said: str) -> None:
    assert any("禁止" in fault for fault in wrong("value", "words", said=said))
    assert any("禁止" in fault for fault in wrong("value", "words", title=said))


def test_where_a_thing_happened_is_no_track_of_anybody() -> None:
    assert wrong("latitude", "place") == []
    assert wrong("rank", "place") != []
