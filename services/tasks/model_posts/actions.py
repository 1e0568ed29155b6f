"""Proposing, confirming and revoking a model post or counter."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of, township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from chassis.two_persons import Act, Proposal, Span, TwoPersons, propose
from services.tasks.model_posts.model import (
    DistinguishedAlready,
    MayNotDistinguish,
    ModelDaysWrong,
    ModelKind,
    ModelPost,
    ModelStage,
)
from services.tasks.opinions.actions import Thing
from services.tasks.opinions.model import NothingToJudgeYet
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post

AWARD = "model_post.award"
GOOD_FOR = timedelta(days=14)
SECOND = ("township_cadre", "supervisor", "county_operator")
"""Posts whose holders confirm a distinction."""

SAME = (
    select(ModelPost)
    .where(
        col(ModelPost.organization_id) == bindparam("organization"),
        col(ModelPost.title) == bindparam("title"),
        col(ModelPost.stage).in_([ModelStage.PROPOSED, ModelStage.AWARDED]),
    )
    .with_for_update()
)


async def put_forward(
    session: Session,
    *,
    by: Actor,
    organization_id: UUID,
    kind: ModelKind,
    title: str,
    post_id: UUID | None,
    reason: str,
    to_on: date,
) -> tuple[ModelPost, Proposal]:
    """Propose a post or a counter; another person above confirms it.

    Raises `NotFound`, `MayNotDistinguish`, `ModelDaysWrong`, `DistinguishedAlready`.
    """
    organization = await session.get(Organization, organization_id)
    post = await session.get(Post, post_id) if post_id else None
    if organization is None or (post_id is not None and (post is None or post.organization_id != organization_id)):
        raise NotFound()
    await _check_may(session, by, organization_id, post)
    today = local_date(session.now)
    if to_on <= today:
        raise ModelDaysWrong()
    await _end_what_is_over(session, organization_id, title, today=today)
    model_id = new_id()
    made = ModelPost(
        id=model_id,
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        organization_name=organization.name,
        kind=kind,
        title=title,
        post_id=post_id,
        reason=session.use(Vault).seal(reason, place=place_of("model_post", "reason", model_id)),
        stage=ModelStage.PROPOSED,
        proposed_by=by.person_id,
        proposed_at=session.now,
        confirmed_by=None,
        from_on=None,
        to_on=to_on,
        revoked_by=None,
        revoked_on=None,
        revoked_words=None,
    )
    session.add(made)
    act = session.use(TwoPersons).act(AWARD)
    proposal = propose(session, act, about=made.id, scope=made.division_code, reason=kind.value, words=reason, by=by)
    return made, proposal


async def revoke(session: Session, model_id: UUID, *, by: Actor, words: str) -> ModelPost:
    """Take a distinction back, with the reason. Raises `NotFound`, `MayNotDistinguish`, `NotAllowedNow`."""
    found = await _locked(session, model_id)
    await _check_may(session, by, found.organization_id, None)
    found.move("revoke")
    found.revoked_by, found.revoked_on = by.person_id, local_date(session.now)
    place = place_of("model_post", "revoked_words", found.id)
    found.revoked_words = session.use(Vault).seal(words, place=place)
    return found


async def judged(session: Session, model_id: UUID) -> Thing:
    """A distinction that holds today; neither those who gave it nor who holds the post have an opinion on it.

    Raises `NotFound`, `NothingToJudgeYet`.
    """
    found = await session.get(ModelPost, model_id)
    if found is None:
        raise NotFound()
    if not found.holds(local_date(session.now)):
        raise NothingToJudgeYet()
    post = await session.get(Post, found.post_id) if found.post_id else None
    own = {found.proposed_by, found.confirmed_by, post.person_id if post else None}
    return Thing(found.id, found.township_code, {one for one in own if one is not None})


async def areas_of_second(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody confirms a distinction."""
    posts = await roster.posts_of(session, person_id, today=local_date(session.now))
    return [span_of(post.division_code) for post in posts if post.kind in SECOND]


async def _award(session: Session, proposal: Proposal, second: UUID) -> None:
    """The second person is not the one whose post it is."""
    found = await _locked(session, proposal.about)
    post = await session.get(Post, found.post_id) if found.post_id else None
    if post is not None and post.person_id == second:
        raise NotFound()
    found.move("award")
    found.confirmed_by, found.from_on = second, local_date(session.now)


async def _refuse(session: Session, proposal: Proposal) -> None:
    (await _locked(session, proposal.about)).move("refuse")


AWARDING = Act(
    kind=AWARD,
    title_zh="授予示范岗或示范窗口",
    good_for=GOOD_FOR,
    areas=areas_of_second,
    carry_out=_award,
    let_go=_refuse,
)


async def _end_what_is_over(session: Session, organization_id: UUID, title: str, *, today: date) -> None:
    """What was proposed and never confirmed, or whose last day is over, makes room. Raises `DistinguishedAlready`."""
    there = await session.all(SAME, organization=organization_id, title=title)
    for one in there:
        if one.holds(today) or (one.stage is ModelStage.PROPOSED and local_date(one.proposed_at) + GOOD_FOR >= today):
            raise DistinguishedAlready()
        one.move("refuse" if one.stage is ModelStage.PROPOSED else "revoke")
        one.revoked_on = min(one.to_on, today)
    if there:
        await session.flush()


async def _check_may(session: Session, by: Actor, organization_id: UUID, post: Post | None) -> None:
    own = post is not None and post.person_id == by.person_id
    if own or not await roster.oversees(session, by.person_id, organization_id, today=local_date(session.now)):
        raise MayNotDistinguish()


async def _locked(session: Session, model_id: UUID) -> ModelPost:
    found = await session.get(ModelPost, model_id, lock=True)
    if found is None:
        raise NotFound()
    return found
