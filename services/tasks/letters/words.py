"""What posts are called in a letter, and what the public reads of a check."""

from services.tasks.tracking.words import POSTS_ZH

_MORE = {"auditor": "审计人员", "guide": "指导员"}


def post_title(kind: str) -> str:
    """A post as it stands in a letter."""
    return POSTS_ZH.get(kind) or _MORE.get(kind, "工作人员")
