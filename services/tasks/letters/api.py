"""Letters of responsibility over HTTP."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StringConstraints

from chassis.documents import MEDIA_TYPES, Form, Typesetter
from chassis.documents.answers import answer
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import NEWEST, Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.sheets.writing import GIVEN_OUT, XLSX
from chassis.words import PLAIN, Input, Words
from services.tasks.letters import actions, paper, refusals, views
from services.tasks.letters.model import MOST_LINES
from services.tasks.letters.sheet import spreadsheet
from services.tasks.letters.shown import LetterPage, LetterView, letter_line, letter_view
from services.tasks.letters.text import Line, plain

router = APIRouter(prefix="/letters", tags=["责任书"], route_class=Route)

MOST_ROWS = 2000
MOST_VERSIONS = 100_000
"""More versions than a letter will ever have: a larger number is none."""

EMPTY = "这里还没有责任书；由上级组织按责任清单制作后，会通知责任人签署。"
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=PLAIN)]


class Wanted(StrEnum):
    """Which letters are listed: at one stage of their latest version, or all that lack a signature."""

    UNSIGNED = "unsigned"
    MADE = "made"
    SIGNED = "signed"
    COUNTERSIGNED = "countersigned"
    REFUSED = "refused"


class LineAsked(Input):
    """One item of the list, as it is to stand in the letter."""

    item_id: UUID = Field(description="清单事项的编号")
    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=PLAIN)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]
    due_on: date | None = Field(None, description="办结时限（北京时间）")


Lines = Annotated[tuple[LineAsked, ...], Field(max_length=MOST_LINES, description="责任事项，最多 200 项")]


class LetterAsked(Input):
    """Whose letter, for which year, with which items."""

    post_id: UUID
    year: int = Field(ge=2000, le=2100)
    title: Short
    lines: Lines | None = Field(None, description="不填则取责任清单中该岗位本年度的事项，清单一变即出新版")


class NewItems(Input):
    """All items that hold from now on."""

    lines: Lines


class TextSeen(Input):
    """The digest of the text that was read, to say that it is this one that is signed."""

    text_digest: Hash


class LetterRefused(Input):
    """The text that was read, and why it is not signed."""

    text_digest: Hash
    words: Words


class RefusalAnswered(Input):
    """Why the text stands."""

    words: Words


@router.post("", status_code=201)
async def make_letter(body: LetterAsked, session: Transaction, actor: SignedIn) -> LetterView:
    """Make the letter of a post for a year; its holder is told to sign it.

    Without lines, its items are those of the lists in the post's name; a change there makes a new version in minutes.
    Refusals: `not-in-office`, `may-not-make-letters`, `letter-there`, `same-item-twice`, `too-many-items`.
    """
    letter = await actions.make(
        session,
        by=actor,
        post_id=body.post_id,
        year=body.year,
        title=plain(body.title),
        lines=lines_of(body.lines) if body.lines is not None else None,
    )
    return await letter_view(session, letter)


@router.get("")
async def letters(
    session: Transaction,
    actor: SignedIn,
    *,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="只看这一年的")] = None,
    stage: Annotated[Wanted | None, Query(description="unsigned 为缺签署或会签的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> LetterPage:
    """The letters of the organisations that your posts reach; with `unsigned`, those that lack a signature."""
    return await _page(session, actor, own=False, year=year, stage=stage, cursor=cursor, limit=limit)


@router.get("/own")
async def own_letters(
    session: Transaction,
    actor: SignedIn,
    *,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="只看这一年的")] = None,
    stage: Annotated[Wanted | None, Query(description="unsigned 为缺签署或会签的")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> LetterPage:
    """The letters that you answer for."""
    return await _page(session, actor, own=True, year=year, stage=stage, cursor=cursor, limit=limit)


@router.get("/sheet", response_class=Response, responses=GIVEN_OUT)
async def letter_sheet(
    session: Transaction,
    actor: SignedIn,
    *,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="只看这一年的")] = None,
    stage: Annotated[Wanted | None, Query(description="unsigned 为缺签署或会签的")] = None,
) -> Response:
    """The letters of the organisations that your posts reach as .xlsx, the newest 2,000."""
    wanted = stage.value if stage else ""
    found = await views.page(session, actor, own=False, year=year, stage=wanted, before=NEWEST, limit=MOST_ROWS)
    headers = {"Content-Disposition": 'attachment; filename="letters.xlsx"', "Cache-Control": "no-store"}
    return Response(spreadsheet(found), headers=headers, media_type=XLSX)


@router.get("/{letter_id}")
async def letter(letter_id: UUID, session: Transaction, actor: SignedIn) -> LetterView:
    """A letter with every version and signature: for the person, and for those whose posts reach the organisation."""
    return await letter_view(session, await views.seen(session, actor, letter_id))


@router.post("/{letter_id}/versions", status_code=201)
async def change_letter(letter_id: UUID, body: NewItems, session: Transaction, actor: SignedIn) -> LetterView:
    """Have other items hold: a new version that both sign anew. The old one stays readable with its signatures.

    Refusals: `may-not-make-letters`, `follows-the-lists`, `nothing-changed`, `same-item-twice`, `not-in-office`.
    """
    return await letter_view(session, await actions.change(session, letter_id, by=actor, lines=lines_of(body.lines)))


@router.post("/{letter_id}/signature")
async def sign_letter(letter_id: UUID, body: TextSeen, session: Transaction, actor: SignedIn) -> LetterView:
    """Sign the latest version as the person who answers for it.

    Refusals: `may-not-sign`, `not-this-text`, `not-allowed-now`, `not-in-office`.
    """
    return await letter_view(session, await actions.sign(session, letter_id, by=actor, digest=body.text_digest))


@router.post("/{letter_id}/refusal")
async def refuse_letter(letter_id: UUID, body: LetterRefused, session: Transaction, actor: SignedIn) -> LetterView:
    """Say why you do not sign the latest version; those above change its items, or answer. Once for each version.

    Refusals: `may-not-refuse-letter`, `not-this-text`, `letter-refused-already`, `not-allowed-now`, `not-in-office`.
    """
    refused = await refusals.refuse(session, letter_id, by=actor, digest=body.text_digest, words=body.words)
    return await letter_view(session, refused)


@router.post("/{letter_id}/refusal/answer")
async def answer_refusal(letter_id: UUID, body: RefusalAnswered, session: Transaction, actor: SignedIn) -> LetterView:
    """Answer from above why the text stands; the person may sign then. Who agrees gives the letter other items.

    Refusals: `may-not-answer-refusal`, `not-allowed-now`.
    """
    return await letter_view(session, await refusals.answer(session, letter_id, by=actor, words=body.words))


@router.post("/{letter_id}/countersignature")
async def countersign_letter(letter_id: UUID, body: TextSeen, session: Transaction, actor: SignedIn) -> LetterView:
    """Countersign the latest version from above.

    Refusals: `may-not-countersign`, `not-this-text`, `not-allowed-now`.
    """
    return await letter_view(session, await actions.countersign(session, letter_id, by=actor, digest=body.text_digest))


@router.get(
    "/{letter_id}/versions/{version}/document",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "The letter as a file."}},
)
async def letter_document(
    letter_id: UUID,
    version: Annotated[int, Path(ge=1, le=MOST_VERSIONS)],
    session: Transaction,
    actor: SignedIn,
    form: Annotated[Form, Query(description="pdf、docx 或 html")] = Form.PDF,
) -> Response:
    """Any version as an official document.

    Refusals: `cannot-be-set`, `document-too-long`, `typesetter-busy`.
    """
    found = await views.seen(session, actor, letter_id)
    one = await views.one_version(session, found, version)
    base = session.use(Typesetter).layout.address
    return await answer(session, paper.paper_of(one, base=base), form, name=f"{found.number}-{version}")


async def _page(
    session: Session,
    actor: SignedIn,
    *,
    own: bool,
    year: int | None,
    stage: Wanted | None,
    cursor: str | None,
    limit: int,
) -> LetterPage:
    found = await views.page(
        session, actor, own=own, year=year, stage=stage.value if stage else "", before=place(cursor), limit=limit
    )
    return LetterPage(
        items=[letter_line(one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found or cursor else EMPTY,
    )


def lines_of(asked: tuple[LineAsked, ...]) -> tuple[Line, ...]:
    """The items as a text has them."""
    return tuple(Line(str(one.item_id), plain(one.number), plain(one.title), one.due_on) for one in asked)
