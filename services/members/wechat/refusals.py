"""What WeChat's refusals mean to the one who waits: whether to try again, when, and what else to do.

WeChatBusy (503)                try again in a moment
WeChatQuotaUsed (503)           try again later
WeChatTooOften (429)            this user, too often: try again in a minute
WeChatUnreadable (502)          not an answer that we know
WeChatRefusesUs (502)           our set-up is wrong: no use in trying again
WeChatNotSetUp (404)            there is no mini-program here
LoginCodeOver (401)             open the mini-program again for another code
PhoneCodeOver (409)             press the button again
WeChatFindsRisk (403)           the user has to settle it with WeChat
"""

from chassis.problems import Conflict, Forbidden, NotFound, Problem, TooMany, Unauthenticated, Unavailable

BUSY_SECONDS = 5
MINUTE = 60
QUOTA_SECONDS = 600  # some quotas are of a minute and some of a day, and the code does not say which


class WeChatBusy(Unavailable):
    """WeChat is busy or does not answer; nothing was changed."""

    title_zh = "微信繁忙，请稍后再试。"


class WeChatQuotaUsed(Unavailable):
    """WeChat takes no more calls from us for now."""

    title_zh = "今天用微信登录的人太多，请稍后再试；急事请找村（社区）代办员登记。"


class WeChatTooOften(TooMany):
    """WeChat finds that this user comes too often."""

    title_zh = "操作太频繁，请一分钟后再试。"


class WeChatUnreadable(Problem):
    """WeChat answered something that is not an answer."""

    status = 502
    title_zh = "微信的回复无法识别，请稍后再试；一直如此请联系管理员。"


class WeChatRefusesUs(Problem):
    """WeChat refuses this installation; its administrator has to mend the set-up."""

    status = 502
    title_zh = "本系统的微信登录设置有误，再试也无用；请联系管理员，急事请找村（社区）代办员登记。"


class WeChatNotSetUp(NotFound):
    """This installation has no mini-program."""

    title_zh = "本系统还没有开通微信登录，请用其他方式登录，或请村（社区）代办员登记。"


class LoginCodeOver(Unauthenticated):
    """This login code was used, is too old, or never was one."""

    title_zh = "登录码已失效，请重新打开小程序。"


class PhoneCodeOver(Conflict):
    """This telephone code was used, is too old, or is not this user's."""

    title_zh = "手机号授权已失效，请再点一次“获取手机号”。"


class WeChatFindsRisk(Forbidden):
    """WeChat finds this user risky and lets them sign in nowhere."""

    title_zh = "微信提示此账号有风险，暂时不能登录；请按微信的提示解除后再来，急事请找村（社区）代办员登记。"


TOKEN_OVER = frozenset({40001, 40014, 41001, 42001})
"""The access token is not taken: one fetch more, and the call again, once."""


class TokenOver(Exception):  # the holder of the token turns it into another try, or into WeChatRefusesUs
    """WeChat does not take our access token."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


def busy() -> Problem:
    """No answer came, or the answer that it is busy."""
    return WeChatBusy(try_again=True, retry_after=BUSY_SECONDS)


def unreadable() -> Problem:
    """An answer came that says nothing."""
    return WeChatUnreadable(try_again=True)


def problem_of(errcode: int, *, code_over: type[LoginCodeOver | PhoneCodeOver]) -> Problem:
    """The problem for a code of WeChat's; those that are not named here mean that something is set up wrong."""
    match errcode:
        case -1:
            return busy()
        case 40029 | 40163:
            return code_over(try_again=False)
        case 40226:
            return WeChatFindsRisk(try_again=False)
        case 45011:
            return WeChatTooOften(try_again=True, retry_after=MINUTE)
        case 45009:
            return WeChatQuotaUsed(try_again=True, retry_after=QUOTA_SECONDS)
        case _:
            return WeChatRefusesUs(try_again=False, errcode=errcode)
