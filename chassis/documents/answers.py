"""A document as the answer to a request."""

from starlette.responses import Response

from chassis.documents.model import Document
from chassis.documents.typesetter import MEDIA_TYPES, Form, Typesetter
from chassis.session import Session

_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


async def answer(session: Session, document: Document, form: Form, *, name: str) -> Response:
    """The document in a form, under a file name of ASCII letters.

    Raises `CannotBeSet`, `DocumentTooLong`, `TypesetterBusy`.
    """
    made = await session.use(Typesetter).set(document, form)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    if form is Form.HTML:
        headers["Content-Security-Policy"] = _NOTHING_RUNS
    else:
        headers["Content-Disposition"] = f'attachment; filename="{name}.{form.value}"'
    return Response(made, media_type=MEDIA_TYPES[form], headers=headers)
