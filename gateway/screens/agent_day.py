"""An agent's day: what waits for them, by limit, what they have to put right, and what they are to be told."""

from gateway.screens.notices import NOTICES
from gateway.screens.screen import Part, Screen, Shape

AGENT_DAY = Screen(
    path="/agent-day",
    name="agent_day",
    about="代办员的一天：待办事项、要整改的、通知。",
    parts=(
        Part(
            name="caseload",
            service="tasks",
            path="/caseload",
            query="limit=10",
            schema="Caseload",
            title_zh="我的代办台账",
        ),
        Part(
            name="working",
            service="tasks",
            path="/requests",
            query="whose=working&limit=10",
            schema="LinePage",
            title_zh="我的待办",
            shape=Shape.PAGE,
        ),
        Part(
            name="rectifications",
            service="tasks",
            path="/rectifications",
            query="limit=5",
            schema="RectificationPage",
            title_zh="要整改的事项",
            shape=Shape.PAGE,
        ),
        NOTICES,
    ),
)
