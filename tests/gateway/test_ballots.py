"""A ballot or an answer passes the gateway bare: nothing of who sends it goes on, is counted or is written down."""

import httpx
import pytest
import structlog

from gateway.app import create_app
from gateway.settings import FrontSettings, RateSettings
from gateway.upstreams import in_process
from tests.gateway.stand import Service, serve

pytestmark = pytest.mark.asyncio

RATES = RateSettings(scale=1.0, changing_address="2/hour", changing_caller="2/hour")
TELLING = {
    "authorization": "Bearer somebody",
    "cookie": "who=somebody",
    "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01",
    "tracestate": "who=somebody",
    "x-request-id": "somebody-known",
    "x-forwarded-for": "192.0.2.7",
    "user-agent": "a phone of somebody",
    "accept-language": "zh-somebody",
    "referer": "https://somebody.example/",
    "lianxin-api-key": "somebody",
    "idempotency-key": "somebody",
}


@pytest.mark.parametrize("box", ["ballots", "survey-answers"])
async def test_nothing_of_the_caller_goes_on_and_nobody_is_counted(box: str) -> None:
    service = Service()
    app = create_app(in_process({"feedback": service}), front=FrontSettings(trusted_proxies="127.0.0.0/8"), rates=RATES)
    async with (
        serve(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as caller,
    ):
        with structlog.testing.capture_logs() as lines:
            answers = [await caller.post(f"/api/feedback/{box}", headers=TELLING, json={"grade": 1}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 5
        seen = {name for name, _ in answers[0].json()["headers"]}
        assert seen == {"host", "accept", "content-type", "content-length", "x-deadline-ms"}
        assert "somebody" not in answers[0].text
        assert "somebody-known" not in set(answers[0].headers.values())
        assert lines == []
        # The control: elsewhere the same call passes on who asks, is written down, and is counted.
        shown = {name: value for name, value in TELLING.items() if not name.startswith("lianxin-")}
        with structlog.testing.capture_logs() as lines:
            others = [await caller.post(f"/api/feedback/{box}-not", headers=shown, json={}) for _ in range(3)]
        assert [answer.status_code for answer in others] == [200, 200, 429]
        assert {"cookie", "x-forwarded-for", "traceparent", "x-request-id"} <= {
            name for name, _ in others[0].json()["headers"]
        }
        assert [line["request_id"] for line in lines] == ["somebody-known"] * 3
