"""Signing in with name and password over HTTP, in as many steps as it takes; and changing one's password."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction, Transactions, public
from chassis.secrecy import Vault
from chassis.words import Input, Output
from services.members.passwords import sign_in
from services.members.passwords.challenges import Challenge, ChallengeText, Step
from services.members.passwords.rules import Password, SignInName
from services.members.passwords.second_factor import enrolment_address, typed
from services.members.passwords.sign_in import Caller, Done
from services.members.sessions.actions import Tokens

router = APIRouter(tags=["登录"], route_class=Route)

Code = Annotated[str, Field(pattern=r"^([0-9]{6}|([a-z2-7]{4}-){3}[a-z2-7]{4})$")]
"""Six digits of an authenticator, or a recovery code."""
DeviceToken = Annotated[str, Field(max_length=200, pattern=r"^[0-9a-f.]*$")]


class SignIn(Input):
    """A name, a password, and what this device was given at its last sign-in."""

    sign_in_name: SignInName
    password: Password
    device_token: DeviceToken | None = None


class NewPassword(Input):
    """The password that one chooses in place of the one that was given."""

    challenge: ChallengeText
    password: Password


class GoOn(Input):
    """A sign-in that goes on."""

    challenge: ChallengeText


class GivenCode(Input):
    """What the authenticator shows, or a recovery code."""

    challenge: ChallengeText
    code: Code


class ChangedPassword(Input):
    """One's present password, and the one from now on."""

    password: Password
    new_password: Password


class SignInSoFar(Output):
    """How far a sign-in has come: the tokens at its end; before that the next step, and the challenge to send with it.

    The device keeps `device_token` and sends it at its next sign-in; `recovery_codes` are shown this once.
    """

    next: Step | None
    challenge: str | None
    tokens: Tokens | None
    device_token: str | None
    recovery_codes: list[str]


class Enrolment(Output):
    """What an authenticator needs: as an address for a QR code, and as letters to type in."""

    challenge: str
    otpauth: str
    secret: str


@router.post("/sign-in/password", response_model=SignInSoFar)
@public
async def sign_in_with_password(body: SignIn, sessions: Transactions, request: Request) -> SignInSoFar:
    """Begin to sign in.

    Raises `WrongPassword`, `TooManyTries` and `TooManySigningIn` (with Retry-After), `AccountSuspended`,
    `FirstPasswordOver`, `NoPostHeld`, `AccessTakenBack`.
    """
    caller = caller_of(request, device_token=body.device_token)
    outcome = await sign_in.sign_in(sessions, name=body.sign_in_name, password=body.password, caller=caller)
    return await so_far(sessions, outcome)


@router.post("/sign-in/new-password", response_model=SignInSoFar)
@public
async def choose_password(body: NewPassword, sessions: Transactions, request: Request) -> SignInSoFar:
    """Replace the password that was given, which is good for nothing else.

    Raises `ChallengeOver`, `PasswordTooShort`, `PasswordTooCommon`, `PasswordOfOneself`, `PasswordUnchanged`,
    `TooManySigningIn`.
    """
    outcome = await sign_in.choose_password(
        sessions, text=body.challenge, password=body.password, caller=caller_of(request)
    )
    return await so_far(sessions, outcome)


@router.post("/sign-in/enrolment", response_model=Enrolment)
@public
async def begin_enrolment(body: GoOn, session: Transaction) -> Enrolment:
    """Get a secret for the authenticator; a code made with it ends the sign-in. Raises `ChallengeOver`."""
    challenge, secret = sign_in.begin_enrolment(session.use(Vault), text=body.challenge)
    return Enrolment(
        challenge=challenge.sealed(session.use(Vault)),
        otpauth=enrolment_address(secret, account=challenge.account),
        secret=typed(secret),
    )


@router.post("/sign-in/second-factor", response_model=SignInSoFar)
@public
async def give_second_factor(body: GivenCode, sessions: Transactions, request: Request) -> SignInSoFar:
    """End a sign-in with a code. Raises `ChallengeOver`, `WrongSecondFactor`, `TooManyTries` (with Retry-After)."""
    done = await sign_in.give_code(sessions, text=body.challenge, code=body.code, caller=caller_of(request))
    return await so_far(sessions, done)


@router.post("/me/password", status_code=204, response_class=Response)
async def change_password(
    body: ChangedPassword, session: Transaction, sessions: Transactions, actor: SignedIn
) -> Response:
    """Change one's own password; other devices are signed out.

    Raises `NotFound`, `WrongOldPassword`, `PasswordTooShort`, `PasswordTooCommon`, `PasswordOfOneself`,
    `TooManyTries` and `TooManySigningIn` (with Retry-After).
    """
    await sign_in.change_password(session, sessions, by=actor, old=body.password, new=body.new_password)
    return Response(status_code=204)


def caller_of(request: Request, *, device_token: str | None = None) -> Caller:
    """From where a sign-in comes, as the gateway says it."""
    return Caller(
        device=request.headers.get("user-agent", ""),
        headers=request.headers,
        address=request.headers.get("x-forwarded-for"),
        device_token=device_token,
    )


async def so_far(sessions: Transactions, outcome: Done | Challenge) -> SignInSoFar:
    """The answer of every step."""
    if isinstance(outcome, Done):
        return SignInSoFar(
            next=None,
            challenge=None,
            tokens=outcome.tokens,
            device_token=outcome.device_token,
            recovery_codes=outcome.recovery_codes,
        )
    async with sessions(None) as session:
        text = outcome.sealed(session.use(Vault))
    return SignInSoFar(next=outcome.step, challenge=text, tokens=None, device_token=None, recovery_codes=[])
