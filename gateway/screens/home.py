"""A citizen's home: my cases, what waits for my word, and what I am to be told."""

from gateway.screens.notices import NOTICES
from gateway.screens.screen import Part, Screen, Shape

HOME = Screen(
    path="/home",
    name="home",
    about="群众首页：我的事项、等我评价的、给我的通知。",
    parts=(
        Part(
            name="cases",
            service="tasks",
            path="/requests",
            query="whose=asked&limit=10",
            schema="LinePage",
            title_zh="我的事项",
            shape=Shape.PAGE,
        ),
        Part(
            name="to_rate",
            service="feedback",
            path="/invitations",
            query="open_only=true&limit=10",
            schema="InvitationPage",
            title_zh="等我评价的事项",
            shape=Shape.PAGE,
        ),
        Part(
            name="mandates",
            service="tasks",
            path="/mandates",
            query="whose=given&limit=5",
            schema="MandatePage",
            title_zh="我的委托",
            shape=Shape.PAGE,
        ),
        Part(
            name="ballots",
            service="members",
            path="/credentials",
            schema="CredentialsToDraw",
            title_zh="可以匿名评的单位",
        ),
        NOTICES,
        Part(name="me", service="members", path="/me", schema="Me", title_zh="我的信息"),
    ),
)
