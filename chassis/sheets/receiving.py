"""A spreadsheet that comes over HTTP: kept on the disk within its bound, and read there."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.objects import Pieces
from chassis.problems import TooLarge
from chassis.sheets.reading import Workbook, read_workbook


async def received(pieces: Pieces, *, name: str, largest: int) -> Workbook:
    """A file as it comes, of at most so many bytes, read; its name's ending says its kind.

    To be called while no transaction is open: whoever sends may be slow. Raises `TooLarge`, `WorkbookRefused`.
    """
    with TemporaryDirectory() as folder:
        path, size = Path(folder) / name, 0
        with path.open("wb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > largest:
                    raise TooLarge(largest=largest)
                file.write(piece)
        return await asyncio.to_thread(read_workbook, path)
