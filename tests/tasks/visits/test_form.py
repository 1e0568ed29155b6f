"""The form of a visit is a closed list: a field of a kind that may not be asked cannot slip in."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import get_args

import pytest
from pydantic import BaseModel, Field, create_model

from services.tasks.tables import Table
from services.tasks.visits import model
from services.tasks.visits.forms import FIELDS, Asks, VisitForm

BANNED = (
    # opinion and belief
    "opinion", "attitude", "belief", "religion", "faith", "political", "ideology", "mood", "thought", "loyal", "trust",
    "思想", "信仰", "宗教", "观点", "态度", "情绪", "政治", "表现", "评价",
    # neighbours and other people
    "neighbour", "neighbor", "relative", "邻居", "邻里", "亲属", "社会关系",
    # health beyond the need
    "health", "illness", "disease", "diagnos", "disab", "medic", "pregnan", "健康", "疾病",
    "病史", "残疾", "用药", "孕",
    # place, tracks and time of day
    "location", "latitude", "longitude", "gps", "track", "trail", "route", "arriv", "depart", "hour", "minute", "clock",
    "time", "check_in", "sign_in", "duration", "位置", "定位", "轨迹", "打卡", "签到", "时刻", "时长", "到达", "离开",
)  # fmt: skip


def fields(form: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, object]]:
    """Every field of a form and of the forms within it: its name, what is said of it, and its type."""
    for name, field in form.model_fields.items():
        inner = [one for one in _types(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
        if inner:
            for one in inner:
                yield from fields(one, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", f"{field.title or ''}{field.description or ''}", field.annotation


def _types(annotation: object) -> Iterator[object]:
    yield annotation
    for one in get_args(annotation):
        yield from _types(one)


def faults(form: type[BaseModel]) -> list[str]:
    """What may not be asked in this form, and what nobody has said the kind of."""
    found = []
    for name, said, kind in fields(form):
        if name not in FIELDS:
            found.append(f"{name}: not in the list")
        found += [f"{name}: {word}" for word in BANNED if word in f"{name} {said}".lower()]
        if {datetime, time, timedelta} & {one for one in _types(kind) if isinstance(one, type)}:
            found.append(f"{name}: a time of day")
    return found


def test_the_form_asks_what_is_in_the_list_and_nothing_else() -> None:
    assert faults(VisitForm) == []
    assert {name for name, _, _ in fields(VisitForm)} == FIELDS.keys()
    assert set(FIELDS.values()) == set(Asks)


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("opinion_on_branch", str, ""),
        ("religion", str, ""),
        ("neighbours_say", str, ""),
        ("remark", str, "家庭成员健康状况"),
        ("remark", str, "思想动态"),
        ("latitude", float, ""),
        ("arrived", str, ""),
        ("remark", str, ""),
        ("visited", datetime, ""),
    ],
)
def test_a_field_of_a_banned_kind_makes_the_build_fail(name: str, kind: object, said: str) -> None:
    worse = create_model("Worse", __base__=VisitForm, **{name: (kind, Field(description=said))})  # type: ignore[call-overload]
    assert faults(worse)


def test_no_row_of_a_visit_keeps_an_hour_of_it_or_a_place() -> None:
    """The one instant is that of its coming in, which may be days later and says nothing of the visit."""
    kept = {column.name for column in Table.metadata.tables["visit"].columns}
    assert kept == {
        "id",
        "arrival",
        "township_code",
        "division_code",
        "household_id",
        "visitor_id",
        "pairing_id",
        "post_id",
        "visited_on",
        "leave_by",
        "leave_way",
        "stage",
        "recorded",
        "recorded_at",
    }
    assert model.Visit.__tablename__ == "visit"
