"""A supervisor's overview: the cases that their posts reach, what is to be put right, and this month's figures."""

from gateway.screens.notices import NOTICES
from gateway.screens.screen import Part, Screen, Shape

OVERVIEW = Screen(
    path="/overview",
    name="overview",
    about="督查概览：辖区事项、整改、待两人确认的事项、通知。",
    parts=(
        Part(
            name="cases",
            service="tasks",
            path="/cases",
            query="open=true&order=limit&limit=10",
            schema="CaseLines",
            title_zh="辖区未办结事项（按时限）",
            shape=Shape.HEAD,
        ),
        Part(
            name="orders",
            service="tasks",
            path="/orders",
            query="whose=below&limit=5",
            schema="OrderPage",
            title_zh="督办单",
            shape=Shape.PAGE,
        ),
        Part(
            name="extensions",
            service="tasks",
            path="/extensions",
            query="limit=5",
            schema="ExtensionPage",
            title_zh="等我决定的延期申请",
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
        NOTICES,
    ),
)
