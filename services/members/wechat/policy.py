"""Who may sign in by WeChat, and whom a telephone number alone is enough for."""

from uuid import UUID

from chassis.problems import Forbidden
from chassis.session import Session
from services.members.passwords.model import SecondFactor
from services.members.passwords.second_factor import is_demanded
from services.members.posts.views import posts_of


class SecondFactorWanted(Forbidden):
    """Your posts want a second factor, which WeChat is not."""

    title_zh = "您的岗位须验证动态口令，不能用微信登录；请在工作台用登录名和密码或统一身份认证登录。"


async def check_may_use_wechat(session: Session, person_id: UUID) -> None:
    """Raises `SecondFactorWanted` for those who watch over others, and for whoever has a second factor."""
    if await session.get(SecondFactor, person_id) is not None or await is_demanded(session, person_id):
        raise SecondFactorWanted()


async def is_known_by_phone_alone(session: Session, person_id: UUID) -> bool:
    """Whether the telephone is enough: not for those in office, since operators give old numbers to new people."""
    return not await posts_of(session, person_id)
