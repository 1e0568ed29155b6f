"""The refusal that only a gateway has: `AnswerLost` (502), when a service broke off before it answered."""

from chassis.problems import Problem


class AnswerLost(Problem):
    """The service broke off before it answered; ask again with the same idempotency key to learn what became of it."""

    status = 502
    title_zh = "没有收到办理结果，请用同一次提交重试，系统不会重复办理。"
