"""Whose caseload it is: an agent's own, whoever else they are."""

from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from services.tasks.mandates.policy import agents_post_of
from services.tasks.roster.model import Post


class NoAgent(Forbidden):
    """Only agents and their stand-ins have a caseload."""

    title_zh = "代办台账只供代办员和替补查看；其他岗位请在事项列表中查看。"


async def agents_post(session: Session, actor: Actor) -> Post:
    """The post by which somebody is an agent today. Raises `NoAgent`."""
    post = await agents_post_of(session, actor)
    if post is None:
        raise NoAgent()
    return post
