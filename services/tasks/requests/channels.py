"""By which channel a request came in, and under which heading a hotline's monthly bulletin counts it."""

from enum import StrEnum

from contracts.bulletin import BulletinChannel


class Channel(StrEnum):
    """How a request came in."""

    HOTLINE = "hotline"
    AGENT = "agent"  # told to the proxy agent, at either's door
    COUNTER = "counter"
    MINI_PROGRAM = "mini_program"
    SOCIAL_ACCOUNT = "social_account"
    WEB = "web"
    POLICE_LINE = "police_line"
    FROM_ABOVE = "from_above"
    SURVEY_ANSWER = "survey_answer"
    HOUSEHOLD_VISIT = "household_visit"
    OPEN311 = "open311"
    SIGNED_API = "signed_api"
    SPREADSHEET = "spreadsheet"

    @property
    def title_zh(self) -> str:
        """The channel's name on the screen."""
        return _NAMES[self]

    @property
    def bulletin(self) -> BulletinChannel | None:
        """Its heading in the bulletin; None for a channel that the bulletin does not know."""
        return _BULLETIN.get(self)


_NAMES = {
    Channel.HOTLINE: "热线电话",
    Channel.AGENT: "代办员上门",
    Channel.COUNTER: "服务窗口",
    Channel.MINI_PROGRAM: "小程序",
    Channel.SOCIAL_ACCOUNT: "微信公众号、微博",
    Channel.WEB: "网页",
    Channel.POLICE_LINE: "110 转办",
    Channel.FROM_ABOVE: "上级交办",
    Channel.SURVEY_ANSWER: "测评反映",
    Channel.HOUSEHOLD_VISIT: "走访记录",
    Channel.OPEN311: "Open311 接口",
    Channel.SIGNED_API: "系统对接",
    Channel.SPREADSHEET: "表格导入",
}

_BULLETIN = {
    Channel.HOTLINE: BulletinChannel.PHONE,
    Channel.COUNTER: BulletinChannel.SITE,
    Channel.MINI_PROGRAM: BulletinChannel.SOCIAL,  # it runs inside WeChat
    Channel.SOCIAL_ACCOUNT: BulletinChannel.SOCIAL,
    Channel.WEB: BulletinChannel.WEB,
    Channel.POLICE_LINE: BulletinChannel.POLICE_LINE,
    Channel.FROM_ABOVE: BulletinChannel.FROM_ABOVE,
}
