"""The refusals that only a gateway has.

Problem
├── AnswerLost (502)       a service broke off before it answered
└── TooSlow (408)          a caller did not go on with its request
"""

from chassis.problems import Problem


class AnswerLost(Problem):
    """The service broke off before it answered; ask again with the same idempotency key to learn what became of it."""

    status = 502
    title_zh = "没有收到办理结果，请用同一次提交重试，系统不会重复办理。"


class TooSlow(Problem):
    """The rest of the request did not come in time; send it again with the same idempotency key."""

    status = 408
    title_zh = "网络太慢，内容没有传完，请换个网络好的地方用同一次提交重试。"
