"""How long tokens work, and how often anything may be asked, as the stand-in's clock goes on."""

import pytest

from profiles.standins.wechat.app import CALLS
from profiles.standins.wechat.quotas import Quota
from profiles.standins.wechat.refusals import Refusal
from tests.standins.wechat.conftest import NOW, Wire

pytestmark = pytest.mark.asyncio


async def works(wire: Wire, token: object) -> int:
    """0 for a token that works, else the code that it is refused with."""
    told = await wire.post("/wxa/business/getuserphonenumber", str(token), code="x")
    return 0 if told["errcode"] == 40029 else int(str(told["errcode"]))  # then only the code of the telephone is wrong


async def test_the_stable_token_is_the_same_until_five_minutes_before_its_end_and_then_both_work(wire: Wire) -> None:
    first = await wire.stable()
    wire.wait(6899)
    assert await wire.stable() == {"access_token": first["access_token"], "expires_in": 301}
    wire.wait(1)
    second = await wire.stable()
    assert second["access_token"] != first["access_token"]
    assert second["expires_in"] == 7200
    wire.wait(299)
    assert [await works(wire, one["access_token"]) for one in (first, second)] == [0, 0]
    wire.wait(1)
    assert [await works(wire, one["access_token"]) for one in (first, second)] == [42001, 0]


async def test_a_forced_token_ends_the_one_before_at_once(wire: Wire) -> None:
    first = await wire.stable()
    second = await wire.stable(force_refresh=True)
    assert [await works(wire, one["access_token"]) for one in (first, second)] == [40001, 0]
    assert await wire.stable() == second


async def test_tokens_are_forced_thirty_seconds_apart_and_twenty_times_a_day(wire: Wire) -> None:
    assert "access_token" in await wire.stable(force_refresh=True)
    wire.wait(29)
    assert (await wire.stable(force_refresh=True))["errcode"] == 45011
    for _ in range(19):
        wire.wait(30)
        assert "access_token" in await wire.stable(force_refresh=True)
    wire.wait(30)
    assert (await wire.stable(force_refresh=True))["errcode"] == 45009
    assert "access_token" in await wire.stable()
    wire.wait(86_400)
    assert "access_token" in await wire.stable(force_refresh=True)


async def test_the_other_kind_of_token_is_new_each_time_and_knows_nothing_of_the_stable_one(wire: Wire) -> None:
    stable = await wire.token()
    asked = {"grant_type": "client_credential", **wire.ours}
    first = (await wire.get("/cgi-bin/token", **asked))["access_token"]
    second = (await wire.get("/cgi-bin/token", **asked))["access_token"]
    wire.wait(299)
    assert [await works(wire, token) for token in (stable, first, second)] == [0, 0, 0]
    wire.wait(1)
    assert [await works(wire, token) for token in (stable, first, second)] == [0, 40001, 0]


async def test_a_token_may_be_as_long_as_512_characters(wire: Wire) -> None:
    assert 100 < len(await wire.token()) <= 512


async def test_calls_have_the_quotas_that_are_documented() -> None:
    quotas = {path: call.quota for path, call in CALLS.items() if call.quota != (None, None)}
    assert quotas == {
        "/wxa/resetusersessionkey": (60_000, None),
        "/wxa/msg_sec_check": (4_000, 2_000_000),
        "/wxa/getwxacodeunlimit": (5_000, None),
    }


async def test_a_quota_begins_anew_with_the_minute_and_with_the_day_of_beijing(wire: Wire) -> None:
    quota = Quota(minute=2, day=3)

    def refused() -> bool:
        try:
            quota.take("one", now=wire.clock.at)
        except Refusal as refusal:
            return refusal.errcode == 45009
        return False

    assert [refused() for _ in range(3)] == [False, False, True]
    wire.wait(60)
    assert [refused() for _ in range(2)] == [False, True]
    wire.clock.at = NOW.replace(hour=15, minute=59)  # one minute before midnight in Beijing
    assert refused()
    wire.wait(60)
    assert not refused()


async def test_a_quota_counts_each_key_for_itself() -> None:
    quota = Quota(minute=1)
    quota.take("one", now=NOW)
    quota.take("other", now=NOW)
    with pytest.raises(Refusal):
        quota.take("one", now=NOW)
