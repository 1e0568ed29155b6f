"""Signing in by the county's identity provider over HTTP; and whose account there is whose, for the operator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction, Transactions, public
from chassis.secrecy import Vault
from chassis.words import Input, Output
from services.members.passwords import policy
from services.members.passwords.api import GoOn, SignInSoFar, caller_of, so_far
from services.members.single_sign_on import actions
from services.members.single_sign_on.attempts import Attempt, spend
from services.members.single_sign_on.provider import Provider

router = APIRouter(tags=["登录"], route_class=Route)

Printed = r"^[\x20-\x7e]+$"  # what RFC 6749 lets a code, a state and an issuer be made of
Subject = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]


class WayThere(Output):
    """Where the browser goes to sign in, and what it keeps meanwhile and sends with what it brings back."""

    authorization_address: str
    attempt: str


class WayBack(Input):
    """What the provider gave the browser, and what the browser kept."""

    attempt: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[A-Za-z0-9_-]+=*$")]
    state: Annotated[str, Field(min_length=1, max_length=200, pattern=Printed)]
    code: Annotated[str, Field(min_length=1, max_length=2000, pattern=Printed)]
    iss: Annotated[str, Field(min_length=1, max_length=500, pattern=Printed)] | None = None


class NewLink(Input):
    """Whose account at the provider this is: by the claim that the settings name."""

    person_id: UUID
    subject: Subject


class Link(Output):
    """Whether a person is bound to an account at the provider."""

    person_id: UUID
    bound: bool


@router.post("/sign-in/single-sign-on/start", response_model=WayThere)
@public
async def begin_single_sign_on(session: Transaction) -> WayThere:
    """Begin to sign in by the identity provider. Raises `SingleSignOnNotSetUp`, `ProviderAway` (with Retry-After)."""
    attempt = Attempt.new()
    address = await session.use(Provider).authorization_address(attempt)
    return WayThere(authorization_address=address, attempt=attempt.sealed(session.use(Vault)))


@router.post("/sign-in/single-sign-on", response_model=SignInSoFar)
@public
async def come_back(body: WayBack, sessions: Transactions, request: Request) -> SignInSoFar:
    """Come back from the identity provider, once; no database connection is held while it is asked.

    Raises `SignOnOver`, `IdentityNotTrusted`, `IdentityNotBound`, `NoPostHeld`, `AccessTakenBack`, `ProviderAway` (with
    Retry-After), `ProviderRefusesUs`, `ProviderUnreadable`, `SingleSignOnNotSetUp`.
    """
    async with sessions(None) as session:
        vault, provider = session.use(Vault), session.use(Provider)
    attempt = Attempt.read(vault, body.attempt, state=body.state)
    await provider.check_speaker(body.iss)
    await spend(sessions, attempt)
    claims = await provider.claims_of(attempt, body.code)
    async with sessions(None) as session:
        outcome = await actions.sign_in(session, claims, settings=provider.settings, caller=caller_of(request))
    return await so_far(sessions, outcome)


@router.post("/sign-in/single-sign-on/leave", response_model=SignInSoFar)
@public
async def give_leave_to_bind(body: GoOn, session: Transaction, sessions: Transactions, request: Request) -> SignInSoFar:
    """Agree to be known by this account from now on.

    Raises `ChallengeOver`, `IdentityBoundAlready`, `AccessTakenBack`.
    """
    outcome = await actions.bind_with_leave(session, text=body.challenge, caller=caller_of(request))
    return await so_far(sessions, outcome)


@router.post("/single-sign-on-links", response_model=Link)
async def bind_account(body: NewLink, session: Transaction, actor: SignedIn) -> Link:
    """Bind somebody's account, for the operator.

    Raises `Forbidden`, `OnlyAtTheServer`, `NotFound`, `IdentityBoundAlready`, `SingleSignOnNotSetUp`.
    """
    await policy.check_may_give_password(session, actor, body.person_id)
    issuer = session.use(Provider).issuer
    await actions.bind(session, body.person_id, issuer=issuer, subject=body.subject, by=actor.person_id)
    return Link(person_id=body.person_id, bound=True)


@router.post("/single-sign-on-links/{person_id}/removal", response_model=Link)
async def unbind_account(person_id: UUID, session: Transaction, actor: SignedIn) -> Link:
    """Take somebody's account at the provider away, and end their sessions. Raises `Forbidden`, `NotFound`."""
    await policy.check_operates(session, actor, person_id)
    await actions.unbind(session, person_id)
    return Link(person_id=person_id, bound=False)
