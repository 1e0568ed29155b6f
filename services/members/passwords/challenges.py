"""What a sign-in still wants, handed to the one who signs in: sealed, for a few minutes, and good for one step only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import BaseModel, ConfigDict, StringConstraints

from chassis.clock import real_now
from chassis.problems import Unauthenticated
from chassis.secrecy import Vault
from services.members.sessions.model import Method

LIFE = timedelta(minutes=15)
"""How long a sign-in may take with all its steps (real time); time enough to install an authenticator."""
PLACE = "sign_in.challenge"

ChallengeText = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[A-Za-z0-9_-]+=*$")]


class Step(StrEnum):
    """What is wanted next."""

    NEW_PASSWORD = "new_password"  # the name of a step
    ENROLMENT = "enrolment"
    SECOND_FACTOR = "second_factor"
    LEAVE_TO_BIND = "leave_to_bind"


class ChallengeOver(Unauthenticated):
    """This sign-in took too long, or was overtaken by another; begin again."""

    title_zh = "本次登录已超时或已失效，请从头重新登录。"


class Challenge(BaseModel):
    """A sign-in that has come as far as this. It gives no right but to go on with it."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    step: Step
    person_id: UUID
    method: Method
    account: str  # under whose name tries are counted
    device: str | None  # the mark of the known device
    proof: str | None  # of the password that it began with, if it did: after another one it is over
    subject: bytes | None  # the blind index of the account at the provider that is to be bound
    second_factor_used: bool  # at the provider
    given_by: UUID | None  # the operator who gave this way in; none for oneself, and for a command at the server
    secret: bytes | None  # of the authenticator that is being enrolled
    until: datetime  # real time

    def sealed(self, vault: Vault) -> str:
        """As the one who signs in gets it."""
        return urlsafe_b64encode(vault.seal(self.model_dump_json(), place=PLACE)).decode()

    def at(self, step: Step, *, secret: bytes | None = None) -> "Challenge":
        """The same sign-in at another step; the time for it does not begin anew."""
        return self.model_copy(update={"step": step, "secret": secret})


def open_challenge(vault: Vault, text: str, *steps: Step) -> Challenge:
    """The challenge that a text is, if one of these steps is wanted. Raises `ChallengeOver`."""
    try:
        challenge = Challenge.model_validate_json(vault.open_bytes(urlsafe_b64decode(text), place=PLACE))
    except (ValueError, InvalidTag) as wrong:
        raise ChallengeOver() from wrong
    if challenge.step not in steps or challenge.until <= real_now():
        raise ChallengeOver()
    return challenge
