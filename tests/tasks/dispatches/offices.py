"""A department of the county and a chair of the township beside the small village, for tests of dispatching."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts.members import OrganizationRecorded, PostHeld
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village
from tests.tasks.duties.lists import Row, duty, organization


@dataclass(frozen=True)
class Office:
    """Somebody in office, and their post."""

    person: UUID
    post: UUID
    organization: UUID


ROWS: list[Row] = [
    duty(1, "便民服务和全程代办", 关键词="路灯"),
    duty(1, "秸秆禁烧", "配合履职", 县级主管部门="应急局", 关键词="秸秆", 乡镇配合职责="巡查劝阻"),
    duty(1, "违法建设处罚", "上级收回", 县级主管部门="应急局", 关键词="违建"),
    duty(2, "燃气检查", "上级收回", 县级主管部门="城管局", 关键词="燃气"),
    duty(3, "电梯检查", "上级收回", 县级主管部门="市监局", 关键词="电梯、燃气"),
]


async def department(village: Village, name: str = "应急局", *, headed: bool = True) -> Office:
    """A department of the county with a head, unless the post is vacant."""
    county = await organization(village, "区委")
    office = Office(uuid4(), uuid4(), uuid4())
    recorded = OrganizationRecorded(
        organization_id=office.organization,
        code=f"D-{name}",
        name=name,
        tier="branch",
        superior_id=county.id,
        division_code=DISTRICT,
    )
    posts = [held(office, "secretary", f"{name}局长", DISTRICT)] if headed else []
    await village.stand.hear(recorded, *posts)
    return office


async def holder(village: Village, kind: str, where: str, code: str) -> Office:
    """Somebody new who holds a post of this kind in an organisation of the village's story."""
    there = await organization(village, where)
    office = Office(uuid4(), uuid4(), there.id)
    await village.stand.hear(held(office, kind, f"新{kind}", code))
    return office


async def chair(village: Village) -> Office:
    """The township's secretary."""
    return await holder(village, "secretary", "镇党委", TOWNSHIP)


async def colleague(village: Village) -> Office:
    """A second agent of the village."""
    return await holder(village, "proxy_agent", "村支部", VILLAGE)


def held(office: Office, kind: str, name: str, code: str) -> PostHeld:
    """What `members` tells of a post."""
    return PostHeld(
        post_id=office.post,
        person_id=office.person,
        name=name,
        kind=kind,
        organization_id=office.organization,
        division_code=code,
        from_on=date(2020, 1, 1),
        to_on=None,
    )


async def given(village: Village, case: object, *, by: UUID | None = None) -> dict[str, Any]:
    """The way of a case from one to the next, as somebody sees it."""
    answer = await village.stand.get(f"/requests/{case}/dispatches", by=by or village.people.villager)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def give_back(village: Village, case: object, by: UUID, **said: object) -> dict[str, Any]:
    """Return it as wrong; what was answered."""
    answer = await village.stand.post(f"/requests/{case}/return", by=by, **({"reason": "不归我管"} | said))
    return {"status": answer.status_code} | answer.json()


async def send(village: Village, case: object, by: UUID, post: UUID, **said: object) -> dict[str, Any]:
    """Give it to a post; what was answered."""
    answer = await village.stand.post(f"/requests/{case}/dispatch", by=by, post_id=str(post), **said)
    return {"status": answer.status_code} | answer.json()


async def notices(village: Village, person: UUID, case: object) -> list[str]:
    """What somebody was told of a case, the newest first."""
    found = (await village.stand.get("/notices", by=person)).json()["items"]
    return [one["kind"] for one in found if one["request_id"] == str(case)]
