"""Signing in by WeChat: who one is afterwards, what is kept, and what a busy or refusing WeChat leads to."""

import json
from pathlib import Path

import pytest

from chassis.outside import Circuit
from profiles.servers.processes import pick_ports
from profiles.standins.wechat import World
from services.members.wechat.mini_program import MiniProgram
from services.members.wechat.model import WeChatAccount
from tests.members.wechat.conftest import Bureau, mini_program, open_bureau

pytestmark = pytest.mark.asyncio

SIGN_IN = "/sns/jscode2session"


async def test_a_newcomer_gets_an_account_of_their_own_and_the_same_one_the_next_time(either_bureau: Bureau) -> None:
    bureau = either_bureau
    first = (await bureau.sign_in(bureau.world.login("张样"))).json()
    second = (await bureau.sign_in(bureau.world.login("张样"))).json()
    other = (await bureau.sign_in(bureau.world.login("李样"))).json()
    assert first["person_id"] == second["person_id"] != other["person_id"]
    assert first["session_id"] != second["session_id"]
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 900)
    account = await bureau.account(first["access_token"])
    assert (account["bound"], account["phone_masked"]) == (False, None)
    assert (await bureau.office.read("/me", first["access_token"])).status_code == 404


async def test_a_user_of_another_mini_program_of_the_same_platform_keeps_the_account(bureau: Bureau) -> None:
    before = (await bureau.sign_in(bureau.world.login("张样"))).json()
    bureau.world.user("张样").openid = "o6-of-the-next-mini-program"
    after = (await bureau.sign_in(bureau.world.login("张样"))).json()
    assert after["person_id"] == before["person_id"]
    assert len(await bureau.office.rows(WeChatAccount)) == 1


async def test_ids_and_session_keys_are_nowhere_in_clear(
    bureau: Bureau, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    code = bureau.world.login("张样")
    told = (await bureau.sign_in(code)).text
    token = json.loads(told)["access_token"]
    told += (await bureau.give_phone("张样", token, "15400011111")).text
    await bureau.trouble(SIGN_IN, "errcode", errcode=-1, times=3)
    told += (await bureau.sign_in(bureau.world.login("张样"))).text
    user = bureau.world.user("张样")
    everything = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode()
        for rows in (await bureau.office.everything()).values()
        for row in rows
        for value in row
    )
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    logged = "\n".join([*capfd.readouterr(), *ours])
    assert "jscode2session" in logged  # it is really the log that is looked at
    secrets = [user.openid, user.unionid, str(user.session_key), bureau.world.program.secret, code, "15400011111"]
    for secret in secrets:
        assert secret not in told
        assert secret.encode() not in everything
        assert secret not in logged


async def test_a_code_is_good_once(bureau: Bureau) -> None:
    code = bureau.world.login("张样")
    assert (await bureau.sign_in(code)).status_code == 200
    answer = await bureau.sign_in(code)
    assert (answer.status_code, answer.json()["code"]) == (401, "login-code-over")
    assert answer.json()["title_zh"] == "登录码已失效，请重新打开小程序。"
    assert answer.json()["try_again"] is False


# Of the set-up, or of calls that are made in another way than ours are: no use in trying again.
OURS_TO_MEND = (
    *(40001, 40002, 40003, 40013, 40014, 40125, 40164, 40243, 41001, 41002, 41004, 41008, 42001, 43002, 44002),
    *(47001, 48001, 50004, 50007, 87008, 89503, 99999),
)
MEANINGS = {
    -1: (503, "we-chat-busy", True, "5"),
    40029: (401, "login-code-over", False, None),
    40163: (401, "login-code-over", False, None),
    40226: (403, "we-chat-finds-risk", False, None),
    45011: (429, "we-chat-too-often", True, "60"),
    45009: (503, "we-chat-quota-used", True, "600"),
    **dict.fromkeys(OURS_TO_MEND, (502, "we-chat-refuses-us", False, None)),
}


async def test_every_code_says_whether_to_try_again(bureau: Bureau) -> None:
    found = {}
    for errcode in MEANINGS:
        await bureau.trouble(SIGN_IN, "errcode", errcode=errcode, times=3 if errcode == -1 else 1)
        answer = await bureau.sign_in(bureau.world.login("张样"))
        problem = answer.json()
        found[errcode] = (
            answer.status_code,
            problem["code"],
            problem["try_again"],
            answer.headers.get("retry-after"),
        )
        assert "errmsg" not in answer.text
    assert found == MEANINGS


async def test_a_busy_wechat_is_asked_again_and_the_sign_in_goes_on(bureau: Bureau) -> None:
    await bureau.trouble(SIGN_IN, "errcode", errcode=-1, times=2)
    assert (await bureau.sign_in(bureau.world.login("张样"))).status_code == 200


async def test_what_is_no_answer_is_a_problem_and_no_failure(bureau: Bureau) -> None:
    for kind in ("text", "html", "empty"):
        await bureau.trouble(SIGN_IN, kind)
        answer = await bureau.sign_in(bureau.world.login("张样"))
        assert (answer.status_code, answer.json()["code"]) == (502, "we-chat-unreadable")


async def test_a_failing_wechat_is_not_asked_twice_since_codes_are_good_once(bureau: Bureau) -> None:
    await bureau.trouble(SIGN_IN, "failure")
    code = bureau.world.login("张样")
    answer = await bureau.sign_in(code)
    assert (answer.status_code, answer.json()["code"]) == (503, "we-chat-busy")
    assert (await bureau.sign_in(code)).status_code == 200


async def test_a_silent_wechat_is_given_up_and_then_left_alone(world: World, address: str, tmp_path: Path) -> None:
    circuit = Circuit(failures=2, rest=3600)
    program = mini_program(address, world, seconds=0.5, circuit=circuit)
    async with open_bureau(tmp_path / "members.db", world, address, program) as bureau:
        await bureau.trouble(SIGN_IN, "silence", times=2)
        for _ in range(2):
            answer = await bureau.sign_in(world.login("张样"))
            assert (answer.status_code, answer.json()["code"]) == (503, "we-chat-busy")
        code = world.login("张样")
        assert (await bureau.sign_in(code)).status_code == 503
        assert world.sign_in(code).name == "张样"  # nobody has asked for it


async def test_a_wechat_that_cannot_be_reached_is_busy(world: World, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{pick_ports(1)[0]}"
    async with open_bureau(tmp_path / "members.db", world, nowhere, mini_program(nowhere, world)) as bureau:
        answer = await bureau.sign_in(world.login("张样"))
    assert (answer.status_code, answer.json()["code"]) == (503, "we-chat-busy")
    assert answer.headers["retry-after"] == "5"


async def test_without_a_mini_program_the_refusal_says_so(world: World, tmp_path: Path) -> None:
    async with open_bureau(tmp_path / "members.db", world, "", MiniProgram(None)) as bureau:
        answer = await bureau.sign_in(world.login("张样"))
    assert (answer.status_code, answer.json()["code"]) == (404, "we-chat-not-set-up")


async def test_a_body_of_another_form_is_a_clear_problem(bureau: Bureau) -> None:
    good = {"code": "x" * 8, "device": "手机"}
    for wrong in (
        {"code": None},
        {"code": "x" * 7},
        {"code": "x" * 129},
        {"code": "x\x00xxxxxxx"},
        {"code": "码" * 8},
        {"device": None},
        {"device": "手\x00机"},
        {"device": ""},
        {"openid": "mine"},
    ):
        answer = await bureau.office.client.post("/sign-in/wechat", json=good | wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), wrong
