"""Whether a signature still fits the text that was signed."""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from chassis.identity import Actor
from chassis.session import Session
from services.tasks.catalogue.model import NoSuchItem
from services.tasks.requests import policy, signing, voices
from services.tasks.requests.model import ServiceRequest, Signature
from services.tasks.requests.views import SIGNATURES, item_of, seen, wording_of


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature, what was signed in words, and whether the text of today has the digest of that day."""

    signature: Signature
    promise: str | None  # what was promised, where the text fits
    fits: bool


async def checked(session: Session, actor: Actor, request_id: UUID) -> list[Checked]:
    """Every signature of a case that the actor may see, in the order of signing. Raises `NotFound`."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    found = await session.all(SIGNATURES, request=request.id)
    said = wording_of(session, request) or await voices.said_of(session, request)
    return [_check(session, request, one, said=said) for one in found]


def _check(session: Session, request: ServiceRequest, signature: Signature, *, said: str | None) -> Checked:
    try:
        item = item_of(session, request)
    except NoSuchItem:  # the operator's catalogue of today no longer holds what was signed
        return Checked(signature, None, fits=False)
    for answered in (True, False):
        promise = signing.promise_of(signature.promised_on, answered=answered)
        text = signing.text_of(
            request.id,
            title=item.name if item else request.kind.title_zh,
            wording=said,
            promise=promise,
            rule_version=signature.rule_version,
        )
        if compare_digest(signing.digest_of(text), signature.text_digest):
            return Checked(signature, promise, fits=True)
    return Checked(signature, None, fits=False)
