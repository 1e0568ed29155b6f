"""Who am I, and the public halves of the keys that tokens are signed with."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.http import Route, SignedIn, Transaction, public
from chassis.identifiers import mask_citizen_number, mask_phone
from chassis.problems import NotFound
from services.members.accounts.keys import current_keys
from services.members.accounts.views import division_name
from services.members.contacts.known import known_as
from services.members.posts.views import PostInOffice, posts_of

router = APIRouter(tags=["登录"], route_class=Route)


class Me(BaseModel):
    """The one who asks; numbers masked even for themselves, since screens are looked at over shoulders."""

    person_id: UUID
    name: str
    is_member: bool
    is_citizen: bool
    citizen_number_masked: str
    phone_masked: str | None
    division_code: str
    division_name: str | None
    posts: list[PostInOffice]
    generated: bool


class WebKey(BaseModel):
    """A public key as RFC 7517 writes it."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class WebKeys(BaseModel):
    """The keys that are good now."""

    keys: list[WebKey]


@router.get("/me", response_model=Me)
async def show_me(session: Transaction, actor: SignedIn) -> Me:
    """Who the token speaks for, and the posts they hold today. Raises `NotFound` for somebody no longer known."""
    known = await known_as(session, actor.person_id)
    if known is None:
        raise NotFound()
    number, phone, identity = known.secret("citizen_number"), known.secret("phone"), known.identity
    return Me(
        person_id=known.person_id,
        name=known.name or "",
        is_member=identity is not None and identity.member is not None,
        is_citizen=identity is not None and identity.citizen is not None,
        citizen_number_masked=mask_citizen_number(number or ""),
        phone_masked=mask_phone(phone) if phone else None,
        division_code=known.division_code,
        division_name=await division_name(session, known.division_code),
        posts=await posts_of(session, known.person_id),
        generated=known.generated,
    )


@router.get("/jwks", response_model=WebKeys)
@public
async def show_keys(session: Transaction) -> WebKeys:
    """The public keys of tokens (RFC 7517), for systems outside that check them."""
    return WebKeys(keys=[WebKey.model_validate(key) for key in await current_keys(session)])
