"""The public check of a letter's text over HTTP: by number and SHA-256, as the QR code on the paper has them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import StringConstraints

from chassis.clock import local_date
from chassis.documents import Form
from chassis.documents.answers import answer
from chassis.http import Route, Transaction, public
from chassis.words import Output
from services.tasks.letters import paper, views
from services.tasks.letters.model import LetterStage
from services.tasks.letters.words import post_title
from services.tasks.requests.signing import NOTE_ZH

router = APIRouter(prefix="/letters/checks", tags=["责任书"], route_class=Route)

Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Number = Annotated[str, Path(max_length=32, pattern="^[A-Z0-9-]+$")]


class PostSigned(Output):
    """Which post signed, and on which local date; nobody's name."""

    role: str
    role_zh: str
    post_zh: str
    organization_name: str
    signed_on: date


class LetterCheck(Output):
    """What anybody learns of a text by its number and digest."""

    number: str
    version: int
    newest: bool
    newest_version: int
    stage_zh: str
    signatures: list[PostSigned]
    says_zh: str
    legal_note_zh: str


@router.get("/{number}/{digest}")
@public
async def check_letter(number: Number, digest: Hash, session: Transaction) -> LetterCheck:
    """Whether the text of a letter was signed: by its number and SHA-256; posts and dates alone, nobody's name.

    Refusal: `letter-text-unknown`.
    """
    one = await views.checked(session, number, digest)
    return LetterCheck(
        number=one.letter.number,
        version=one.version.version,
        newest=one.version.stage is not LetterStage.REPLACED,
        newest_version=one.letter.version,
        stage_zh=one.version.stage.title_zh,
        signatures=[
            PostSigned(
                role=signature.role.value,
                role_zh=signature.role.title_zh,
                post_zh=post_title(signature.post_kind),
                organization_name=signature.organization_name,
                signed_on=local_date(signature.signed_at),
            )
            for signature in one.signatures
        ],
        says_zh=paper.says_zh(one),
        legal_note_zh=NOTE_ZH,
    )


@router.get(
    "/{number}/{digest}/page",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "The check as a page: where a QR code leads."}},
)
@public
async def check_letter_page(number: Number, digest: Hash, session: Transaction) -> Response:
    """The same check as a page, for whoever scanned the code. Refusal: `letter-text-unknown`."""
    one = await views.checked(session, number, digest)
    return await answer(session, paper.check_sheet(one, at=session.now), Form.HTML, name=number)
