"""What the façade sends and is answered: the bodies and lists of Open311 inside the house."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.words import PLAIN, Input, Output

LongArgument = Annotated[str, Field(max_length=40_000, pattern=PLAIN)] | None  # a thousand numbers with commas
Said = Annotated[str, Field(max_length=2000, pattern=PLAIN)]
LongSaid = Annotated[str, Field(max_length=4000, pattern=PLAIN)]  # GeoReport v2: description
Code = Annotated[str, Field(max_length=64, pattern=PLAIN)]


class Listing(Input):
    """Which part of a list is asked for, each argument as its caller wrote it."""

    jurisdiction_id: LongArgument = None
    service_request_id: LongArgument = None
    service_code: LongArgument = None
    start_date: LongArgument = None
    end_date: LongArgument = None
    status: LongArgument = None
    page: LongArgument = None
    page_size: LongArgument = None


class ValueView(Output):
    """One of the values to choose from."""

    key: str
    name: str


class AttributeView(Output):
    """A question of a service."""

    variable: bool
    code: str
    datatype: str
    required: bool
    datatype_description: str
    order: int
    description: str
    values: list[ValueView]


class ServiceView(Output):
    """A service that may be reported."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str
    keywords: str
    group: str


class ServiceList(Output):
    """All that may be reported today."""

    items: list[ServiceView]


class DefinitionView(Output):
    """What else is asked of who reports a service."""

    service_code: str
    attributes: list[AttributeView]


class FileView(Output):
    """A picture that was let out."""

    id: UUID
    ending: str


class PublicCaseView(Output):
    """A case as the public sees it."""

    service_request_id: UUID
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str | None
    service_notice: str | None
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime
    address: str
    address_id: str
    lat: float | None
    long: float | None
    files: list[FileView]


class CaseList(Output):
    """From new to old."""

    items: list[PublicCaseView]


class UpdateView(Output):
    """A step of a case as the public reads it."""

    update_id: UUID
    service_request_id: UUID
    status: str
    updated_datetime: datetime
    description: str


class UpdateList(Output):
    """From new to old."""

    items: list[UpdateView]


class AreaView(Output):
    """The area of a system outside."""

    division_code: str


class TokenView(Output):
    """The number behind a token."""

    service_request_id: UUID


class Report(Input):
    """A report, its arguments as text. Who somebody is, `members` knows already, under `requester_id`."""

    jurisdiction_id: Said | None = None
    service_code: Said | None = None
    lat: Said | None = None
    long: Said | None = None
    address_string: Annotated[str, Field(max_length=200, pattern=PLAIN)] | None = None
    address_id: Said | None = None
    description: LongSaid | None = None
    media_url: Said | None = None
    account_id: Said | None = None
    device_id: Said | None = None
    requester_id: UUID | None = None
    attributes: Annotated[dict[Code, list[Said]], Field(max_length=50)] = Field(default_factory=dict)


class ReceivedView(Output):
    """Which case it is: its number, or in its place a token."""

    request_id: UUID
    token: str | None
    repeated: bool
    files: int  # that came with it already
    notices: list[str]


class Update(Input):
    """What a system outside adds to a case that it sent in."""

    jurisdiction_id: Said | None = None
    service_request_id: Said | None = None
    update_id: Said | None = None
    updated_datetime: Said | None = None
    status: Said | None = None
    description: LongSaid | None = None


class UpdatedView(Output):
    """By which number it is kept."""

    update_id: UUID


class Token(Input):
    """A token; in the body, so that no address or log holds it."""

    token: Annotated[str, Field(max_length=100)]


class KeptView(Output):
    """A file that belongs to the case now."""

    id: UUID
