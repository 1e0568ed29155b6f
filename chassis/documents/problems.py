"""Why a document cannot be set."""

from chassis.problems import Invalid, TooLarge, Unavailable
from chassis.settings import Refused


class FontMissing(Refused):
    """A font that the settings name is not there; the text says which, and what to do."""


class DocumentTooLong(TooLarge):
    """A document has at most so many characters, blocks and rows."""

    title_zh = "文件太长，无法排版：请缩短时段、分批办理，或按单位分别生成。"


class CannotBeSet(Invalid):
    """The fonts have no sign for a character of this document."""

    title_zh = "字库中缺少提示的字，无法排成 PDF：请先下载 .docx，并请县级管理员在文种字体目录中补充字体。"


class TypesetterBusy(Unavailable):
    """Many documents are being set just now."""

    title_zh = "正在排版的文件较多，请过几秒再下载。"
