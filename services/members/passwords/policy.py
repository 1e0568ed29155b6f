"""Who gives passwords, and to whom: nobody may come to sign in as those who watch over them."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.members.passwords.second_factor import is_demanded
from services.members.posts.views import posts_of
from services.members.words import PostKind


class OnlyAtTheServer(Forbidden):
    """Passwords of supervisors, operators and auditors are given by a command at the server."""

    title_zh = "督查、县级管理员和审计人员的账号，须由运维人员在服务器上用 lianxin accounts 命令办理。"


async def check_is_operator(session: Session, actor: Actor) -> None:
    """Accounts are the county operator's. Raises `Forbidden`."""
    if all(post.kind is not PostKind.COUNTY_OPERATOR for post in await posts_of(session, actor.person_id)):
        raise Forbidden()


async def check_may_give_password(session: Session, actor: Actor, person_id: UUID) -> None:
    """An operator who gives a password could sign in with it: so never for those whose word has to be another's.

    Where two persons have to agree, one of them could otherwise be both. Raises `Forbidden` or `OnlyAtTheServer`.
    """
    await check_is_operator(session, actor)
    if await is_demanded(session, person_id):
        raise OnlyAtTheServer()
