"""Calling somebody for an interview, recording it with its promise, and judging whether the promise was kept."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis import audit
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import end_of
from services.tasks.findings.model import FindingStage, InspectionFinding
from services.tasks.findings.policy import check_may_see as check_may_see_finding
from services.tasks.interviews import policy
from services.tasks.interviews.model import Interview, InterviewFinding, InterviewStage
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster

LATE = "interview_promise"
"""The timer of an interview whose promise nobody has judged."""


class FindingsApart(Invalid):
    """An interview is about findings of one unit that stand."""

    title_zh = "一次约谈只涉及一个单位的有效问题，请核对所选问题。"


class NobodyToInterview(Conflict):
    """Nobody answers for the unit now who could be called."""

    title_zh = "该单位现在没有在岗负责人，请先补齐岗位，再发起约谈。"


class MeetingInThePast(Invalid):
    """An interview is called for today or later."""

    title_zh = "约谈日期应为今天或以后，请修改日期。"


class PromiseOutOfOrder(Invalid):
    """An interview was held between its call and today, and what is promised lies on that day or later."""

    title_zh = "约谈日期应在通知之日到今天之间，承诺日期不能早于约谈当天，请修改日期。"


async def call(session: Session, *, by: Actor, finding_ids: Sequence[UUID], meets_on: date, reason: str) -> Interview:
    """Call the head of a unit for findings. Raises `NotFound`, `FindingsApart`, `NobodyToInterview`, `MayNotInterview`,
    `MeetingInThePast`."""
    found: list[InspectionFinding] = []
    for finding_id in dict.fromkeys(finding_ids):
        finding = await session.get(InspectionFinding, finding_id)
        if finding is None:
            raise NotFound()
        await check_may_see_finding(session, by, finding)
        found.append(finding)
    units = {one.organization_id for one in found}
    if len(units) != 1 or any(one.stage is FindingStage.WITHDRAWN for one in found):
        raise FindingsApart()
    today = local_date(session.now)
    head = await roster.head_of(session, found[0].organization_id, today=today)
    if head is None:
        raise NobodyToInterview()
    post = await policy.above(session, by, found[0].organization_id, not_for=head.person_id)
    if meets_on < today:
        raise MeetingInThePast()
    interview_id = new_id()
    interview = Interview(
        id=interview_id,
        township_code=found[0].township_code,
        organization_id=found[0].organization_id,
        organization_name=found[0].organization_name,
        interviewee_id=head.person_id,
        interviewee_name=head.name,
        convener_id=by.person_id,
        convener_name=post.name,
        convener_organization_id=post.organization_id,
        stage=InterviewStage.CALLED,
        called_at=session.now,
        meets_on=meets_on,
        reason=_sealed(session, interview_id, "reason", reason),
        held_on=None,
        promise=None,
        promised_on=None,
        judged_at=None,
        judged_by=None,
        outcome=None,
    )
    session.add(interview)
    for finding in found:
        session.add(
            InterviewFinding(
                id=new_id(),
                township_code=interview.township_code,
                interview_id=interview.id,
                finding_id=finding.id,
            )
        )
    tell(session, head.person_id, NoticeKind.INTERVIEW_CALLED, about_id=interview.id)
    return interview


async def hold(
    session: Session, interview_id: UUID, *, by: Actor, held_on: date, promise: str, promised_on: date
) -> Interview:
    """Record that it was held, what was promised and by which local day.

    Raises `NotFound`, `MayNotInterview`, `PromiseOutOfOrder`, `NotAllowedNow`.
    """
    interview = await _load(session, interview_id, by)
    if not local_date(interview.called_at) <= held_on <= local_date(session.now) or promised_on < held_on:
        raise PromiseOutOfOrder()
    interview.move("hold")
    interview.held_on, interview.promised_on = held_on, promised_on
    interview.promise = _sealed(session, interview.id, "promise", promise)
    session.remind(LATE, about=interview.id, due_at=end_of(promised_on))
    tell(session, interview.interviewee_id, NoticeKind.INTERVIEW_HELD, about_id=interview.id)
    return interview


async def judge(session: Session, interview_id: UUID, *, by: Actor, kept: bool, words: str) -> Interview:
    """Whether the promise was kept; not before its day is over may it be called broken.

    Raises `NotFound`, `MayNotInterview`, `NotAllowedNow`.
    """
    interview = await _load(session, interview_id, by)
    interview.move("keep" if kept else "break")
    _end(session, interview, by, words)
    return interview


async def call_off(session: Session, interview_id: UUID, *, by: Actor, words: str) -> Interview:
    """Have it not take place, with words. Raises `NotFound`, `MayNotInterview`, `NotAllowedNow`."""
    interview = await _load(session, interview_id, by)
    interview.move("call_off")
    _end(session, interview, by, words)
    return interview


async def pass_by(interview_id: UUID, session: Session) -> None:
    """The day of the promise is over and nobody has said that it was kept: the superior and the convener are told."""
    interview = await session.get(Interview, interview_id, lock=True)
    if interview is None or interview.stage is not InterviewStage.HELD or interview.promised_on is None:
        return
    if session.now < end_of(interview.promised_on):
        return
    interview.move("pass")
    today = local_date(session.now)
    _, superior = await roster.head_at_or_above(session, interview.organization_id, steps=1, today=today)
    for person_id in dict.fromkeys([interview.convener_id, *([superior.person_id] if superior else [])]):
        tell(session, person_id, NoticeKind.INTERVIEW_LATE, about_id=interview.id)
    audit.record(session, actor_id=None, action="pass_by", about=interview.id, reason="promise_not_judged_in_time")


async def _load(session: Session, interview_id: UUID, by: Actor) -> Interview:
    interview = await session.get(Interview, interview_id, lock=True)
    if interview is None:
        raise NotFound()
    await policy.check_may_see(session, by, interview)
    await policy.above(session, by, interview.organization_id, not_for=interview.interviewee_id)
    return interview


def _end(session: Session, interview: Interview, by: Actor, words: str) -> None:
    interview.judged_at, interview.judged_by = session.now, by.person_id
    interview.outcome = _sealed(session, interview.id, "outcome", words)
    tell(session, interview.interviewee_id, NoticeKind.INTERVIEW_JUDGED, about_id=interview.id)


def _sealed(session: Session, interview_id: UUID, column: str, words: str) -> bytes:
    return session.use(Vault).seal(words, place=place_of("interview", column, interview_id))
