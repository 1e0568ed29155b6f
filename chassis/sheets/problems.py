"""Refusals of a whole file, before any row is looked at.

WorkbookRefused (422)
├── WrongFileKind            not what its ending says, or an ending that is not taken
├── FileEncrypted            needs a password
├── FileBroken               cannot be read to its end
├── FileTooLarge             bytes, unpacked bytes, rows, columns or sheets beyond the limits
└── SheetTooLong             more rows than an import of its kind takes
"""

from chassis.problems import Detail, Invalid


class WorkbookRefused(Invalid):
    """This file cannot be imported."""

    title_zh = "这个文件无法导入。"

    def __reduce__(self) -> "tuple[object, tuple[type[WorkbookRefused], dict[str, Detail]]]":
        """Refusals come back from the process that parses; their constructor takes only keywords."""
        return _refused_again, (type(self), self.details)


class WrongFileKind(WorkbookRefused):
    """The file is not what its ending says, or of a kind that is not taken."""

    title_zh = "文件内容与扩展名不符或格式不支持：请用 Excel 或 WPS 另存为 .xlsx，再重新导入。"


class FileEncrypted(WorkbookRefused):
    """The file is protected by a password."""

    title_zh = "文件设有打开密码：请在 Excel 或 WPS 中取消密码并保存，再重新导入。"


class FileBroken(WorkbookRefused):
    """The file is damaged and cannot be read to its end."""

    title_zh = "文件已损坏，读不到结尾：请用 Excel 或 WPS 打开并另存一份，再重新导入。"


class FileTooLarge(WorkbookRefused):
    """The file holds more than one import takes; divide it."""

    title_zh = "文件过大：请删去空白的行、列和多余的工作表，或拆成几个文件分次导入。"


class SheetTooLong(WorkbookRefused):
    """More rows than an import of this kind takes; divide the file."""

    title_zh = "行数过多：请把文件拆成几份，分次导入。"


def _refused_again(kind: type[WorkbookRefused], details: dict[str, Detail]) -> WorkbookRefused:
    return kind(**details)
