"""calamine and COPY: read the spreadsheet, then copy the rows that our import wrote; prints the seconds of both."""

import asyncio
import json
import pickle
import sys
import time
from pathlib import Path

import asyncpg
from python_calamine import CalamineWorkbook

from bench.record import twin


async def copy(database: str, spreadsheet: Path, kept: Path) -> None:
    """Empty the twins, then time the reading and the copying in one transaction."""
    tables = pickle.loads(kept.read_bytes())
    twins = {table: twin(table, schema="bare") for table in tables}
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f"truncate {', '.join(twins.values())}")
        started = time.perf_counter()
        workbook = CalamineWorkbook.from_path(spreadsheet)
        read = sum(len(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names)
        read_in = time.perf_counter() - started
        async with connection.transaction():
            for table, (names, records) in tables.items():
                schema, _, name = twins[table].partition(".")
                await connection.copy_records_to_table(
                    name.strip('"'), schema_name=schema, records=records, columns=names
                )
        print(json.dumps({"seconds": time.perf_counter() - started, "read_seconds": read_in, "rows": read}))
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(copy(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
