"""How matters, meetings and publications are shown, at a desk and in public, with what comes next in words."""

from datetime import date, datetime
from uuid import UUID

from chassis.session import Session
from chassis.words import Output
from services.feedback.deliberations import views
from services.feedback.deliberations.majorities import MeetingOutcome
from services.feedback.deliberations.meetings.model import VillageMeeting, VillageMeetingStage
from services.feedback.deliberations.model import Deliberation, DeliberationKind, DeliberationStage
from services.feedback.deliberations.notices.model import PublicNotice
from services.feedback.rules.meetings import MeetingKind, Portion

KINDS_ZH = {
    MeetingKind.BRANCH: "村党组织会议",
    MeetingKind.COMMITTEES: "村“两委”会",
    MeetingKind.MEMBERS: "党员大会",
    MeetingKind.VILLAGERS: "村民会议",
    MeetingKind.HOUSEHOLDS: "村民会议（每户一名代表）",
    MeetingKind.REPRESENTATIVES: "村民代表会议",
    MeetingKind.ELECTION_BY_MEMBERS: "党员大会选举",
    MeetingKind.ELECTION_BY_VILLAGERS: "村民选举",
    MeetingKind.ELECTION_BY_HOUSEHOLDS: "户的代表推选",
}

_S = DeliberationStage
NEXT_ZH = {
    _S.PROPOSING: "请召集村党组织会议提议；会后登记到会和表决人数，由另一人确认，通过后进入“两委”会商议。",
    _S.CONSULTING: "请召集村“两委”会商议；商议通过后交党员大会审议。",
    _S.DELIBERATING: "请提前通知党员，召开党员大会审议；到会人数不足的须重新召开。通过后交村民（代表）会议决议。",
    _S.RESOLVING: "请提前公告，召开村民代表会议或村民会议表决；村民会议须提前十天通知。通过后在规定天数内公开决议。",
    _S.REJECTED: "会议没有通过，或公开期内异议成立。请修改后重新提议，或写明原因终止。",
    _S.RESOLVED: "决议已形成，请在限期前公开决议，写明由谁负责实施、哪天以前完成。",
    _S.POSTED: "决议正在公开。村民有异议的可以提出，答复完、公开期满后自动进入实施。",
    _S.IMPLEMENTING: "已交办到人，请责任人按期办理、报结，由另一人验收；验收后公开实施结果。",
    _S.CARRIED_OUT: "已验收，请在限期前公开实施结果，写明做了什么、花了多少钱、谁验收的。",
    _S.REPORTED: "实施结果正在公开。村民有异议的可以提出，答复完、公开期满后办结。",
    _S.FINISHED: "全部公开完毕，已办结。",
    _S.ENDED: "这件事不再继续；需要时可以重新提出。",
}
ELECTION_NEXT_ZH = {
    _S.RESOLVING: "请按选举的规定提前公告，召开选举会议；登记到会（投票）和赞成票数，由另一人确认，当选后公开结果。",
    _S.RESOLVED: "选举结果已形成，请在限期前公开。",
    _S.POSTED: "选举结果正在公开。有异议的可以提出，答复完、公开期满后办结。",
    _S.REJECTED: "没有达到当选票数，或异议成立。请重新选举，或写明原因终止。",
}
TO_NOBODY_ZH = "交办已被撤回，或实施结果的异议成立。请重新指定由谁负责、哪天以前完成。"


class MatterLine(Output):
    """One matter in a list. Days are local."""

    id: UUID
    division_code: str
    village: str
    kind: DeliberationKind
    kind_zh: str
    title: str
    stage: DeliberationStage
    stage_zh: str
    number_zh: str | None  # of the resolution
    resolved_on: date | None
    carry_out_by: date | None
    carried_out_on: date | None
    due_on: date | None
    overdue: bool
    next_zh: str


class MeetingView(Output):
    """One meeting: who was due, who came, how many voted how, by which rule; never who voted how."""

    id: UUID
    deliberation_id: UUID
    step: DeliberationStage
    kind: MeetingKind
    kind_zh: str
    number: int
    stage: VillageMeetingStage
    stage_zh: str
    meets_at: datetime
    place: str
    agenda: str
    notice_days: int
    rule_zh: str
    rule_source: str
    rule_confidence: str
    entitled: int
    entitled_source: str
    entitled_on: date
    attended: int | None
    in_favour: int | None
    against: int | None
    abstained: int | None
    minutes_title: str | None
    minutes_digest: str | None
    outcome: MeetingOutcome | None
    outcome_zh: str | None


class NoticeView(Output):
    """One publication, and how much was said against it."""

    id: UUID
    kind_zh: str
    words: str
    published_on: date
    until: date
    due_on: date | None
    late: bool
    objections: int
    upheld: int
    open_objections: int


class MatterView(Output):
    """A matter with its meetings and publications, in their order."""

    matter: MatterLine
    words: str
    version: int
    end_reason_zh: str | None
    carrier_post_id: UUID | None
    item_id: UUID | None  # of the list on which it is carried out
    meetings: list[MeetingView]
    notices: list[NoticeView]


async def lines(session: Session, found: list[Deliberation], *, today: date) -> list[MatterLine]:
    """Matters as lines, with the names of their villages."""
    names = await views.names_of(session, (one.division_code for one in found))
    return [line(one, names[one.division_code], today=today) for one in found]


def line(one: Deliberation, village: str, *, today: date) -> MatterLine:
    """A matter as a line."""
    return MatterLine(
        id=one.id,
        division_code=one.division_code,
        village=village,
        kind=one.kind,
        kind_zh=one.kind.title_zh,
        title=one.title,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        number_zh=f"{one.year}年第{one.number}号" if one.number else None,
        resolved_on=one.resolved_on,
        carry_out_by=one.carry_out_by,
        carried_out_on=one.carried_out_on,
        due_on=one.due_on,
        overdue=one.overdue(today),
        next_zh=next_zh(one),
    )


def next_zh(one: Deliberation) -> str:
    """What is to be done now, and by whom."""
    if one.stage is _S.IMPLEMENTING and one.item_id is None and one.followed_at is not None:
        return TO_NOBODY_ZH
    if not one.follows and one.stage in ELECTION_NEXT_ZH:
        return ELECTION_NEXT_ZH[one.stage]
    return NEXT_ZH[one.stage]


def meeting_view(session: Session, one: VillageMeeting) -> MeetingView:
    """A meeting with the rule under which it was called."""
    return MeetingView(
        id=one.id,
        deliberation_id=one.deliberation_id,
        step=one.step,
        kind=one.kind,
        kind_zh=KINDS_ZH[one.kind],
        number=one.number,
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        meets_at=one.meets_at,
        place=one.place,
        agenda=views.agenda_of(session, one),
        notice_days=one.notice_days,
        rule_zh=rule_zh(one),
        rule_source=one.rule_source,
        rule_confidence=one.rule_confidence,
        entitled=one.entitled,
        entitled_source=one.entitled_source,
        entitled_on=one.entitled_on,
        attended=one.attended,
        in_favour=one.in_favour,
        against=one.against,
        abstained=one.abstained,
        minutes_title=one.minutes_title,
        minutes_digest=one.minutes_digest.hex() if one.minutes_digest else None,
        outcome=one.outcome,
        outcome_zh=one.outcome.title_zh if one.outcome else None,
    )


def rule_zh(one: VillageMeeting) -> str:
    """Who has to come, and how many have to agree."""
    quorum, majority = Portion.unpacked(one.quorum), Portion.unpacked(one.majority)
    return f"应到人数{quorum.title_zh}到会有效，赞成达到{one.base.title_zh}人数的{majority.title_zh}为通过"


def notice_view(session: Session, one: PublicNotice) -> NoticeView:
    """A publication as everybody reads it."""
    return NoticeView(
        id=one.id,
        kind_zh=one.kind.title_zh,
        words=views.notice_words(session, one),
        published_on=one.published_on,
        until=one.until,
        due_on=one.due_on,
        late=one.late,
        objections=one.made,
        upheld=one.upheld,
        open_objections=one.open_objections,
    )


async def matter_view(session: Session, matter: Deliberation, *, today: date) -> MatterView:
    """A matter with all that was done about it."""
    whole = await views.whole(session, matter)
    (said,) = await lines(session, [matter], today=today)
    return MatterView(
        matter=said,
        words=views.words_of(session, matter),
        version=matter.version,
        end_reason_zh=matter.end_reason.title_zh if matter.end_reason else None,
        carrier_post_id=matter.carrier_post_id,
        item_id=matter.item_id,
        meetings=[meeting_view(session, one) for one in whole.meetings],
        notices=[notice_view(session, one) for one in whole.notices],
    )
