"""Bodies that are no JSON: how schemathesis is to send a piece of a file that it made up."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def as_it_is(_: schemathesis.SerializationContext, value: Any) -> Any:
    """A piece of an upload: any bytes are one."""
    return value if isinstance(value, bytes) else str(value).encode()
