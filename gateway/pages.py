"""The few pages of the gateway itself: the front page, and the one to try the interface at."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from gateway.answers import Answer

HTML = b"text/html; charset=utf-8"
_CSS = b"text/css; charset=utf-8"
_SCRIPT = b"text/javascript; charset=utf-8"
_KEPT_BY_BROWSERS = (b"cache-control", b"public, max-age=86400")

# Nothing from elsewhere, nothing inline; the icons of Swagger UI are data: images.
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)

_FRONT = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>连心</title>
<link rel="stylesheet" href="/public/style.css">
<h1>连心</h1>
<p>群众的诉求，有人签字承诺、限期办结，并由群众自己评价。</p>
<ul>
<li><a href="/public">公开信息</a>：测评结果、承诺兑现、村务公开、决议、听证，不用登录</li>
<li><a href="/docs">接口说明与试用</a>（<a href="/openapi.json">OpenAPI 文档</a>）</li>
<li><a href="/health/ready">各项服务是否就绪</a>，<a href="/health/live">网关是否在运行</a></li>
</ul>
</html>
""".encode()

_DOCS = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>连心 · 接口说明与试用</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
""".encode()

_START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
"""


def answer_front() -> Answer:
    """Where to go from the bare address."""
    return Answer(_FRONT, HTML, more=(_POLICY,))


def answer_docs() -> Answer:
    """Swagger UI over the merged document; every file comes from here."""
    return Answer(_DOCS, HTML, more=(_POLICY,))


def answer_start() -> Answer:
    """The script that starts Swagger UI; a file of its own because of the page's policy."""
    return Answer(_START, _SCRIPT)


def answer_bundle() -> Answer:
    """Swagger UI itself."""
    return Answer(_packaged("swagger-ui-bundle.js"), _SCRIPT, more=(_KEPT_BY_BROWSERS,))


def answer_style() -> Answer:
    """Its style sheet."""
    return Answer(_packaged("swagger-ui.css"), _CSS, more=(_KEPT_BY_BROWSERS,))


@cache
def _packaged(name: str) -> bytes:
    """A file of the package that brings Swagger UI along; the package itself is not imported."""
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        raise FileNotFoundError("fastapi-offline is not installed")
    return (Path(found.origin).parent / "static" / name).read_bytes()
