"""How the façade refuses: its own problems, and those of the services, with the codes that GeoReport v2 knows."""

from chassis.problems import Forbidden, Malformed, NotFound, Problem
from gateway.json import Document


class ApiKeyMissing(Forbidden):
    """This needs an api_key."""

    title_zh = "缺少 api_key，请向县（区）平台管理员申请 Open311 密钥。"


class ApiKeyRefused(Forbidden):
    """The api_key is not good, or not any more."""

    title_zh = "api_key 不对，或者已停用、已到期，请向县（区）平台管理员核对。"


class ArgumentTwice(Malformed):
    """An argument that has one value was sent with several."""

    title_zh = "同一个参数写了多个不同的值，请只保留一个。"


class FormUnreadable(Malformed):
    """The body is no form: application/x-www-form-urlencoded in UTF-8, or multipart/form-data with files."""

    title_zh = "请求正文应为表单（application/x-www-form-urlencoded，UTF-8；带照片时用 multipart/form-data）。"


class NothingHere(NotFound):
    """GeoReport v2 has no such address; addresses end in .xml or .json."""

    title_zh = "没有这个地址，请核对；地址应以 .xml 或 .json 结尾。"


_STATUS = {401: 403, 409: 503, 415: 400, 422: 400}
"""GeoReport v2 knows 400, 403 and 404; what may be tried again stays one of ours."""


class Refused(Problem):
    """What a service refused, or we did, as it is told outside."""

    title_zh = "请求没有被受理，原因见说明。"

    def __init__(self, status: int, description: str, *, wait: int | None = None) -> None:
        super().__init__()
        self.outside = _STATUS.get(status, status)
        self.description = description
        self.wait = wait


def told_by(problem: Problem) -> Refused:
    """A problem of this process, as it is told outside."""
    if isinstance(problem, Refused):
        return problem
    details: dict[str, object] = dict(problem.details)
    wait = details.pop("retry_after_seconds", None)
    described = _described(problem.title_zh, problem.title(), details)
    return Refused(problem.status, described, wait=wait if isinstance(wait, int) else None)


def told_of(status: int, document: Document) -> Refused:
    """A problem that a service answered with, as it is told outside."""
    named = ("argument", "attribute", "served", "example", "values", "most", "most_days")
    details: dict[str, object] = {name: document[name] for name in named if name in document}
    if isinstance(errors := document.get("errors"), list):
        details["fields"] = [error.get("at") for error in errors if isinstance(error, dict)]
    return Refused(status, _described(str(document.get("title_zh", "")), str(document.get("title", "")), details))


def _described(title_zh: str, title: str, details: dict[str, object]) -> str:
    named = "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in details.items()
    )
    return " ".join(part for part in (title_zh, title, f"[{named}]" if named else "") if part)
