"""Signatures over HTTP."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction, for_clients
from chassis.words import Output
from services.tasks.requests import signing
from services.tasks.signatures import views

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)

FITS = "文本摘要与签收时一致。"
FITS_NOT = "文本摘要与签收时不一致：事项的内容在签收后被改动或已依本人申请清除，请向县级管理员核实。"


class CheckedSignatureView(Output):
    """A recorded act of signing, held against the text as it is now."""

    person_id: UUID
    person_name: str
    post_id: UUID
    acting_for_post_id: UUID | None  # of the absent colleague for whom it was signed
    acting_for_name: str | None
    signed_at: datetime
    promised_on: date | None
    promise_zh: str | None  # what was signed for, where the text fits
    rule_version: str
    text_digest: str  # SHA-256 of the text, hexadecimal
    fits: bool
    fits_zh: str


class SignaturesView(Output):
    """Every signature of a case, in the order of signing; none before somebody accepted it."""

    items: list[CheckedSignatureView]
    legal_note_zh: str


@router.get("/{request_id}/signatures")
@for_clients("requests.read")
async def signatures(request_id: UUID, session: Transaction, actor: SignedIn) -> SignaturesView:
    """Who accepted the case, when, by which rules, and whether the signed text is still the same."""
    found = await views.checked(session, actor, request_id)
    return SignaturesView(
        items=[
            CheckedSignatureView(
                person_id=one.signature.person_id,
                person_name=one.signature.person_name,
                post_id=one.signature.post_id,
                acting_for_post_id=one.signature.acting_for_post_id,
                acting_for_name=one.signature.acting_for_name,
                signed_at=one.signature.signed_at,
                promised_on=one.signature.promised_on,
                promise_zh=one.promise,
                rule_version=one.signature.rule_version,
                text_digest=one.signature.text_digest.hex(),
                fits=one.fits,
                fits_zh=FITS if one.fits else FITS_NOT,
            )
            for one in found
        ],
        legal_note_zh=signing.NOTE_ZH,
    )
