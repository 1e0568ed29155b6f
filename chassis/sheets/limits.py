"""How much one import takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file, each far above a county's roster; what is beyond is refused before it is parsed."""

    file_bytes: int = 32 << 20
    unpacked_bytes: int = 256 << 20
    ratio: int = 100  # unpacked to packed; spreadsheets reach 10 to 40
    ratio_from_bytes: int = 1 << 20  # small files may be packed as tightly as they like
    parts: int = 1_000  # files inside the archive
    sheets: int = 20
    rows: int = 100_000
    columns: int = 50
    memory_bytes: int = 1 << 30  # of the process that parses .xls and .ods
    seconds: int = 30  # of its processor time
