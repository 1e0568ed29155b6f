"""Credentials over HTTP: the keys that everybody sees, what one may draw, and drawing it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints

from chassis.http import Route, SignedIn, Transaction, public, repeatable
from chassis.words import Input, Output
from services.members.accounts.views import division_name
from services.members.credentials import actions, views
from services.members.credentials.model import KeyList

router = APIRouter(tags=["匿名测评凭证"], route_class=Route)

MODULUS_IN_TEXT = 342  # characters of base64url for the 256 bytes of RSA-2048

Blinded = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9_-]{{{MODULUS_IN_TEXT}}}$")]


class BallotKeys(Output):
    """The keys of all open cells on one local day: a JWS by one of the keys at `/jwks`, with its SHA-256 in hex.

    Everybody is given the same bytes. Two people whose digests of a day differ were shown different keys.
    """

    day: date
    digest: str
    signed: str


class CredentialToDraw(Output):
    """A cell, or a part of a survey, of which the phone may draw a credential, once its key was found in the list."""

    cell_id: UUID  # or of the part of a survey
    survey_id: UUID | None
    division_code: str
    division_name: str | None
    item_codes: list[str]  # none for every kind of matter
    served_from: date | None  # none for a survey
    served_to: date | None
    draws_until: date
    closes_on: date
    public_key: str


class CredentialsToDraw(Output):
    """All of them; the phone draws each by itself, whether or not its owner is going to say anything."""

    items: list[CredentialToDraw]
    what_next_zh: str


class Drawn(Input):
    """A message that the phone prepared and blinded (RFC 9474), base64url without padding."""

    blinded: Blinded


class BlindSignature(Output):
    """What the phone makes its credential of."""

    blind_signature: str


@router.get("/ballot-keys")
@public
async def newest_ballot_keys(session: Transaction) -> BallotKeys:
    """The list of today. Raises `NotFound` where no cell was ever open."""
    return _shown(await actions.list_of(session, None))


@router.get("/ballot-keys/{day}")
@public
async def ballot_keys_of(day: date, session: Transaction) -> BallotKeys:
    """The list of a day, for whoever compares. Raises `NotFound`."""
    return _shown(await actions.list_of(session, day))


@router.get("/credentials")
async def credentials_to_draw(session: Transaction, actor: SignedIn) -> CredentialsToDraw:
    """The cells in which you were served, and the surveys that ask you, whose credential you have not drawn."""
    cells = await views.to_draw(session, by=actor)
    items = [
        CredentialToDraw(
            cell_id=cell.id,
            survey_id=cell.survey_id,
            division_code=cell.division_code,
            division_name=await division_name(session, cell.division_code),
            item_codes=cell.item_codes,
            served_from=cell.served_from,
            served_to=cell.served_to,
            draws_until=cell.draws_until,
            closes_on=cell.closes_on,
            public_key=cell.public_key,
        )
        for cell in cells
    ]
    return CredentialsToDraw(items=items, what_next_zh=_TO_DRAW_ZH if items else _NONE_ZH)


@router.post("/credentials/{cell_id}")
@repeatable
async def draw_credential(cell_id: UUID, body: Drawn, session: Transaction, actor: SignedIn) -> BlindSignature:
    """Have a blinded message signed: one for each person and cell or survey, the same again for the same message.

    Refusals: `drawing-over`, `key-not-listed`, `blinded-message-unfit`, `credential-drawn`, `signing-away`. Raises
    `NotFound` for whoever was not served there, or is not asked, or works there.
    """
    signature = await actions.draw(session, cell_id, actions.from_text(body.blinded), by=actor)
    return BlindSignature(blind_signature=actions.in_text(signature))


def _shown(found: KeyList) -> BallotKeys:
    return BallotKeys(day=found.day, digest=found.digest, signed=found.signed)


_TO_DRAW_ZH = "您可以匿名参加以上测评：手机会自动领取凭证，过一段随机的时间再提交，评分不与您的姓名和所办事项对应。"
_NONE_ZH = (
    "目前没有可领取的匿名测评凭证。办过事仍看不到的，请先在“我的”页面绑定身份；本单位工作人员不参加对本单位的测评。"
)
