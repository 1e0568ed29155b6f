"""Clients and schemas of GeoReport v2 that others wrote, made ready for a test."""

import itertools
import re
import warnings
from typing import Any

from tests.town import Town

DATE_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"


def _maybe(**said: Any) -> dict[str, Any]:
    return {"anyOf": [said, {"type": "null"}]}


_TEXT: dict[str, Any] = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time", "pattern": DATE_TIME}

# Written anew after the schemas of open311/schema-validation (georeport-v2), and stricter in one point: no other names.
SERVICES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["service_code", "service_name", "metadata", "type"],
        "additionalProperties": False,
        "properties": {
            "service_code": _TEXT,
            "service_name": _TEXT,
            "description": _maybe(type="string"),
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": _maybe(type="string"),
            "group": _maybe(type="string"),
        },
    },
}
DEFINITION = {
    "type": "object",
    "required": ["service_code", "attributes"],
    "additionalProperties": False,
    "properties": {
        "service_code": _TEXT,
        "attributes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["variable", "code", "datatype", "required"],
                "additionalProperties": False,
                "properties": {
                    "variable": {"type": "boolean"},
                    "code": _TEXT,
                    "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
                    "required": {"type": "boolean"},
                    "datatype_description": _maybe(type="string"),
                    "order": _maybe(type="integer"),
                    "description": _maybe(type="string"),
                    "values": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["key", "name"],
                            "properties": {"key": _TEXT, "name": _TEXT},
                        },
                    },
                },
            },
        },
    },
}
REQUESTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["service_request_id", "status", "service_code", "requested_datetime"],
        "additionalProperties": False,
        "properties": {
            "service_request_id": _TEXT,
            "status": {"enum": ["open", "closed"]},
            "service_code": _TEXT,
            "description": _maybe(type="string", maxLength=4000),
            "requested_datetime": _INSTANT,
            "updated_datetime": _maybe(**_INSTANT),
            "expected_datetime": _maybe(**_INSTANT),
            "lat": _maybe(type="number", minimum=-90, maximum=90),
            "long": _maybe(type="number", minimum=-180, maximum=180),
            "media_url": _maybe(type="string", format="uri", pattern="^https?://"),
            **{
                name: _maybe(type="string")
                for name in (
                    *("status_notes", "service_name", "agency_responsible", "service_notice"),
                    *("address", "address_id", "zipcode"),
                )
            },
        },
    },
}


def three(endpoint: str, **options: Any) -> Any:
    """The client `three`: of 2013, and for Python 2 but for one name that moved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        itertools.__dict__["ifilter"] = filter
        from three import Three  # its import needs the name above

    return Three(endpoint, **options)


def key_of(town: Town, organization: str) -> str:
    """A new system of an organisation, as the operator registers it at the server, and its Open311 key."""
    made = town.operate("clients", "create", "随手拍", "--organization", organization, "--kind", "open311")
    assert made.returncode == 0, made.stdout + made.stderr
    [key_id] = re.findall(r"密钥编号：([0-9a-f]{32})", made.stdout)
    [secret] = re.findall(r"：([A-Za-z0-9_-]{43})$", made.stdout, re.MULTILINE)
    town.settle()
    return f"{key_id}.{secret}"
