"""Signing for a request: who, by which post, for whom, when, which text, by which version of the rules."""

from chassis.session import Session
from chassis.tables import new_id
from services.tasks.dispatches.actions import latest
from services.tasks.merges import following as merges
from services.tasks.requests import signing, voices
from services.tasks.requests.model import ServiceRequest, Signature
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import item_of, wording_of
from services.tasks.roster.duty import Duty
from services.tasks.rules.pack import RulePack


async def sign(session: Session, request: ServiceRequest, *, acting: Duty | None) -> Signature:
    """Record the signature of whoever has just accepted it: with a date, with an answer, or with neither yet."""
    given = await latest(session, request)
    away = acting.acting_for if acting else None
    version = session.use(RulePack).version
    item = item_of(session, request)
    text = signing.text_of(
        request.id,
        title=item.name if item else request.kind.title_zh,
        wording=wording_of(session, request) or await voices.said_of(session, request),
        promise=signing.promise_of(request.promised_on, answered=request.stage is Stage.HANDLED),
        rule_version=version,
    )
    session.by_post = acting.post.id if acting else given.post_id
    signature = Signature(
        id=new_id(),
        request_id=request.id,
        person_id=acting.post.person_id if acting else given.person_id,
        person_name=acting.post.name if acting else given.person_name,
        post_id=session.by_post,
        signed_at=session.now,
        text_digest=signing.digest_of(text),
        rule_version=version,
        promised_on=request.promised_on,
        acting_for_post_id=away.id if away else given.acting_for_post_id,
        acting_for_name=away.name if away else given.acting_for_name,
    )
    session.add(signature)
    await merges.sign_along(session, request)
    return signature
