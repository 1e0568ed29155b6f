"""The page of one case: its whole story, its files, and what its person is asked."""

from gateway.screens.screen import Part, Screen, Shape

CASE = Screen(
    path="/cases/{id}",
    name="case",
    about="一件事项的全部经过、附件和评价邀请。",
    parts=(
        Part(
            name="case",
            service="tasks",
            path="/requests/{id}",
            schema="CaseView",
            title_zh="事项经过",
            shape=Shape.STORY,
            is_main=True,
        ),
        Part(
            name="attachments",
            service="tasks",
            path="/requests/{id}/attachments",
            schema="AttachmentList",
            title_zh="附件",
        ),
        Part(
            name="to_rate",
            service="feedback",
            path="/invitations",
            query="request_id={id}",
            schema="InvitationPage",
            title_zh="评价邀请",
        ),
    ),
)
