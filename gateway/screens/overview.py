"""A supervisor's overview: the cases that their posts reach, what is to be put right, and this month's figures."""

from gateway.screens.screen import Part, Screen, Shape

OVERVIEW = Screen(
    path="/overview",
    name="overview",
    about="督查概览：辖区事项、整改、待两人确认的事项、通知。",
    parts=(
        Part(
            name="cases",
            service="tasks",
            path="/requests",
            query="whose=below&limit=15",
            schema="LinePage",
            title_zh="辖区事项",
            shape=Shape.PAGE,
        ),
        Part(
            name="rectifications",
            service="tasks",
            path="/rectifications",
            query="limit=5",
            schema="RectificationPage",
            title_zh="整改",
            shape=Shape.PAGE,
        ),
        Part(
            name="proposals",
            service="members",
            path="/proposals",
            query="limit=5",
            schema="ProposalPage",
            title_zh="等我确认的事项",
            shape=Shape.PAGE,
        ),
        Part(
            name="notices",
            service="tasks",
            path="/notices",
            query="limit=10",
            schema="NoticePage",
            title_zh="通知",
            shape=Shape.PAGE,
        ),
    ),
)
