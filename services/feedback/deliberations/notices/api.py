"""Publications over HTTP, and objections: made by anybody who is signed in, answered by another than who published."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.feedback.deliberations import shown, views
from services.feedback.deliberations.notices import actions
from services.feedback.deliberations.notices.model import Objection, ObjectionStage, PublicNoticeKind
from services.feedback.deliberations.shown import NoticeView
from services.feedback.roster.residence import UNCONFIRMED_ZH

router = APIRouter(prefix="/deliberations", tags=["四议两公开"], route_class=Route)

TOLD_ZH = {
    ObjectionStage.OPEN: "已收到，会由公开登记人以外的负责人在限期前答复，请在这里查看。",
    ObjectionStage.UPHELD: "您的异议成立，这件事会重新议或重新办。",
    ObjectionStage.DISMISSED: "您的异议没有成立，理由如下；仍不同意的，可以作为诉求向乡镇反映。",
}


class NoticePublished(Input):
    """What is published; a resolution may name another post and day than the matter did."""

    kind: PublicNoticeKind
    words: Words
    carrier_post_id: UUID | None = None
    carry_out_by: date | None = None


class ObjectionMade(Input):
    """What you have against it."""

    words: Words


class ObjectionAnswered(Input):
    """Whether it is upheld, and why."""

    upheld: bool
    words: Words


class ObjectionView(Output):
    """An objection with its answer; who made it is said to nobody, and whether they live there nobody checked."""

    id: UUID
    deliberation_id: UUID
    words: str
    made_at: datetime
    answer_by: date
    overdue: bool
    stage: ObjectionStage
    stage_zh: str
    answer: str | None
    answered_at: datetime | None
    says_zh: str
    residence_zh: str | None  # for those who answer


class ObjectionPage(Output):
    """Objections from new to old."""

    items: list[ObjectionView]
    next_cursor: str | None


@router.post("/{matter_id}/notices", status_code=201)
async def publish_notice(matter_id: UUID, body: NoticePublished, session: Transaction, actor: SignedIn) -> NoticeView:
    """Publish what was resolved, or what came of it, for the days of the rule; what is said against it is answered.

    Refusals: `not-found`, `may-not-keep-deliberations`, `not-allowed-now`, `carrier-not-named`.
    """
    made = await actions.publish(
        session,
        matter_id,
        by=actor,
        kind=body.kind,
        words=body.words,
        carrier_post_id=body.carrier_post_id,
        carry_out_by=body.carry_out_by,
    )
    return shown.notice_view(session, made)


@router.post("/{matter_id}/objections", status_code=201)
async def object_to_notice(
    matter_id: UUID, body: ObjectionMade, session: Transaction, actor: SignedIn
) -> ObjectionView:
    """Say what you have against what is published now, once for each publication.

    Refusals: `not-found`, `public-notice-over`, `objected-to-notice`.
    """
    return _view(session, await actions.object_(session, matter_id, by=actor, words=body.words), own=True)


@router.get("/{matter_id}/objections")
async def matter_objections(
    matter_id: UUID, session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25
) -> ObjectionPage:
    """What was said against a matter's publications, for those who see the work of its village.

    Refusals: `not-found`, `wrong-cursor`.
    """
    matter = await views.seen(session, matter_id, by=actor)
    found = await views.objections(session, matter, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, own=False)


@router.get("/objections/mine")
async def own_objections(
    session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25
) -> ObjectionPage:
    """What you said yourself, with the answers. Refusals: `wrong-cursor`."""
    found = await views.own_objections(session, actor.person_id, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, own=True)


@router.post("/objections/{objection_id}/answer")
async def answer_notice_objection(
    objection_id: UUID, body: ObjectionAnswered, session: Transaction, actor: SignedIn
) -> ObjectionView:
    """Answer an objection; upheld, the resolution is decided on anew, or carried out again.

    Refusals: `not-found`, `may-not-keep-deliberations`, `answered-by-publisher`, `not-allowed-now`.
    """
    answered = await actions.answer(session, objection_id, by=actor, upheld=body.upheld, words=body.words)
    return _view(session, answered, own=False)


def _page(session: Session, found: list[Objection], *, limit: int, own: bool) -> ObjectionPage:
    items = [_view(session, one, own=own) for one in found]
    return ObjectionPage(items=items, next_cursor=cursor_of_next(found, limit=limit))


def _view(session: Session, one: Objection, *, own: bool) -> ObjectionView:
    vault = session.use(Vault)
    answer = one.answer
    return ObjectionView(
        id=one.id,
        deliberation_id=one.deliberation_id,
        words=vault.open(one.words, place=place_of("deliberation_objection", "words", one.id)),
        made_at=one.made_at,
        answer_by=one.answer_by,
        overdue=one.stage is ObjectionStage.OPEN and one.answer_by < local_date(session.now),
        stage=one.stage,
        stage_zh=one.stage.title_zh,
        answer=vault.open(answer, place=place_of("deliberation_objection", "answer", one.id)) if answer else None,
        answered_at=one.answered_at,
        says_zh=TOLD_ZH[one.stage],
        residence_zh=None if own else UNCONFIRMED_ZH,
    )
