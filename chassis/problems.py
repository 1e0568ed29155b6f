"""Refusals: what the caller is told, under a stable code.

Problem
├── Malformed (400)
├── MethodNotTaken (405)
├── Invalid (422)
│   └── KeyReused                          an idempotency key came back with another body
├── Unauthenticated (401)
├── Forbidden (403)
├── NotFound (404)                         also what lies outside the actor's scope
├── Conflict (409)
│   ├── NotAllowedNow                      the move does not fit the stage
│   └── StillRunning                       the first call with this idempotency key has not ended
├── TooLarge (413), WrongMediaType (415)
├── TooMany (429)
├── Unavailable (503)
│   └── StoreAway                          the database is restarting; the outcome is not known
└── TimedOut (504)

A refusal is a class. Its docstring is the English title, `title_zh` the Chinese one, which says what to do next;
its name in kebab case is the stable code; the keyword arguments of its constructor are the details.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

Detail = str | int | float | bool | None | Sequence["Detail"] | Mapping[str, "Detail"]


class Problem(Exception):  # a refusal is not an error of ours
    """The request cannot be done."""

    status: ClassVar[int] = 400
    title_zh: ClassVar[str] = "无法办理，请检查后重试。"

    def __init__(self, **details: Detail) -> None:
        super().__init__(self.code())
        self.details = details

    @classmethod
    def code(cls) -> str:
        """The stable code: `PledgeTooLate` is `pledge-too-late`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """The English title: the first line of the docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


class Malformed(Problem):
    """The request contradicts itself, or is not HTTP or JSON as it should be."""

    title_zh = "请求格式有误，请更新应用后重试。"


class MethodNotTaken(Problem):
    """This address does not take this method."""

    status = 405
    title_zh = "此地址不支持这种操作。"


class Invalid(Problem):
    """The request is not of the form that this address takes."""

    status = 422
    title_zh = "填写的内容有误，请按提示修改后重试。"


class KeyReused(Invalid):
    """This idempotency key was already used for another request."""

    title_zh = "同一提交编号已用于另一项内容，请刷新页面后重新提交。"


class Unauthenticated(Problem):
    """Sign in first: the token is missing, wrong or no longer valid."""

    status = 401
    title_zh = "请先登录；如已登录，请重新登录后再试。"


class Forbidden(Problem):
    """None of your posts allows this."""

    status = 403
    title_zh = "您的岗位没有此项权限，请联系所在组织。"


class NotFound(Problem):
    """There is no such thing within your reach."""

    status = 404
    title_zh = "没有找到，请核对后重试。"


class Conflict(Problem):
    """What is asked does not fit what is there now."""

    status = 409
    title_zh = "当前状态下无法这样办理，请刷新后查看最新进展。"


class NotAllowedNow(Conflict):
    """This step cannot be taken at the present stage."""

    title_zh = "当前阶段不能进行这一步，请刷新后查看最新进展。"


class StillRunning(Conflict):
    """The first request with this idempotency key is still being worked on."""

    title_zh = "上一次提交还在处理，请稍候片刻再试。"


class TooLarge(Problem):
    """The request is larger than this address takes."""

    status = 413
    title_zh = "提交的内容过大，请压缩后重试。"


class WrongMediaType(Problem):
    """This kind of content is not taken here."""

    status = 415
    title_zh = "不支持这种格式，请换一种格式后重试。"


class TooMany(Problem):
    """Too many requests in a short time."""

    status = 429
    title_zh = "操作太频繁，请稍后再试。"


class Unavailable(Problem):
    """The service cannot answer just now; nothing was changed."""

    status = 503
    title_zh = "服务暂时不可用，您的内容没有丢失，请稍后再试。"


class StoreAway(Unavailable):
    """The database went away; ask again with the same idempotency key to learn what became of it."""

    title_zh = "系统正在恢复，请稍后用同一次提交重试，不会重复办理。"


class TimedOut(Problem):
    """No answer came in time; ask again with the same idempotency key to learn what became of it."""

    status = 504
    title_zh = "等待超时，请用同一次提交重试，系统不会重复办理。"


def document(problem: Problem, *, request_id: str) -> dict[str, Detail]:
    """A refusal as RFC 9457 wants it: its code, both titles, its details, and the id to quote to those who help."""
    return {
        "type": f"/problems/{problem.code()}",
        "title": problem.title(),
        "title_zh": problem.title_zh,
        "status": problem.status,
        "instance": f"urn:lianxin:request:{request_id}",
        "code": problem.code(),
        "request_id": request_id,
        **problem.details,
    }
