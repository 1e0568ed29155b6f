"""Asking for a mandate, giving it, and ending it; each the body of one transaction."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from services.tasks.attachments.actions import NoSuchAttachment
from services.tasks.attachments.model import Attachment
from services.tasks.catalogue.model import Catalogue
from services.tasks.clocks.limits import end_of
from services.tasks.mandates import policy
from services.tasks.mandates.model import (
    AskedAlready,
    Mandate,
    MandateScope,
    MandateStage,
    MandateTooLong,
    NoSuchAgent,
    NotForYourself,
    PaperMissing,
    Way,
    WrongMandateDays,
    WrongScope,
)
from services.tasks.notes import actions as notes
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import AGENTS, Post
from services.tasks.rules.pack import RuleId, RulePack

KIND = "mandate.paper"
OVER = "mandate_over"
"""The timer of the instant after a mandate's last day."""
UNANSWERED = "mandate_unanswered"
ENDS_SOON = "mandate_ends_soon"

OPEN = select(Mandate.id).where(
    col(Mandate.principal_id) == bindparam("principal"),
    col(Mandate.agent_id) == bindparam("agent"),
    col(Mandate.stage) == MandateStage.ASKED,
)
ALL_OF = select(Mandate).where(col(Mandate.principal_id) == bindparam("principal")).with_for_update()


@dataclass(frozen=True, slots=True)
class Leave:
    """For what, and from when to when, somebody may act."""

    scope: MandateScope
    items: tuple[str, ...]
    request_id: UUID | None
    from_on: date | None
    to_on: date


async def give(session: Session, leave: Leave, *, post_id: UUID, by: Actor) -> Mandate:
    """A villager gives an agent leave, in their own sign-in. Raises as `_new`."""
    post = await _agents_post(session, post_id)
    mandate = await _new(session, leave, post=post, principal_id=by.person_id, way=Way.PHONE, paper_id=None)
    await _give(session, mandate)
    return mandate


async def ask(
    session: Session, leave: Leave, *, principal_id: UUID, way: Way, paper_id: UUID | None, by: Actor
) -> Mandate:
    """An agent asks a villager for leave: by a code, or with the photograph of a sheet that a second person looks at.

    Raises `NoSuchAgent` for whoever is none, `AskedAlready`, `PaperMissing`, `NoSuchAttachment`, and as `_new`.
    """
    post = await _own_post(session, by)
    if (paper_id is None) is (way is Way.PAPER):
        raise PaperMissing()
    if await session.first(OPEN, principal=principal_id, agent=by.person_id) is not None:
        raise AskedAlready()
    mandate = await _new(session, leave, post=post, principal_id=principal_id, way=way, paper_id=paper_id)
    session.by_post = post.id
    if paper_id is not None:
        await _keep_paper(session, paper_id, mandate, by=by)
        act = session.use(TwoPersons).act(KIND)
        scope = mandate.division_code
        propose(session, act, about=mandate.id, scope=scope, reason=mandate.scope.value, words=None, by=by)
    answer = session.use(RulePack).rule(RuleId.MANDATE_ANSWER, on=local_date(session.now)).value
    session.remind(UNANSWERED, about=mandate.id, due_at=end_of(local_date(session.now) + timedelta(days=answer)))
    tell(session, principal_id, NoticeKind.MANDATE_ASKED, request_id=None)
    session.publish(mandate.asked())
    return mandate


async def consent(session: Session, mandate_id: UUID, *, by: Actor) -> Mandate:
    """The villager says yes in their own sign-in to what they were asked. Raises `NotFound`, `NotAllowedNow`."""
    mandate = await _of_principal(session, mandate_id, by=by)
    await _give(session, mandate, way=Way.PHONE)
    return mandate


async def refuse(session: Session, mandate_id: UUID, *, by: Actor) -> Mandate:
    """The villager says no. Raises `NotFound`, `NotAllowedNow`."""
    mandate = await _of_principal(session, mandate_id, by=by)
    _finish(session, mandate, "refuse", by=by.person_id)
    return mandate


async def revoke(session: Session, mandate_id: UUID, *, by: Actor) -> Mandate:
    """The villager takes it back, themselves or by word of mouth at any office there; or the agent lays it down.

    Raises `NotFound`, `NotAllowedNow`.
    """
    mandate = await load(session, mandate_id)
    await policy.check_may_see(session, by, mandate)
    _finish(session, mandate, "revoke", by=by.person_id)
    return mandate


async def confirmed_by_code(session: Session, mandate_id: UUID, *, told_by: UUID | None) -> None:
    """The villager said the code that only they were told; one that is over by now stays over."""
    mandate = await session.get(Mandate, mandate_id, lock=True)
    if mandate is not None and mandate.stage is MandateStage.ASKED:
        await _give(session, mandate, seen_by=told_by)


async def forget_principal(session: Session, person_id: UUID) -> None:
    """A person was erased: nobody acts for them any more, and no paper of theirs opens."""
    for mandate in await session.all(ALL_OF, principal=person_id):
        if mandate.stage in {MandateStage.ASKED, MandateStage.GIVEN}:
            session.publish(mandate.finish("revoke", at=session.now, by=person_id))
        paper = await session.get(Attachment, mandate.paper_id, lock=True) if mandate.paper_id else None
        if paper is not None:
            paper.key = paper.digest = None


async def load(session: Session, mandate_id: UUID) -> Mandate:
    """The mandate, ours to move. Raises `NotFound`."""
    mandate = await session.get(Mandate, mandate_id, lock=True)
    if mandate is None:
        raise NotFound()
    return mandate


# — the second person of a mandate on paper —


async def _seen(session: Session, proposal: Proposal, second: UUID) -> None:
    await _give(session, await load(session, proposal.about), seen_by=second)


async def _not_believed(session: Session, proposal: Proposal) -> None:
    mandate = await load(session, proposal.about)
    if mandate.stage is MandateStage.ASKED:
        _finish(session, mandate, "refuse", by=None)


PAPER = Act(
    kind=KIND,
    title_zh="核对群众签字的纸质委托书",
    good_for=timedelta(days=15),
    areas=policy.second_persons_areas,
    carry_out=_seen,
    let_go=_not_believed,
)


# — timers —


async def end(mandate_id: UUID, session: Session) -> None:
    """Its last day is over."""
    mandate = await session.get(Mandate, mandate_id, lock=True)
    if mandate is not None and mandate.stage is MandateStage.GIVEN:
        _finish(session, mandate, "end", by=None)


async def end_unanswered(mandate_id: UUID, session: Session) -> None:
    """The villager has not answered in all this time: that is no."""
    mandate = await session.get(Mandate, mandate_id, lock=True)
    if mandate is not None and mandate.stage is MandateStage.ASKED:
        _finish(session, mandate, "refuse", by=None)


async def tell_of_the_end(mandate_id: UUID, session: Session) -> None:
    """It ends soon: both may think of another."""
    mandate = await session.get(Mandate, mandate_id)
    if mandate is not None and mandate.stage is MandateStage.GIVEN:
        for person_id in (mandate.principal_id, mandate.agent_id):
            tell(session, person_id, NoticeKind.MANDATE_ENDS_SOON, request_id=None)


# — inside —


async def _new(
    session: Session, leave: Leave, *, post: Post, principal_id: UUID, way: Way, paper_id: UUID | None
) -> Mandate:
    """A mandate that is asked for. Raises `NotForYourself`, `WrongMandateDays`, `MandateTooLong`, `WrongScope`."""
    today = local_date(session.now)
    if principal_id == post.person_id:
        raise NotForYourself()
    first = leave.from_on or today
    if first < today or leave.to_on < first:
        raise WrongMandateDays()
    latest = first + timedelta(days=session.use(RulePack).rule(RuleId.MANDATE_LONGEST, on=today).value - 1)
    if leave.to_on > latest:
        raise MandateTooLong(latest=latest.isoformat())
    await _check_scope(session, leave, principal_id=principal_id, today=today)
    mandate = Mandate(
        id=new_id(),
        township_code=f"{post.division_code[:9]}000",
        division_code=post.division_code,
        principal_id=principal_id,
        agent_id=post.person_id,
        agent_name=post.name,
        post_id=post.id,
        scope=leave.scope,
        items=list(leave.items),
        request_id=leave.request_id,
        from_on=first,
        to_on=leave.to_on,
        way=way,
        paper_id=paper_id,
        stage=MandateStage.ASKED,
        asked_at=session.now,
        given_at=None,
        seen_by=None,
        ended_at=None,
        ended_by=None,
    )
    session.add(mandate)
    return mandate


async def _check_scope(session: Session, leave: Leave, *, principal_id: UUID, today: date) -> None:
    if bool(leave.items) is not (leave.scope is MandateScope.ITEMS):
        raise WrongScope()
    if (leave.request_id is not None) is not (leave.scope is MandateScope.CASE):
        raise WrongScope()
    for code in leave.items:
        session.use(Catalogue).item(code, on=today)
    if leave.request_id is not None:
        request = await session.get(ServiceRequest, leave.request_id)
        if request is None or request.requester_id != principal_id or request.about_post_id is not None:
            raise WrongScope()


async def _give(session: Session, mandate: Mandate, *, seen_by: UUID | None = None, way: Way | None = None) -> None:
    """It is given; its notes become requests, and its end is thought of."""
    session.publish(mandate.give(at=session.now, seen_by=seen_by, way=way))
    ends = end_of(mandate.to_on)
    session.remind(OVER, about=mandate.id, due_at=ends)
    soon = ends - timedelta(days=session.use(RulePack).rule(RuleId.MANDATE_ENDS_SOON, on=local_date(session.now)).value)
    if soon > session.now:
        session.remind(ENDS_SOON, about=mandate.id, due_at=soon)
    told = {mandate.agent_id} if mandate.way is Way.PHONE else {mandate.agent_id, mandate.principal_id}
    for person_id in sorted(told):
        tell(session, person_id, NoticeKind.MANDATE_GIVEN, request_id=None)
    await session.flush()
    await notes.turn_all(session, agent_id=mandate.agent_id, principal_id=mandate.principal_id)


def _finish(session: Session, mandate: Mandate, move: str, *, by: UUID | None) -> None:
    session.publish(mandate.finish(move, at=session.now, by=by))
    for person_id in sorted({mandate.agent_id, mandate.principal_id} - {by}):
        tell(session, person_id, NoticeKind.MANDATE_ENDED, request_id=None)


async def _of_principal(session: Session, mandate_id: UUID, *, by: Actor) -> Mandate:
    mandate = await load(session, mandate_id)
    if mandate.principal_id != by.person_id:
        raise NotFound()
    return mandate


async def _agents_post(session: Session, post_id: UUID) -> Post:
    """An agent's post that is held today. Raises `NoSuchAgent`."""
    post = await session.get(Post, post_id)
    if post is None or post.kind not in AGENTS or not post.held_on(local_date(session.now)):
        raise NoSuchAgent()
    return post


async def _own_post(session: Session, by: Actor) -> Post:
    """The post by which the actor is an agent today. Raises `NoSuchAgent`."""
    post = await policy.agents_post_of(session, by)
    if post is None:
        raise NoSuchAgent()
    return post


async def _keep_paper(session: Session, paper_id: UUID, mandate: Mandate, *, by: Actor) -> None:
    """Have the photograph belong to the mandate, so that it stays. Raises `NoSuchAttachment`."""
    paper = await session.get(Attachment, paper_id, lock=True)
    if paper is None or paper.arrived_at is None or paper.owner_id != by.person_id or paper.request_id is not None:
        raise NoSuchAttachment(attachment=str(paper_id))
    if (paper.media_type or "").startswith("audio/"):
        raise PaperMissing()
    paper.request_id = mandate.id
