"""WeChat's server for mini-programs, as far as Lianxin calls it, with its quirks; nothing here leaves the machine.

`World` is what that server knows, `create_app` puts it on HTTP. What people do on their phones (`wx.login`, the button
that gives the telephone number, the popup that allows a message) is under `/standin/`, an address that WeChat has not.
"""

from profiles.standins.wechat.app import create_app
from profiles.standins.wechat.world import MiniProgram, World

__all__ = ["MiniProgram", "World", "create_app"]
