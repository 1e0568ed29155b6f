"""Development sign-in: offered only where `LIANXIN_DEVELOPMENT` allows it, and only to generated people."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Route, Transaction, public
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.secrecy import Vault
from services.members.accounts.actions import CODE_DIGITS, code_for, sign_in
from services.members.accounts.views import generated_people
from services.members.divisions.codes import Code
from services.members.paging import cut
from services.members.posts.views import PostInOffice, posts_of
from services.members.sessions.actions import Tokens
from services.members.sessions.devices import mark_of
from services.members.words import PostKind

router = APIRouter(prefix="/sign-in/development", tags=["登录"], route_class=Route)


class Role(StrEnum):
    """As whom a newcomer may look around."""

    CITIZEN = "citizen"
    PROXY_AGENT = "proxy_agent"
    STAND_IN = "stand_in"
    SECRETARY = "secretary"
    TOWNSHIP_CADRE = "township_cadre"
    SUPERVISOR = "supervisor"
    COUNTY_OPERATOR = "county_operator"


class SignIn(BaseModel):
    """Who signs in, and the code that came with the person in the list of people."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    code: Annotated[str, Field(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$")]


class SignedInAs(Tokens):
    """The tokens of a sign-in, and whom they speak for."""

    name: str
    posts: list[PostInOffice]


class SomebodyToTry(BaseModel):
    """A generated person and the code to sign in as them."""

    person_id: UUID
    name: str
    division_code: str
    code: str


class PeopleToTry(BaseModel):
    """Generated people, and where the next page begins."""

    items: list[SomebodyToTry]
    next: str | None


@router.post("", response_model=SignedInAs)
@public
async def sign_in_with_code(body: SignIn, session: Transaction, request: Request) -> SignedInAs:
    """Sign a generated person in. Raises `WrongCode`, `RealPersonRefused` or `AccessTakenBack`."""
    device = request.headers.get("user-agent", "")
    mark = mark_of(session.use(Vault), request.headers)
    identity, tokens = await sign_in(session, body.person_id, code=body.code, device=device, mark=mark)
    return SignedInAs(**tokens.model_dump(), name=identity.person.name, posts=await posts_of(session, body.person_id))


@router.get("/people", response_model=PeopleToTry)
@public
async def list_people_to_try(
    session: Transaction,
    role: Role,
    division_code: Annotated[Code | None, Query(description="只看这个区划以内的人，12位代码")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> PeopleToTry:
    """Generated people of a role within a division, with the codes to sign in as them. Raises `WrongCursor`."""
    post = None if role is Role.CITIZEN else PostKind[role.name]
    found = await generated_people(session, post, division_code=division_code, before=place(cursor), most=limit + 1)
    rows, cursor_of_next = cut(found, limit=limit, cursor=lambda row: cursor_after(row[0]))
    vault = session.use(Vault)
    items = [
        SomebodyToTry(person_id=person_id, name=name, division_code=division, code=code_for(vault, person_id))
        for person_id, name, division in rows
    ]
    return PeopleToTry(items=items, next=cursor_of_next)
