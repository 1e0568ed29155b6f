"""Cases, objections and considerations as they go out."""

from datetime import date, datetime
from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from chassis.words import Output
from services.feedback.accountability import policy, views
from services.feedback.accountability.model import AccountabilityCase, Consideration, PraiseObjection
from services.feedback.accountability.words import AccountabilityStage
from services.feedback.grounds.api import GroundView, shown

NOT_AUTOMATIC_ZH = "本系统不自动问责任何人：是否处理、怎样处理，都由上级组织的人听取说明后决定。"
NOTHING_ZH = "没有记录。"


class AccountabilityLine(Output):
    """A case in a list."""

    id: UUID
    organization_id: UUID
    organization_name: str
    post_id: UUID | None
    holder_name: str | None
    measure: str
    measure_zh: str
    praises: bool
    stage: str
    stage_zh: str
    proposed_at: datetime
    heard_until: datetime
    effect_until: datetime | None
    appeal_until: date | None
    next_zh: str


class ObjectionView(Output):
    """What somebody has against a praise; who, is for those above alone to know."""

    id: UUID
    case_id: UUID
    person_id: UUID | None
    words: str | None
    made_at: datetime
    answer: str | None
    answered_at: datetime | None


class AccountabilityView(Output):
    """A case whole."""

    case: AccountabilityLine
    authority_zh: str
    grounds: list[GroundView]
    reason: str | None
    answer: str | None
    answered_at: datetime | None
    decision: str | None
    document_no: str | None
    decided_at: datetime | None
    waits_for_second: bool
    appeal: str | None
    appealed_at: datetime | None
    appeal_authority_zh: str
    outcome: str | None
    outcome_at: datetime | None
    objections: list[ObjectionView]
    notice_zh: str


class AccountabilityPage(Output):
    """Cases from new to old."""

    items: list[AccountabilityLine]
    next: str | None
    hint_zh: str | None


class OwnAccountability(Output):
    """What is about oneself, or the organisation that one speaks for; and what one said against praises of others."""

    items: list[AccountabilityLine]
    next: str | None
    objections: list[ObjectionView]
    hint_zh: str | None


class ConsiderationView(Output):
    """Something on the desk of those above an organisation."""

    id: UUID
    organization_id: UUID
    organization_name: str
    cause: str
    cause_zh: str
    grounds: list[GroundView]
    put_at: datetime
    case_id: UUID | None
    set_aside: str | None
    next_zh: str


class ConsiderationPage(Output):
    """From new to old."""

    items: list[ConsiderationView]
    next: str | None
    notice_zh: str


class PraiseLine(Output):
    """A praise: posted, or of a unit and in force."""

    id: UUID
    organization_name: str
    holder_name: str | None
    measure_zh: str
    posted_until: datetime
    document_no: str | None
    effect_until: datetime | None


class PraisePage(Output):
    """From new to old."""

    items: list[PraiseLine]
    next: str | None
    hint_zh: str | None


async def line(session: Session, case: AccountabilityCase) -> AccountabilityLine:
    """A case in a list."""
    return AccountabilityLine(
        id=case.id,
        organization_id=case.organization_id,
        organization_name=await views.name_of(session, case.organization_id),
        post_id=case.post_id,
        holder_name=await views.holder_of(session, case.post_id),
        measure=case.measure.value,
        measure_zh=case.measure.title_zh,
        praises=case.praises,
        stage=case.stage.value,
        stage_zh=case.stage.title_zh,
        proposed_at=case.proposed_at,
        heard_until=case.heard_until,
        effect_until=case.effect_until,
        appeal_until=case.appeal_until,
        next_zh=_next(case),
    )


async def whole(session: Session, case: AccountabilityCase, actor: Actor) -> AccountabilityView:
    """A case whole; what waits for a second person is read beside the proposal, by those who may confirm it."""

    def words(column: str, sealed: bytes | None) -> str | None:
        return views.words_of(session, "accountability_case", case.id, column, sealed)

    about = await policy.is_about(session, actor.person_id, case)
    above = await policy.superior_of(session, case.organization_id)
    higher = await policy.appeals_go_to(session, case.organization_id)
    return AccountabilityView(
        case=await line(session, case),
        authority_zh=above.name,
        grounds=shown(case.grounds),
        reason=words("reason", case.reason),
        answer=words("answer", case.answer),
        answered_at=case.answered_at,
        decision=words("decision", case.decision),
        document_no=case.document_no if case.decided_at else None,
        decided_at=case.decided_at,
        waits_for_second=case.proposal_id is not None and case.stage is AccountabilityStage.HEARD,
        appeal=words("appeal", case.appeal),
        appealed_at=case.appealed_at,
        appeal_authority_zh=higher.name,
        outcome=words("outcome", case.outcome),
        outcome_at=case.outcome_at,
        objections=[objection(session, one, named=not about) for one in await views.objections_to(session, case.id)],
        notice_zh=NOT_AUTOMATIC_ZH,
    )


def objection(session: Session, one: PraiseObjection, *, named: bool) -> ObjectionView:
    """An objection; `named` for those above and for whoever made it."""
    return ObjectionView(
        id=one.id,
        case_id=one.case_id,
        person_id=one.person_id if named else None,
        words=views.words_of(session, "praise_objection", one.id, "words", one.words),
        made_at=one.made_at,
        answer=views.words_of(session, "praise_objection", one.id, "answer", one.answer),
        answered_at=one.answered_at,
    )


async def considered(session: Session, one: Consideration) -> ConsiderationView:
    """Something on the desk."""
    return ConsiderationView(
        id=one.id,
        organization_id=one.organization_id,
        organization_name=await views.name_of(session, one.organization_id),
        cause=one.cause.value,
        cause_zh=one.cause.title_zh,
        grounds=shown([one.ground]),
        put_at=one.put_at,
        case_id=one.case_id,
        set_aside=views.words_of(session, "consideration", one.id, "set_aside", one.set_aside),
        next_zh="请研究：需要处理的，由此提出；不需要的，写明理由后搁置。" if one.settled_at is None else "已处理。",
    )


async def praise(session: Session, case: AccountabilityCase) -> PraiseLine:
    """A praise, for everybody."""
    return PraiseLine(
        id=case.id,
        organization_name=await views.name_of(session, case.organization_id),
        holder_name=await views.holder_of(session, case.post_id),
        measure_zh=case.measure.title_zh,
        posted_until=case.heard_until,
        document_no=case.document_no if case.decided_at else None,
        effect_until=case.effect_until,
    )


def _next(case: AccountabilityCase) -> str:
    day, stage = local_date(case.heard_until), case.stage
    if stage is AccountabilityStage.HEARD and case.proposal_id is not None:
        return "已拟出决定，等另一人确认。"
    said = {
        AccountabilityStage.PROPOSED: f"公示中，{day} 零时前可以提异议；期满后由上级决定。"
        if case.praises
        else f"请当事人在 {day} 零时前说明情况；说明前或期满前不作决定。",
        AccountabilityStage.HEARD: "请上级负责人决定，或写明理由不再继续。",
        AccountabilityStage.APPEALED: "请上一级没有参与原决定的负责人复核。",
    }
    if stage is AccountabilityStage.DECIDED and not case.praises:
        return f"已决定；不服的，当事人可在 {case.appeal_until} 前申诉，由上一级的另一人复核。"
    return said.get(stage, "已办结，无需处理。")
