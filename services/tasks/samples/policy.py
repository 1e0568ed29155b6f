"""Who may be an officer of a draw: in office at or above the organisation, in no listed unit, and no operator."""

from collections.abc import Collection
from uuid import UUID

from chassis.clock import local_date
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

OFFICERS = {
    "supervisor": "督查人员",
    "auditor": "审计员",
    "discipline_inspector": "纪检监察人员",
    "secretary": "书记",
    "first_secretary": "第一书记",
    "township_cadre": "乡镇干部",
}
"""Posts that may draw, with what the public reads of them; whoever runs the machine may not."""


class NotAnOfficer(Invalid):
    """Two different persons in office draw, at or above the organisation, with no post in a listed unit."""

    title_zh = "抽样须由两名不同的在岗人员进行：在本级或上级任职，不在被抽单位任职，也不是平台管理员，请另选。"


class OutOfTheDraw(Invalid):
    """Whoever let a round lapse draws no more for this plan."""

    title_zh = "此人曾未按期提交或公开，不能再参加本计划的抽样，请另选第三人。"


async def officer_post(
    session: Session, person_id: UUID, organization_id: UUID, *, listed: Collection[UUID], past: Collection[UUID]
) -> Post:
    """By which post a person may draw for an organisation. Raises `NotAnOfficer`, `OutOfTheDraw`."""
    if person_id in past:
        raise OutOfTheDraw(person=str(person_id))
    posts = await roster.posts_of(session, person_id, today=local_date(session.now))
    above = await roster.organizations_above(session, organization_id)
    found = next((one for one in posts if one.kind in OFFICERS and one.organization_id in above), None)
    concerned = any(one.kind == "county_operator" or one.organization_id in listed for one in posts)
    if found is None or concerned:
        raise NotAnOfficer(person=str(person_id))
    return found
