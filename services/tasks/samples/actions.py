"""The way of a draw: begin a round, commit, publish, reveal, work the result out; let a round lapse, and draw again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis import audit
from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import limit
from services.tasks.inspection_plans.model import InspectionPlan, PlanStage
from services.tasks.inspection_plans.policy import check_may_plan
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.samples import drawing, policy, views
from services.tasks.samples.model import LIFECYCLE, Draw, DrawOfficer, DrawStage

OVER = "draw_over"
"""The timer of a round: what was not handed in until then lets it lapse."""


class DrawIsOver(Conflict):
    """The time of this step is over, and the round with it."""

    title_zh = "本轮抽样已到期作废，请等待重抽；未按期完成的情况已公示。"


class CommittedAlready(Conflict):
    """A commitment is given once, and a value shown once."""

    title_zh = "您已提交过，不能更改；如有疑问，请核对您保存的原值。"


class NotWhatWasCommitted(Invalid):
    """Value and salt do not give the commitment."""

    title_zh = "公开的值与您提交的承诺不符，请用提交承诺时保存的值和盐，逐位核对。"


class NothingToDrawAgain(Conflict):
    """Only a round that lapsed is drawn again."""

    title_zh = "只有到期作废的抽样才能重抽；已抽出的结果不能重抽。"


async def begin(
    session: Session, plan: InspectionPlan, *, round_: int, officers: Sequence[UUID], listed: Collection[UUID]
) -> Draw:
    """Begin a round with two officers. Raises `NotAnOfficer`, `OutOfTheDraw`."""
    if len(set(officers)) != 2 or len(officers) != 2:
        raise policy.NotAnOfficer()
    past = await _past(session, plan.id) if round_ > 1 else set()
    posts = [
        await policy.officer_post(session, one, plan.organization_id, listed=listed, past=past) for one in officers
    ]
    found = Draw(
        id=new_id(),
        township_code=plan.township_code,
        plan_id=plan.id,
        round=round_,
        stage=DrawStage.COMMITTING,
        algorithm=drawing.ALGORITHM,
        begun_at=session.now,
        commit_by=_until(session, RuleId.DRAW_COMMIT),
        published=None,
        published_at=None,
        reveal_by=None,
        seed=None,
        seed_and_units=None,
        result=None,
        over_at=None,
    )
    session.add(found)
    for place, post in enumerate(posts, 1):
        await _name(session, found, place, post)
    session.remind(OVER, about=found.id, due_at=found.commit_by)
    return found


async def commit(session: Session, draw_id: UUID, *, by: Actor, commitment: str) -> Draw:
    """Hand a commitment in; with the second, both and the list are published.

    Raises `NotFound`, `NotAllowedNow`, `DrawIsOver`, `CommittedAlready`.
    """
    found, plan, mine = await _of(session, draw_id, by)
    if mine.commitment is not None:
        raise CommittedAlready()
    LIFECYCLE.after("publish", found.stage)
    if session.now >= found.commit_by:
        raise DrawIsOver()
    mine.commitment, mine.committed_at = bytes.fromhex(commitment), session.now
    both = await views.officers(session, found.id)
    given = [one.commitment.hex() for one in both if one.commitment is not None]
    if len(given) < 2 or plan.units_sha256 is None:
        return found
    found.move("publish")
    announced = drawing.published(found.id, share=plan.share, units=plan.units_sha256.hex(), commitments=given)
    found.published, found.published_at = bytes.fromhex(announced), session.now
    found.reveal_by = _until(session, RuleId.DRAW_REVEAL)
    session.remind(OVER, about=found.id, due_at=found.reveal_by)
    for one in both:
        tell(session, one.person_id, NoticeKind.DRAW_PUBLISHED, about_id=found.id, due_at=found.reveal_by)
    return found


async def reveal(session: Session, draw_id: UUID, *, by: Actor, value: str, salt: str) -> Draw:
    """Show what was committed to; nobody sees it before both did. With the second, the units are drawn.

    Raises `NotFound`, `NotAllowedNow`, `DrawIsOver`, `CommittedAlready`, `NotWhatWasCommitted`.
    """
    found, plan, mine = await _of(session, draw_id, by)
    if mine.revealed_at is not None:
        raise CommittedAlready()
    LIFECYCLE.after("draw", found.stage)
    if found.reveal_by is None or session.now >= found.reveal_by:
        raise DrawIsOver()
    if drawing.commitment(found.id, mine.place, value=value, salt=salt) != (mine.commitment or b"").hex():
        raise NotWhatWasCommitted()
    vault = session.use(Vault)
    mine.value = vault.seal(value, place=place_of("inspection_draw_officer", "value", mine.id))
    mine.salt = vault.seal(salt, place=place_of("inspection_draw_officer", "salt", mine.id))
    mine.revealed_at = session.now
    both = await views.officers(session, found.id)
    if all(one.revealed_at is not None for one in both):
        await _draw(session, found, plan, [views.opened(session, one, "value") for one in both])
    return found


async def draw_again(session: Session, plan_id: UUID, *, by: Actor, officers: Sequence[UUID]) -> Draw:
    """Begin the next round after one that lapsed, without those who let one lapse; the list stays what it is.

    Raises `NotFound`, `MayNotPlan`, `NothingToDrawAgain`, `NotAnOfficer`, `OutOfTheDraw`.
    """
    plan = await session.get(InspectionPlan, plan_id, lock=True)
    if plan is None:
        raise NotFound()
    await check_may_plan(session, by, plan.organization_id)
    latest = await session.first(views.LATEST, plan=plan_id)
    if latest is None or latest.stage is not DrawStage.LAPSED or plan.stage is not PlanStage.FROZEN:
        raise NothingToDrawAgain()
    listed = {unit.organization_id for unit in await session.all(views.UNITS, plan=plan_id)}
    return await begin(session, plan, round_=latest.round + 1, officers=officers, listed=listed)


async def lapse(draw_id: UUID, session: Session) -> None:
    """The time is over and somebody did not hand in: the round lapses, in public, and their superior is told."""
    seen = await session.get(Draw, draw_id)
    plan = await session.get(InspectionPlan, seen.plan_id, lock=True) if seen else None
    found = await session.get(Draw, draw_id, lock=True)
    if found is None or plan is None or not _late(session, found):
        return
    found.move("lapse")
    found.over_at = session.now
    audit.record(session, actor_id=None, action="lapse", about=found.id, reason="draw_not_finished")
    tell(session, plan.made_by, NoticeKind.DRAW_LAPSED, about_id=found.id)
    today = local_date(session.now)
    for one in await views.officers(session, found.id):
        post = await session.get(Post, one.post_id)
        if not views.failed(found, one) or post is None:
            continue
        _, superior = await roster.head_at_or_above(
            session, post.organization_id, steps=1, today=today, past=one.person_id
        )
        if superior is not None and superior.person_id != plan.made_by:
            tell(session, superior.person_id, NoticeKind.DRAW_LAPSED, about_id=found.id)


async def _draw(session: Session, found: Draw, plan: InspectionPlan, values: Sequence[str]) -> None:
    units = {unit.code: unit for unit in await session.all(views.UNITS_LOCKED, plan=plan.id)}
    result = drawing.draw(units, share=plan.share, values=values)
    for rank, code in enumerate(result.drawn, 1):
        units[code].rank = rank
    found.move("draw")
    found.seed, found.over_at = bytes.fromhex(result.seed), session.now
    found.seed_and_units = bytes.fromhex(result.seed_and_units_sha256)
    found.result = bytes.fromhex(result.result_sha256)
    plan.move("draw")
    plan.drawn_at = session.now


async def _of(session: Session, draw_id: UUID, by: Actor) -> tuple[Draw, InspectionPlan, DrawOfficer]:
    """A round, its plan and the actor's own place in it, locked, the plan first. Raises `NotFound`."""
    seen = await session.get(Draw, draw_id)
    plan = await session.get(InspectionPlan, seen.plan_id, lock=True) if seen else None
    found = await session.get(Draw, draw_id, lock=True)
    if found is None or plan is None:
        raise NotFound()
    mine = next((one for one in await views.officers(session, draw_id) if one.person_id == by.person_id), None)
    mine = await session.get(DrawOfficer, mine.id, lock=True) if mine else None
    if mine is None:
        raise NotFound()
    session.by_post = mine.post_id
    return found, plan, mine


async def _name(session: Session, found: Draw, place: int, post: Post) -> None:
    organization = await session.get(Organization, post.organization_id)
    session.add(
        DrawOfficer(
            id=new_id(),
            township_code=found.township_code,
            draw_id=found.id,
            place=place,
            person_id=post.person_id,
            post_id=post.id,
            post_kind=post.kind,
            organization_name=organization.name if organization else "",
            commitment=None,
            committed_at=None,
            value=None,
            salt=None,
            revealed_at=None,
        )
    )
    tell(session, post.person_id, NoticeKind.DRAW_NAMED, about_id=found.id, due_at=found.commit_by)


async def _past(session: Session, plan_id: UUID) -> set[UUID]:
    """Who let an earlier round lapse."""
    rounds = {one.id: one for one in await session.all(views.ROUNDS, plan=plan_id)}
    named = await session.all(views.OFFICERS_OF_PLAN, plan=plan_id)
    return {one.person_id for one in named if views.failed(rounds[one.draw_id], one)}


def _late(session: Session, found: Draw) -> bool:
    if found.stage is DrawStage.COMMITTING:
        return session.now >= found.commit_by
    return found.stage is DrawStage.REVEALING and found.reveal_by is not None and session.now >= found.reveal_by


def _until(session: Session, rule: RuleId) -> datetime:
    amount = session.use(RulePack).rule(rule, on=local_date(session.now)).amount
    return limit(amount, session.now, session.use(WorkCalendar)).due_at
