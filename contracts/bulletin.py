"""The headings under which a hotline's monthly bulletin counts what came in."""

from enum import StrEnum


class BulletinChannel(StrEnum):
    """The six headings of the Yichun bulletin of May 2023 (rule C12)."""

    PHONE = "phone"
    SOCIAL = "social"
    WEB = "web"
    POLICE_LINE = "police_line"
    FROM_ABOVE = "from_above"
    SITE = "site"

    @property
    def title_zh(self) -> str:
        """The heading as printed."""
        return _HEADINGS[self]


_HEADINGS = {
    BulletinChannel.PHONE: "电话",
    BulletinChannel.SOCIAL: "微信、微博",
    BulletinChannel.WEB: "网站",
    BulletinChannel.POLICE_LINE: "110 转办",
    BulletinChannel.FROM_ABOVE: "上级交办",
    BulletinChannel.SITE: "现场",
}
