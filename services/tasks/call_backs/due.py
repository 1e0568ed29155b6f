"""Whom a desk has to call back: whoever asked by somebody else's hand and so has no screen to judge on."""

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.clocks import running as clocks
from services.tasks.clocks.model import ClockKind
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.rules.pack import RuleId, RulePack

WITH_A_SCREEN = {Channel.MINI_PROGRAM, Channel.SOCIAL_ACCOUNT, Channel.WEB, Channel.OPEN311}
"""Who asks by one of these judges on it."""


def ask_by_voice(session: Session, request: ServiceRequest) -> None:
    """Have a round called back within the limit of the rule pack; nobody can call who gave no name."""
    if request.channel in WITH_A_SCREEN or request.anonymous:
        return
    clocks.start(
        session,
        ClockKind.CALL_BACK,
        request_id=request.id,
        turn=request.round,
        amount=session.use(RulePack).rule(RuleId.CALL_BACK, on=local_date(session.now)).amount,
        rule=RuleId.CALL_BACK.value,
    )
