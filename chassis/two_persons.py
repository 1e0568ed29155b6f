"""The two-person rule: what one person proposes is done when another, who has the right to, confirms it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nlargest
from operator import attrgetter
from uuid import UUID

from sqlalchemy import bindparam, select

from chassis import audit
from chassis.clock import real_now
from chassis.identity import Actor
from chassis.lifecycle import Lifecycle
from chassis.problems import Conflict, Forbidden, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import PROPOSAL, new_id

Span = tuple[str, str]
"""The first and the last division code of an area."""

COLUMNS = PROPOSAL.c
FIELDS = (
    COLUMNS.id,
    COLUMNS.kind,
    COLUMNS.about,
    COLUMNS.scope,
    COLUMNS.reason,
    COLUMNS.words,
    COLUMNS.proposed_by,
    COLUMNS.proposed_at,
    COLUMNS.expires_at,
    COLUMNS.stage,
    COLUMNS.decided_by,
    COLUMNS.decided_at,
)
ONE = select(*FIELDS).where(COLUMNS.id == bindparam("proposal"))
ONE_LOCKED = ONE.with_for_update()
WAITING = (
    select(*FIELDS)
    .where(
        COLUMNS.stage == "open",
        COLUMNS.kind == bindparam("kind"),
        COLUMNS.scope.between(bindparam("first"), bindparam("last")),
        COLUMNS.expires_at > bindparam("now"),
        COLUMNS.proposed_by != bindparam("person"),
        COLUMNS.id < bindparam("before"),
    )
    .order_by(COLUMNS.id.desc())
    .limit(bindparam("most"))
)


class ProposalStage(StrEnum):
    """How far a proposal has come; one whose time is over can no longer be decided."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


LIFECYCLE = Lifecycle(
    {
        "confirm": ({ProposalStage.OPEN}, ProposalStage.CONFIRMED),
        "refuse": ({ProposalStage.OPEN}, ProposalStage.REFUSED),
    }
)


class SamePerson(Forbidden):
    """Whoever proposed it cannot confirm it; another person has to."""

    title_zh = "提出人不能自己确认，请由另一位有权限的人员确认。"


class ProposalOver(Conflict):
    """This proposal was decided already, or its time is over."""

    title_zh = "这项申请已经处理或已过期；仍需办理的，请重新提出。"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposed, and what became of it."""

    id: UUID
    kind: str
    about: UUID
    scope: str  # division code: whose second person may confirm
    reason: str  # a code
    words: bytes | None  # sealed
    proposed_by: UUID
    proposed_at: datetime  # real time, as the next two
    expires_at: datetime
    stage: ProposalStage
    decided_by: UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Act:
    """A kind of thing that takes two persons.

    `areas` says where somebody may confirm it today; `carry_out` does it, in the transaction of the confirmation;
    `let_go` takes note of a refusal.
    """

    kind: str
    title_zh: str
    good_for: timedelta
    areas: Callable[[Session, UUID], Awaitable[Sequence[Span]]]
    carry_out: Callable[[Session, Proposal, UUID], Awaitable[None]]
    let_go: Callable[[Session, Proposal], Awaitable[None]] | None = None


class TwoPersons:
    """Everything that takes two persons in one service; among what the service uses."""

    def __init__(self, *acts: Act) -> None:
        self._acts = {act.kind: act for act in acts}

    def act(self, kind: str) -> Act:
        """The act of this kind. Raises `NotFound` for one that this service no longer knows."""
        act = self._acts.get(kind)
        if act is None:
            raise NotFound()
        return act

    @property
    def acts(self) -> Sequence[Act]:
        """All of them."""
        return list(self._acts.values())


def propose(
    session: Session, act: Act, *, about: UUID, scope: str, reason: str, words: str | None, by: Actor
) -> Proposal:
    """Put something forward for a second person of an area to confirm. Who may propose, its slice has decided."""
    proposal_id, now = new_id(), real_now()
    sealed = session.use(Vault).seal(words, place=place_of("proposal", "words", proposal_id)) if words else None
    proposal = Proposal(
        id=proposal_id,
        kind=act.kind,
        about=about,
        scope=scope,
        reason=reason,
        words=sealed,
        proposed_by=by.person_id,
        proposed_at=now,
        expires_at=now + act.good_for,
        stage=ProposalStage.OPEN,
        decided_by=None,
        decided_at=None,
    )
    session.insert(PROPOSAL, {column.name: getattr(proposal, column.name) for column in FIELDS})
    audit.record(session, actor_id=by.person_id, action=f"propose.{act.kind}", about=about, reason=reason)
    return proposal


async def confirm(session: Session, proposal_id: UUID, *, by: Actor) -> Proposal:
    """Confirm what another proposed, and have it done now, once.

    Raises `NotFound` outside one's areas, `SamePerson`, `ProposalOver`, and what the act itself raises.
    """
    proposal, act = await _decide(session, proposal_id, "confirm", by=by)
    await act.carry_out(session, proposal, by.person_id)
    return proposal


async def refuse(session: Session, proposal_id: UUID, *, by: Actor) -> Proposal:
    """Refuse what another proposed, or take back what one proposed oneself. Raises `NotFound`, `ProposalOver`."""
    proposal, act = await _decide(session, proposal_id, "refuse", by=by)
    if act.let_go is not None:
        await act.let_go(session, proposal)
    return proposal


async def waiting(session: Session, actor: Actor, *, before: UUID, most: int) -> list[Proposal]:
    """What waits for this person's confirmation, from new to old."""
    found = dict[UUID, Proposal]()
    for act in session.use(TwoPersons).acts:
        for first, last in await act.areas(session, actor.person_id):
            given = {"kind": act.kind, "first": first, "last": last, "before": before, "most": most}
            rows = await session.all(WAITING, now=real_now(), person=actor.person_id, **given)
            found.update((proposal.id, proposal) for proposal in map(_read, rows))
    return nlargest(most, found.values(), key=attrgetter("id"))


async def _decide(session: Session, proposal_id: UUID, move: str, *, by: Actor) -> tuple[Proposal, Act]:
    row = await session.first(ONE_LOCKED, proposal=proposal_id)
    if row is None:
        raise NotFound()
    proposal = _read(row)
    act = session.use(TwoPersons).act(proposal.kind)
    own = proposal.proposed_by == by.person_id
    if not own and not any(first <= proposal.scope <= last for first, last in await act.areas(session, by.person_id)):
        raise NotFound()
    if own and move == "confirm":
        raise SamePerson()
    if proposal.stage is not ProposalStage.OPEN or proposal.expires_at <= real_now():
        raise ProposalOver()
    stage = LIFECYCLE.after(move, proposal.stage)
    session.alter(PROPOSAL, proposal.id, {"stage": stage.value, "decided_by": by.person_id, "decided_at": real_now()})
    audit.record(
        session, actor_id=by.person_id, action=f"{move}.{act.kind}", about=proposal.about, reason=proposal.reason
    )
    return proposal, act


def _read(row: Sequence[object]) -> Proposal:
    named = dict(zip(Proposal.__slots__, row, strict=True))
    return Proposal(**named | {"stage": ProposalStage(str(named["stage"]))})  # type: ignore[arg-type]
