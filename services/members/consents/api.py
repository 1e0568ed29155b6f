"""Consents over HTTP: how a code goes, telling it at a counter, and typing it in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from pydantic import StringConstraints

from chassis.http import Route, SignedIn, Transaction, Transactions, shown_once
from chassis.identifiers import mask_name
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.problems import Forbidden
from chassis.proposals import Nothing
from chassis.session import Session
from chassis.words import Input, Output
from services.members.consents import actions, policy, views
from services.members.consents.model import Consent, ConsentStage
from services.members.contacts.known import known_as

router = APIRouter(prefix="/consents", tags=["委托确认"], route_class=Route)


class ConsentView(Output):
    """What somebody is asked to say yes to, and how they are told the code; the code itself is never here."""

    id: UUID
    person_id: UUID
    name_masked: str
    stage: ConsentStage
    stage_zh: str
    telling_zh: str | None
    text_zh: str | None
    code_good_until: datetime | None
    tries_left: int
    next_zh: str


class ConsentPage(Output):
    """Those who are to be told their code at your counter, from new to old."""

    items: list[ConsentView]
    next: str | None


class CodeToTell(Output):
    """A code, shown this once, to be said to the person alone or printed for them."""

    code: str
    good_until: datetime
    what_next_zh: str


class Typed(Input):
    """The code that the person said."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


@router.get("")
async def consents(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> ConsentPage:
    """Whose code is to be told at your counter, since no text reaches them. Raises `Forbidden`, `WrongCursor`."""
    if not await policy.telling_areas(session, actor.person_id):
        raise Forbidden()
    found = await views.waiting_for(session, actor.person_id, before=place(cursor), most=limit)
    following = cursor_of_next(found, limit=limit)
    return ConsentPage(items=[await _view(session, one) for one in found], next=following)


@router.get("/{consent_id}")
async def consent(consent_id: UUID, session: Transaction, actor: SignedIn) -> ConsentView:
    """How it goes with one, for whoever asked, the person, and the counter."""
    found = await actions.consent_to_read(session, consent_id)
    await policy.check_may_see(session, actor, found)
    return await _view(session, found)


@router.post("/{consent_id}/codes")
async def send_another_code(
    consent_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn
) -> ConsentView:
    """Send the person another code by text; the one before it is good no longer.

    Refusals: `no-text-possible`, `too-many-texts`, `no-more-codes`, `code-just-made`, `consent-over`.
    """
    return await _view(session, await actions.send_again(session, consent_id, by=actor))


@router.post("/{consent_id}/showing", response_model=CodeToTell)
@shown_once
async def show_code(consent_id: UUID, _: Annotated[Nothing, Body()], session: Transaction, actor: SignedIn) -> Response:
    """See, once, a code to tell the person at the counter or to print for them; never for whoever asked.

    Refusals: `asker-may-not-tell`, `code-was-texted`, `no-more-codes`, `code-just-made`, `consent-over`.
    """
    found, code = await actions.tell(session, consent_id, by=actor)
    assert found.code_good_until is not None
    view = CodeToTell(
        code=code,
        good_until=found.code_good_until,
        what_next_zh="请核对本人身份后当面告知或打印，由本人自己报给代办员；不要直接转给代办员。",
    )
    return Response(view.model_dump_json(), 200, {"Cache-Control": "no-store"}, "application/json")


@router.post("/{consent_id}/confirmation")
async def confirm_consent(
    consent_id: UUID, body: Typed, session: Transaction, transactions: Transactions, actor: SignedIn
) -> ConsentView:
    """Type in the code that the person said; with the right one the mandate is given.

    Refusals: `code-wrong` (with the tries that are left), `code-over`, `consent-over`.
    """
    await actions.count_try(transactions, consent_id, by=actor)
    return await _view(session, await actions.confirm(session, consent_id, body.code, by=actor))


async def _view(session: Session, found: Consent) -> ConsentView:
    known = await known_as(session, found.person_id)
    text = await actions.text_about_code(session, found)
    return ConsentView(
        id=found.id,
        person_id=found.person_id,
        name_masked=mask_name((known and known.name) or ""),
        stage=found.stage,
        stage_zh=found.stage.zh,
        telling_zh=found.telling.zh if found.telling else None,
        text_zh=text.stage.zh if text else None,
        code_good_until=found.code_good_until,
        tries_left=found.tries_left,
        next_zh=_NEXT_ZH[found.stage] if found.stage is not ConsentStage.WAITING or text else _TO_THE_COUNTER_ZH,
    )


_NEXT_ZH = {
    ConsentStage.WAITING: "请本人把短信里的验证码报给代办员；没有收到的，可以重新获取或到乡镇（街道）窗口办理。",
    ConsentStage.GIVEN: "本人已同意，委托已生效。",
    ConsentStage.OVER: "这项委托不再需要验证码：已由其他方式办理、已作废，或本人不在代办员负责的村（社区）。",
}
_TO_THE_COUNTER_ZH = "没有短信可发：请本人到乡镇（街道）窗口，由窗口工作人员当面告知验证码，或改用纸质委托。"
