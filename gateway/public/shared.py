"""What several pages show alike."""

from gateway.public.html import Html, link, tag
from gateway.public.page import Asked


def onward(asked: Asked, cursor: str) -> Html:
    """The way to the next page of a list, if there is one."""
    return tag("p", link("下一页", asked.here(cursor=cursor))) if cursor else Html()
