"""Setting documents beside the event loop, a few at once, each within its limits."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property

from chassis.documents import page, word
from chassis.documents.layout import Layout
from chassis.documents.model import Document
from chassis.documents.problems import TypesetterBusy
from chassis.documents.typesetting import Press

AT_ONCE = 2
WAITING = 32
"""Documents that wait for their turn; more are refused, since whoever asked would not wait so long."""


class Form(StrEnum):
    """In what form a document is wanted."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.HTML: "text/html; charset=utf-8",
}


class Typesetter:
    """Sets documents by one layout. What is set runs in a thread, in which typst lets go of the interpreter."""

    def __init__(self, layout: Layout | None = None) -> None:
        self.layout = layout or Layout()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def set(self, document: Document, form: Form) -> bytes:
        """The document in a form. Raises `DocumentTooLong`, `CannotBeSet` (PDF alone), `TypesetterBusy`."""
        document.check()
        if self._waiting >= WAITING:
            raise TypesetterBusy()
        makers: dict[Form, Callable[[], bytes]] = {
            Form.PDF: lambda: self.press.pdf(document),
            Form.DOCX: lambda: word.docx(document, self.layout),
            Form.HTML: lambda: page.html(document),
        }
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(makers[form])
        finally:
            self._waiting -= 1

    def check(self) -> None:
        """See, at the start, that every font is there. Raises `FontMissing`."""
        self.press  # noqa: B018  # made, and with it checked

    @cached_property
    def press(self) -> Press:
        """The fonts and typst, made once."""
        return Press(self.layout)
