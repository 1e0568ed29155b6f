"""What one is to be told: the same part on every screen of somebody's own."""

from gateway.screens.screen import Part, Shape

NOTICES = Part(
    name="notices",
    service="tasks",
    path="/notices",
    query="limit=10",
    schema="NoticePage",
    title_zh="通知",
    shape=Shape.PAGE,
)
