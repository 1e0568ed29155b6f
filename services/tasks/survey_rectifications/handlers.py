"""Taking in that a survey was published below the line, and what the next survey of the same subject said."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import SurveyFellShort, SurveyJudgedAgain
from services.tasks.checklists.actions import enter_problem
from services.tasks.checklists.model import ChecklistKind, Origin
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization
from services.tasks.rules.days import last_day
from services.tasks.rules.pack import RuleId
from services.tasks.survey_rectifications.model import SurveyRectification, subject_of

EARLIER = select(SurveyRectification).where(
    col(SurveyRectification.subject_key) == bindparam("subject"),
    col(SurveyRectification.closed_on) < bindparam("before"),
    col(SurveyRectification.above_line).is_not(True),
)
"""Of the same subject, and not yet found put right."""

OF_SUBJECT_ZH = {"organization": "", "post": "有关岗位的", "service": "服务事项的"}


async def open_for_a_survey(event: SurveyFellShort, session: Session) -> None:
    """Open the one rectification of a survey: in the name of whoever answers one level above the organisation.

    After each survey that was still below the line it is one level further up. It waits while the organisation is not
    known or nobody is in office above it.
    """
    if await session.get(SurveyRectification, event.survey_id) is not None:
        return
    organization = await session.get(Organization, event.organization_id)
    if organization is None:
        raise NotYetHeard()
    today = local_date(session.now)
    before = await session.all(EARLIER, subject=subject_of(event), before=event.opened_on)
    owner, head = await roster.head_at_or_above(session, organization.id, steps=1 + len(before), today=today)
    if head is None:
        raise NotYetHeard()
    again, about = f"第 {len(before) + 1} 次" if before else "", OF_SUBJECT_ZH[event.subject]
    item = await enter_problem(
        session,
        organization_id=owner,
        title=(
            f"{organization.name} {event.opened_on} 至 {event.closed_on} {about}满意度测评{again}"
            f"低于达标线 {event.line_percent}%，限期整改"
        ),
        origin=Origin.SURVEY,
        origin_id=event.survey_id,
        due_on=last_day(session, RuleId.RECTIFY_UNIT),
        by=head.person_id,
        post=head,
        kind=ChecklistKind.RECTIFICATION,
    )
    session.add(SurveyRectification.begin(event, item_id=item.id))


async def hear_the_next_survey(event: SurveyJudgedAgain, session: Session) -> None:
    """The next survey was published: above the line, this may be struck off."""
    found = await session.get(SurveyRectification, event.survey_id, lock=True)
    if found is None:
        raise NotYetHeard()
    found.judge(event)
