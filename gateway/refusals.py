"""Refusals that only a gateway has.

Problem
├── Malformed (400)           the request contradicts itself about where it ends
├── MethodNotTaken (405)      one of the gateway's own pages was to be changed
└── AnswerLost (502)          a service broke off before it answered
"""

from chassis.problems import Problem


class Malformed(Problem):
    """The request contradicts itself, or is not HTTP as it should be."""

    title_zh = "请求格式有误，请更新应用后重试。"


class MethodNotTaken(Problem):
    """This page can only be read."""

    status = 405
    title_zh = "此页面只能查看。"


class AnswerLost(Problem):
    """The service broke off before it answered; ask again with the same idempotency key to learn what became of it."""

    status = 502
    title_zh = "没有收到办理结果，请用同一次提交重试，系统不会重复办理。"
