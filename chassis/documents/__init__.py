"""Official documents: one structured document set as PDF, picture, .docx or page, with the measures of GB/T 9704."""

from chassis.documents.layout import Layout
from chassis.documents.model import (
    Bar,
    Bars,
    Block,
    Document,
    Heading,
    Lines,
    Paragraph,
    QrCode,
    Signing,
    Table,
    day_zh,
)
from chassis.documents.problems import CannotBeSet, DocumentTooLong, FontMissing, TypesetterBusy
from chassis.documents.typesetter import MEDIA_TYPES, Form, Typesetter

__all__ = [
    "MEDIA_TYPES",
    "Bar",
    "Bars",
    "Block",
    "CannotBeSet",
    "Document",
    "DocumentTooLong",
    "FontMissing",
    "Form",
    "Heading",
    "Layout",
    "Lines",
    "Paragraph",
    "QrCode",
    "Signing",
    "Table",
    "Typesetter",
    "TypesetterBusy",
    "day_zh",
]
