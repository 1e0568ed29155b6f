"""Mandates over HTTP: giving, asking, answering, taking back."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import NotFound
from chassis.proposals import Nothing
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.attachments.addresses import address_of
from services.tasks.attachments.views import arrived
from services.tasks.catalogue.model import Catalogue
from services.tasks.mandates import actions, policy, views
from services.tasks.mandates.actions import Leave
from services.tasks.mandates.model import Mandate, MandateScope, MandateStage, Way
from services.tasks.mandates.views import Whose

router = APIRouter(prefix="/mandates", tags=["代办委托"], route_class=Route)

ItemCode = Annotated[str, Field(min_length=1, max_length=32)]


class _Leave(Input):
    scope: MandateScope
    items: Annotated[tuple[ItemCode, ...], Field(max_length=50)] = ()
    request_id: UUID | None = None
    from_on: date | None = Field(None, description="开始日期，不填为今天")
    to_on: date = Field(description="截止日期（含当日）")

    def leave(self) -> Leave:
        """What leave is for."""
        return Leave(self.scope, tuple(dict.fromkeys(self.items)), self.request_id, self.from_on, self.to_on)


class Giving(_Leave):
    """To which agent's post you give leave."""

    agent_post_id: UUID


class Asking(_Leave):
    """Of whom an agent asks leave, and how they say yes."""

    principal_id: UUID
    way: Literal[Way.CODE, Way.PAPER]
    paper_id: UUID | None = Field(None, description="纸质委托书照片的附件编号")


class MandateView(Output):
    """A mandate, with what its two people and the offices see alike."""

    id: UUID
    principal_id: UUID
    agent_id: UUID
    agent_name: str
    division_code: str
    scope: MandateScope
    scope_zh: str
    items_zh: list[str]
    request_id: UUID | None
    from_on: date
    to_on: date
    way: Way
    way_zh: str
    stage: MandateStage
    stage_zh: str
    asked_at: datetime
    given_at: datetime | None
    ended_at: datetime | None
    has_paper: bool
    next_zh: str


class MandatePage(Output):
    """Mandates from new to old."""

    items: list[MandateView]
    next: str | None


class PaperView(Output):
    """Where the photograph of the sheet can be had for the next minutes."""

    media_type: str
    address: str


@router.post("", status_code=201)
async def give_mandate(body: Giving, session: Transaction, actor: SignedIn) -> MandateView:
    """Give an agent leave to act for you; it holds at once, and you take it back whenever you like.

    Refusals: `no-such-agent`, `not-for-yourself`, `wrong-mandate-days`, `mandate-too-long` (with the latest day),
    `wrong-scope`, `no-such-item`.
    """
    return _view(session, await actions.give(session, body.leave(), post_id=body.agent_post_id, by=actor))


@router.post("/asked", status_code=201)
async def ask_for_mandate(body: Asking, session: Transaction, actor: SignedIn) -> MandateView:
    """As an agent, ask a villager for leave: by a code, or with the photograph of a signed sheet.

    A code is typed in under `POST /api/members/consents/{mandate_id}/confirmation`; a sheet is confirmed by a second
    person under `/proposals`.

    Refusals: as for giving, and `asked-already`, `paper-missing`, `no-such-attachment`.
    """
    asked = await actions.ask(
        session, body.leave(), principal_id=body.principal_id, way=body.way, paper_id=body.paper_id, by=actor
    )
    return _view(session, asked)


@router.get("")
async def mandates(
    session: Transaction, actor: SignedIn, whose: Whose = Whose.GIVEN, cursor: Cursor = None, limit: Limit = 25
) -> MandatePage:
    """Those that you gave or are asked for; or, as an agent, those that you hold."""
    found = await views.page(session, actor.person_id, whose, before=place(cursor), most=limit)
    following = cursor_of_next(found, limit=limit)
    return MandatePage(items=[_view(session, one) for one in found], next=following)


@router.get("/{mandate_id}")
async def mandate(mandate_id: UUID, session: Transaction, actor: SignedIn) -> MandateView:
    """One mandate, for its two people and those who take requests in for the area."""
    found = await views.seen(session, mandate_id)
    await policy.check_may_see(session, actor, found)
    return _view(session, found)


@router.get("/{mandate_id}/paper")
async def mandate_paper(mandate_id: UUID, session: Transaction, actor: SignedIn) -> PaperView:
    """The photograph of the signed sheet, for its two people and whoever confirms it."""
    found = await views.seen(session, mandate_id)
    await policy.check_may_see_paper(session, actor, found)
    if found.paper_id is None:
        raise NotFound()
    paper = await arrived(session, found.paper_id)
    return PaperView(media_type=paper.media_type or "", address=address_of(session.use(Vault), paper.id))


@router.post("/{mandate_id}/consent")
async def consent_to_mandate(
    mandate_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MandateView:
    """Say yes, in your own sign-in, to what an agent asked of you. Refusals: `not-allowed-now`."""
    return _view(session, await actions.consent(session, mandate_id, by=actor))


@router.post("/{mandate_id}/refusal")
async def refuse_mandate(
    mandate_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MandateView:
    """Say no to it. Refusals: `not-allowed-now`."""
    return _view(session, await actions.refuse(session, mandate_id, by=actor))


@router.post("/{mandate_id}/revocation")
async def revoke_mandate(
    mandate_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> MandateView:
    """Take it back at once: yourself, by word of mouth at an office of the area, or as the agent laying it down.

    Refusals: `not-allowed-now`.
    """
    return _view(session, await actions.revoke(session, mandate_id, by=actor))


def _view(session: Session, found: Mandate) -> MandateView:
    return MandateView(
        id=found.id,
        principal_id=found.principal_id,
        agent_id=found.agent_id,
        agent_name=found.agent_name,
        division_code=found.division_code,
        scope=found.scope,
        scope_zh=found.scope.title_zh,
        items_zh=[session.use(Catalogue).item(code, on=found.from_on).name for code in found.items],
        request_id=found.request_id,
        from_on=found.from_on,
        to_on=found.to_on,
        way=found.way,
        way_zh=found.way.title_zh,
        stage=found.stage,
        stage_zh=found.stage.title_zh,
        asked_at=found.asked_at,
        given_at=found.given_at,
        ended_at=found.ended_at,
        has_paper=found.paper_id is not None,
        next_zh=_NEXT_ZH[found.stage, found.way] if found.stage is MandateStage.ASKED else _OVER_ZH[found.stage],
    )


_NEXT_ZH = {
    (MandateStage.ASKED, Way.CODE): "请本人把收到的验证码报给代办员，或在本人手机上点“同意”。",
    (MandateStage.ASKED, Way.PAPER): "委托书已上传，等乡镇（街道）工作人员核对；本人也可以在手机上点“同意”。",
    (MandateStage.ASKED, Way.PHONE): "请本人在手机上点“同意”。",
}
_OVER_ZH = {
    MandateStage.GIVEN: "委托有效。本人可随时在手机上撤销，或到任一服务窗口、打热线口头撤销。",
    MandateStage.ENDED: "委托已到期，需要继续代办的请再委托。",
    MandateStage.REVOKED: "委托已撤销，代办员不能再代为提交。",
    MandateStage.REFUSED: "本人没有同意，或在期限内没有答复；需要代办的请再委托。",
}
