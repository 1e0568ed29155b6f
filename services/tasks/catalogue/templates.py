"""Forms to fill in: files in a folder beside the catalogue, served under the names that its errands give."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.dated import Text
from chassis.problems import NotFound

FOLDER = "templates"
MOST_BYTES = 5 << 20
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
"""What a form may be, by its ending."""

_NAME = rf"^[a-z0-9][a-z0-9_-]{{0,63}}\.({'|'.join(MEDIA_TYPES)})$"


class NoSuchTemplate(NotFound):
    """The catalogue names no form of this name."""

    title_zh = "没有这份表格，请在代办事项目录中重新选择。"


class Template(BaseModel):
    """One form: the name of its file, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(pattern=_NAME)]
    title: Text

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return MEDIA_TYPES[self.file.rpartition(".")[2]]


def fault_of(folder: Path, template: Template) -> str | None:
    """What is wrong with a form's file, if anything is."""
    path = folder / template.file
    if not path.is_file():
        return f"{FOLDER} 文件夹中没有 {template.file}"
    if path.stat().st_size > MOST_BYTES:
        return f"{template.file} 超过 {MOST_BYTES >> 20} MB"
    return None
