"""What goes wrong with a provider, and what the one who signs in can do about it.

ProviderAway (503)              try again, or use the password
ProviderUnreadable (502)        not an answer that we know
ProviderRefusesUs (502)         our set-up is wrong: no use in trying again
SingleSignOnNotSetUp (404)      there is no provider here
SignOnOver (401)                begin again
IdentityNotTrusted (401)        what came back was not said by the provider, or not to us, or not now
IdentityNotBound (403)                  nobody on the roll is known by this account
"""

from chassis.problems import Forbidden, NotFound, Problem, Unauthenticated, Unavailable

PAUSE = 5  # seconds


class ProviderAway(Unavailable):
    """The county's identity provider does not answer."""

    title_zh = "统一身份认证平台暂时无法访问，请稍后再试，或改用登录名和密码登录。"

    def __init__(self) -> None:
        super().__init__(retry_after=PAUSE)


class ProviderUnreadable(Problem):
    """The identity provider answered something that is not an answer."""

    status = 502
    title_zh = "统一身份认证平台的回复无法识别，请改用登录名和密码登录，并告知县（区）平台管理员。"


class ProviderRefusesUs(Problem):
    """The identity provider refuses this installation; its administrator has to mend the set-up."""

    status = 502
    title_zh = "统一身份认证的设置有误，再试也无用；请改用登录名和密码登录，并告知县（区）平台管理员。"


class SingleSignOnNotSetUp(NotFound):
    """This installation has no identity provider."""

    title_zh = "本系统没有接入统一身份认证，请用登录名和密码登录。"


class SignOnOver(Unauthenticated):
    """This sign-in took too long, was used before, or was begun elsewhere."""

    title_zh = "本次统一认证登录已失效，请回到登录页重新登录。"


class IdentityNotTrusted(Unauthenticated):
    """What came back does not prove who signs in."""

    title_zh = "未能确认您的身份，请回到登录页重新登录；一直如此请联系县（区）平台管理员。"


class IdentityNotBound(Forbidden):
    """This account of the identity provider belongs to nobody on the roll."""

    title_zh = "您的统一认证账号还没有与党员名册关联，请联系县（区）平台管理员办理。"
