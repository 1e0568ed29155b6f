"""Bodies that are no JSON: how schemathesis is to send a piece of a file that it made up."""

from typing import Any

import schemathesis

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer("application/offset+octet-stream", XLSX)
def as_it_is(_: schemathesis.SerializationContext, value: Any) -> Any:
    """A piece of an upload, or something sent as a spreadsheet: any bytes are one."""
    return value if isinstance(value, bytes) else str(value).encode()
