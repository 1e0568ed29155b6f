"""Contacts over HTTP: who has this number, and taking somebody in who stands in no register."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from chassis.http import Route, SignedIn, Transaction, Transactions, for_clients
from chassis.identifiers import mask_name
from chassis.words import PLAIN, DivisionCode, Input, Output
from services.members.contacts import actions
from services.members.contacts.actions import Said
from services.members.contacts.model import Email, Phone

router = APIRouter(prefix="/contacts", tags=["来电人与报送人"], route_class=Route)

CitizenNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=15, max_length=32, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=PLAIN)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PLAIN)]


class Search(Input):
    """A telephone number or a citizen number, whole; never a name or a part."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"phone": "13800000000"}]})

    phone: Phone | None = None
    citizen_number: CitizenNumber | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.phone is None) is (self.citizen_number is None):
            raise ValueError("either a telephone number or a citizen number")
        return self


class FoundPerson(Output):
    """Somebody with this number. Who they are is shown, masked, within your own area alone."""

    person_id: UUID
    register_zh: str | None
    name_masked: str | None
    division_code: str | None


class FoundPersons(Output):
    """Everybody with this number; several where a household shares a telephone."""

    items: list[FoundPerson]
    what_next_zh: str


class NewContact(Input):
    """What somebody said of themselves, and where they were heard of."""

    division_code: DivisionCode
    phone: Phone | None = None
    email: Email | None = None
    name: Name | None = None
    address: Address | None = None


class ContactView(Output):
    """The person id under which their requests are sent in."""

    person_id: Annotated[UUID, Field(description="提交诉求时填作 requester_id")]


@router.post("/find")
@for_clients("requests.send")
async def find_persons(body: Search, session: Transaction, actor: SignedIn) -> FoundPersons:
    """Who has this telephone number or citizen number, for those who take requests in. Every look-up is on record.

    Refusals: `forbidden`.
    """
    found = await actions.find(session, by=actor, phone=body.phone, citizen_number=body.citizen_number)
    nobody = (
        "没有登记过这个号码，可按来电人新登记。" if body.phone else "居民名册中没有这个号码，请核对或按来电人登记。"
    )
    return FoundPersons(
        items=[
            FoundPerson(
                person_id=one.person_id,
                register_zh=one.known.register_zh if one.known else None,
                name_masked=mask_name(one.known.name or "") if one.known else None,
                division_code=one.known.division_code if one.known else None,
            )
            for one in found
        ],
        what_next_zh="请向来电人核对姓名后选择本人。" if found else nobody,
    )


@router.post("", status_code=201)
@for_clients("requests.send")
async def take_in(body: NewContact, session: Transaction, transactions: Transactions, actor: SignedIn) -> ContactView:
    """Somebody who stands in no register; the same number gives the same person, and changes nothing known of them.

    Refusals: `no-way-back`, `not-your-area`, `forbidden`.
    """
    said = Said(phone=body.phone, email=body.email, name=body.name, address=body.address)
    person_id = await actions.take_in(
        transactions, said, division_code=body.division_code, by=actor, traceparent=session.traceparent
    )
    return ContactView(person_id=person_id)
