"""What `tasks` answers, put into the shapes of GeoReport v2 and of mySociety's updates."""

from collections.abc import Mapping

from gateway.json import Document, is_object
from gateway.open311.shapes import Tree
from gateway.settings import FrontSettings

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-26T00:00:00+08:00"
"""When what is served here last changed."""
REQUEST = (
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
)
UPDATE = ("update_id", "service_request_id", "status", "updated_datetime", "description")


def items(told: Document) -> list[Document]:
    """The rows of a list."""
    rows = told["items"]
    return [one for one in rows if is_object(one)] if isinstance(rows, list) else []


def discovery(settings: FrontSettings, base: str, *, production: bool) -> Tree:
    """Where the interface is, and whom to ask for a key."""
    return {
        "changeset": CHANGESET,
        "contact": settings.open311_contact,
        "key_service": settings.open311_key_service,
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}/open311/v2",
                "changeset": CHANGESET,
                "type": "production" if production else "test",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def definition(told: Document) -> Tree:
    """What else is asked of who reports a service; only questions with values to choose from have any."""
    attributes = told["attributes"]
    return {
        "service_code": str(told["service_code"]),
        "attributes": [
            {name: value for name, value in one.items() if name != "values" or value}
            for one in (attributes if isinstance(attributes, list) else [])
            if is_object(one)
        ],
    }


def request(case: Document, base: str) -> Tree:
    """One request. The first picture that was let out is the one of `media_url`; there is no place for more."""
    files = case["files"]
    first = files[0] if isinstance(files, list) and files and is_object(files[0]) else None
    shown: dict[str, Tree] = {name: case[name] for name in REQUEST}
    shown |= {"zipcode": None, "lat": case["lat"], "long": case["long"]}
    shown["media_url"] = f"{base}/open311/v2/media/{first['id']}.{first['ending']}" if first else None
    return shown


def received(told: Document, *, account_id: str | None, more: str) -> Tree:
    """A report that was taken in: its number, or in its place a token; never both."""
    notices = told["notices"]
    notice = "".join(map(str, notices)) if isinstance(notices, list) else ""
    token = told["token"]
    name, value = ("token", token) if token else ("service_request_id", told["request_id"])
    answer: Mapping[str, Tree] = {name: str(value), "service_notice": notice + more, "account_id": account_id}
    return [answer]


def update(told: Document) -> Tree:
    """One step of a request, as mySociety's extension has it."""
    return {**{name: told[name] for name in UPDATE}, "media_url": None}
