"""A bulletin as an official document, from what was frozen."""

from chassis.clock import local_date
from chassis.documents import Document
from services.tasks.bulletins.model import Bulletin
from services.tasks.figures.model import Content
from services.tasks.figures.paper import paper_of


def paper_of_bulletin(one: Bulletin) -> Document:
    """The bulletin to be printed."""
    return paper_of(
        Content.unpacked(one.content),
        number=one.number_zh,
        edition_zh=f"第{one.edition}版：{one.reason.title_zh}" if one.reason else None,
        issued_on=local_date(one.published_at),
        digest=one.digest.hex(),
    )
