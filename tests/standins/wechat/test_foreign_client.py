"""A client that somebody else wrote (`wechatpy`) works against the stand-in as against WeChat."""

from collections.abc import Iterator

import pytest
import requests
from wechatpy.client import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.exceptions import APILimitedException, WeChatClientException

from profiles.standins.wechat import World, create_app
from tests.standins.running import served


class Foreign(WeChatClient):  # type: ignore[misc]  # the library has no types
    """The library as it is, but for the two addresses that it writes out: its base and its token's."""

    def __init__(self, address: str, world: World) -> None:
        super().__init__(world.program.app_id, world.program.secret)
        self.address = address
        self.API_BASE_URL = f"{address}/cgi-bin/"
        self.wxa = type("Wxa", (WeChatWxa,), {"API_BASE_URL": f"{address}/"})(self)

    def fetch_access_token(self) -> object:
        """As the library's, at our address."""
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(url=f"{self.address}/cgi-bin/token", params=query)


@pytest.fixture
def foreign(world: World) -> Iterator[Foreign]:
    """The library's client."""
    with served(create_app(world)) as address:
        client = Foreign(address, world)
        yield client
        client._http.close()


def test_it_signs_a_user_in(foreign: Foreign, world: World) -> None:
    told = foreign.wxa.code_to_session(world.login("张样"))
    user = world.user("张样")
    assert told == {"openid": user.openid, "unionid": user.unionid, "session_key": user.session_key}


def test_it_reads_the_refusals(foreign: Foreign, world: World) -> None:
    code = world.login("张样")
    foreign.wxa.code_to_session(code)
    for wrong, errcode in ((code, 40163), ("no-code-of-ours", 40029)):
        with pytest.raises(WeChatClientException) as refused:
            foreign.wxa.code_to_session(wrong)
        assert refused.value.errcode == errcode
        assert " rid: " in refused.value.errmsg


def test_it_finds_that_a_user_comes_too_often(foreign: Foreign, world: World) -> None:
    for _ in range(100):
        world.sign_in(world.login("张样"))
    with pytest.raises(WeChatClientException) as refused:
        foreign.wxa.code_to_session(world.login("张样"))
    assert refused.value.errcode == 45011


def test_it_finds_that_a_quota_is_used_up(foreign: Foreign, world: World) -> None:
    trouble = {"path": "/sns/jscode2session", "kind": "errcode", "errcode": 45009}
    requests.post(f"{foreign.address}/standin/trouble", json=trouble, timeout=30).raise_for_status()
    with pytest.raises(APILimitedException):
        foreign.wxa.code_to_session(world.login("张样"))


def test_it_sends_a_message_that_the_user_allowed_and_no_second_one(foreign: Foreign, world: World) -> None:
    world.accept("张样", "progress-template")
    values = {"thing1": {"value": "路灯报修"}, "time2": {"value": "2026-11-22 17:25"}, "phrase3": {"value": "已办结"}}
    openid = world.user("张样").openid
    assert foreign.wxa.send_subscribe_message(openid, "progress-template", values)["errcode"] == 0
    with pytest.raises(WeChatClientException) as refused:
        foreign.wxa.send_subscribe_message(openid, "progress-template", values)
    assert refused.value.errcode == 43101


def test_it_gets_an_image_and_no_json_for_a_code(foreign: Foreign) -> None:
    image = foreign.wxa.get_wxa_code_unlimited("village=430702204216", page="pages/index/index")
    assert (image.headers["content-type"], image.content[:2]) == ("image/jpeg", b"\xff\xd8")
    with pytest.raises(WeChatClientException) as refused:
        foreign.wxa.get_wxa_code_unlimited("x" * 33)
    assert refused.value.errcode == 40169


def test_it_replaces_a_token_that_is_refused(foreign: Foreign, world: World) -> None:
    foreign.session.set(foreign.access_token_key, "not-a-token-of-ours", 7200)
    world.accept("张样", "progress-template")
    values = {"thing1": {"value": "路灯"}, "time2": {"value": "2026年11月22日 17:25"}, "phrase3": {"value": "办结"}}
    assert foreign.wxa.send_subscribe_message(world.user("张样").openid, "progress-template", values)["errcode"] == 0
