"""Who gives passwords, and to whom: nobody may come to sign in as those who watch over them."""

from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.access.policy import OPERATES
from services.members.passwords.second_factor import is_demanded
from services.members.posts.views import posts_of
from services.members.roll.model import Member


class OnlyAtTheServer(Forbidden):
    """Passwords of those who watch over others are given by a command at the server."""

    title_zh = "督查、县级管理员、审计和纪检监察人员的账号，须由运维人员在服务器上用 lianxin accounts 命令办理。"


async def areas_operated(session: Session, actor: Actor) -> list[Span]:
    """Where the actor is the operator today. Raises `Forbidden` for anybody else."""
    posts = await session.all(OPERATES, person=actor.person_id, today=local_date(session.now))
    if not posts:
        raise Forbidden()
    session.by_post = posts[0][0]
    return [span_of(area) for _, area in posts]


async def check_operates(session: Session, actor: Actor, person_id: UUID) -> None:
    """Accounts are the operator's in whose county the person is on the roll and holds every post.

    Raises `Forbidden`, or `NotFound` where another county has a say. Who is on no roll has no account anywhere.
    """
    areas = await areas_operated(session, actor)
    member = await session.get(Member, person_id)
    codes = {member.division_code} if member else set()
    codes |= {post.division_code for post in await posts_of(session, person_id)}
    if not all(any(first <= code <= last for first, last in areas) for code in codes):
        raise NotFound()


async def check_may_give_password(session: Session, actor: Actor, person_id: UUID) -> None:
    """An operator who gives a password could sign in with it: so never for those whose word has to be another's.

    Where two persons have to agree, one of them could otherwise be both. Raises `Forbidden`, `NotFound` or
    `OnlyAtTheServer`.
    """
    await check_operates(session, actor, person_id)
    if await is_demanded(session, person_id):
        raise OnlyAtTheServer()
