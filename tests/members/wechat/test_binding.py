"""Binding a WeChat account to a person: by telephone with leave, by citizen number among several, and undone."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.members.credentials.model import Part, Participation
from services.members.wechat.model import WeChatAccount
from services.members.wechat.views import people_with_phone
from services.members.words import PostKind
from tests.members.credentials.conftest import done
from tests.members.village import post
from tests.members.wechat.conftest import ALONE, IN_OFFICE, SHARED, STRANGE, WATCHES, Bureau, last_four_of, telephones

pytestmark = pytest.mark.asyncio


async def person_with(bureau: Bureau, phone: str) -> str:
    """The id of the one person with this telephone."""
    async with bureau.office.stand.mounted.sessions() as session:
        [person_id] = await people_with_phone(session, phone)
    return str(person_id)


async def test_the_one_person_with_the_telephone_is_bound_and_signed_in_as(either_bureau: Bureau) -> None:
    bureau = either_bureau
    before = (await bureau.sign_in(bureau.world.login("张样"))).json()
    await bureau.office.stand.hear(*done(UUID(before["person_id"]), uuid4()))
    answer = await bureau.give_phone("张样", before["access_token"], ALONE)
    assert answer.status_code == 200, answer.text
    assert answer.json()["outcome"] == "bound"
    tokens = answer.json()["tokens"]
    assert tokens["person_id"] == await person_with(bureau, ALONE)
    await bureau.office.stand.hear(*done(UUID(before["person_id"]), uuid4()))  # told before the binding was heard of
    served = {row[4] for row in await bureau.office.rows(Participation) if row[5] is Part.SERVED}
    assert served == {UUID(tokens["person_id"])}
    me = (await bureau.office.read("/me", tokens["access_token"])).json()
    assert (me["person_id"], me["phone_masked"]) == (tokens["person_id"], "154****1111")
    assert (await bureau.account(tokens["access_token"]))["bound"] is True

    facts = {record.type: record.body for record in await bureau.office.told()}
    assert f'"account_id":"{before["person_id"]}"' in facts["members.account.bound.v1"]
    assert f'"person_id":"{tokens["person_id"]}"' in facts["members.account.bound.v1"]
    assert f'"session_id":"{before["session_id"]}"' in facts["members.access.withdrawn.v1"]
    bound = [row for row in await bureau.office.rows("audit") if "bind_wechat" in row]
    assert len(bound) == 1
    assert tokens["person_id"] in bound[0]

    again = (await bureau.sign_in(bureau.world.login("张样"))).json()
    assert again["person_id"] == tokens["person_id"]


async def test_whoever_is_in_office_is_asked_for_four_characters_and_stands_in_both_registers(bureau: Bureau) -> None:
    token = await bureau.token("王样")
    assert (await bureau.give_phone("王样", token, IN_OFFICE)).json()["outcome"] == "number_wanted"
    answer = await bureau.last_four(token, last_four_of(1))
    me = (await bureau.office.read("/me", answer.json()["tokens"]["access_token"])).json()
    assert (me["is_member"], me["is_citizen"]) == (True, True)


async def test_who_watches_over_others_signs_in_at_the_desk_and_not_by_wechat(bureau: Bureau) -> None:
    token = await bureau.token("李样")
    await bureau.give_phone("李样", token, WATCHES)
    answer = await bureau.last_four(token, last_four_of(3))
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-wanted")
    assert (await bureau.account(token))["bound"] is False

    bound = await bureau.token("王样")
    await bureau.give_phone("王样", bound, IN_OFFICE)
    assert (await bureau.last_four(bound, last_four_of(1))).status_code == 200
    supervising = [post(1), post(3, kind=PostKind.SUPERVISOR), post(1, kind=PostKind.SUPERVISOR)]
    await bureau.office.take_in(replace(telephones(), posts=supervising))
    refused = await bureau.sign_in(bureau.world.login("王样"))
    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-wanted")


async def test_without_leave_nobody_is_asked_and_nothing_is_bound(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    code = bureau.world.give_phone("张样", ALONE)
    for leave in (False, None, "no", 0):
        answer = await bureau.post("/wechat/phone", token, code=code, leave=leave)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await bureau.post("/wechat/phone", token, code=code)).status_code == 422
    assert (await bureau.account(token))["bound"] is False
    assert (await bureau.post("/wechat/phone", token, code=code, leave=True)).status_code == 200


async def test_nobody_with_the_telephone_leaves_an_unbound_citizen_with_a_sentence(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    answer = (await bureau.give_phone("张样", token, STRANGE)).json()
    assert (answer["outcome"], answer["tokens"]) == ("nobody", None)
    assert "代办员" in answer["next_zh"]
    account = await bureau.account(token)
    assert (account["bound"], account["phone_masked"]) == (False, "154****3333")


async def test_a_number_of_another_country_is_nobody_s(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    code = bureau.world.give_phone("张样", ALONE, country=852)
    answer = await bureau.post("/wechat/phone", token, code=code, leave=True)
    assert answer.json()["outcome"] == "nobody"


async def test_those_who_share_a_telephone_say_who_they_are_by_four_characters(either_bureau: Bureau) -> None:
    bureau = either_bureau
    token = await bureau.token("张样")
    asked = (await bureau.give_phone("张样", token, SHARED)).json()
    assert (asked["outcome"], asked["tokens"]) == ("number_wanted", None)
    wrong = await bureau.last_four(token, last_four_of(2))  # somebody's, but not of this telephone
    assert (wrong.status_code, wrong.json()["code"]) == (409, "number-does-not-fit")
    assert wrong.json()["answers_left"] == 4
    right = await bureau.last_four(token, last_four_of(4).lower())
    assert right.json()["outcome"] == "bound"
    me = (await bureau.office.read("/me", right.json()["tokens"]["access_token"])).json()
    assert me["citizen_number_masked"].endswith(last_four_of(4)[-2:])


async def test_five_wrong_answers_a_day_and_no_more(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    await bureau.give_phone("张样", token, SHARED)
    left = [(await bureau.last_four(token, "0000")).json()["answers_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    refused = await bureau.last_four(token, last_four_of(4))
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-answers")
    assert refused.headers["retry-after"] == "86400"
    another_device = await bureau.token("张样")
    assert (await bureau.last_four(another_device, last_four_of(4))).status_code == 429


async def test_answers_at_the_same_moment_are_all_counted(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    await bureau.give_phone("张样", token, SHARED)
    answers = await asyncio.gather(*(bureau.last_four(token, "0000") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [409] * 5 + [429] * 7


async def test_four_characters_without_a_telephone_lead_nowhere(bureau: Bureau) -> None:
    answer = await bureau.last_four(await bureau.token("张样"), last_four_of(4))
    assert (answer.status_code, answer.json()["code"]) == (409, "phone-wanted")


async def test_a_person_bound_to_one_wechat_is_not_taken_over_by_another(either_bureau: Bureau) -> None:
    bureau = either_bureau
    first = await bureau.give_phone("张样", await bureau.token("张样"), ALONE)
    thief = await bureau.token("李样")
    answer = await bureau.give_phone("李样", thief, ALONE)
    assert (answer.status_code, answer.json()["code"]) == (409, "bound-elsewhere")
    assert (await bureau.account(thief))["bound"] is False
    assert (await bureau.account(first.json()["tokens"]["access_token"]))["bound"] is True


async def test_of_two_who_bind_to_one_person_at_once_only_one_does(either_bureau: Bureau) -> None:
    bureau = either_bureau
    one, other = await bureau.token("张样"), await bureau.token("李样")
    answers = await asyncio.gather(bureau.give_phone("张样", one, ALONE), bureau.give_phone("李样", other, ALONE))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_an_account_that_is_bound_is_not_bound_again(bureau: Bureau) -> None:
    bound = (await bureau.give_phone("张样", await bureau.token("张样"), ALONE)).json()["tokens"]["access_token"]
    answer = await bureau.give_phone("张样", bound, STRANGE)
    assert (answer.status_code, answer.json()["code"]) == (409, "bound-already")
    assert (await bureau.last_four(bound, last_four_of(4))).json()["code"] == "bound-already"


async def test_another_user_s_telephone_code_is_refused(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    stolen = bureau.world.give_phone("李样", ALONE)
    answer = await bureau.post("/wechat/phone", token, code=stolen, leave=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "phone-code-over")
    assert (await bureau.account(token))["bound"] is False


async def test_unbinding_ends_the_sessions_and_the_next_sign_in_is_a_stranger(either_bureau: Bureau) -> None:
    bureau = either_bureau
    bound = (await bureau.give_phone("张样", await bureau.token("张样"), ALONE)).json()["tokens"]
    await bureau.office.told()
    assert (await bureau.post("/wechat/unbind", bound["access_token"])).status_code == 200
    assert await bureau.office.rows(WeChatAccount) == []
    [ended] = [record for record in await bureau.office.told() if record.type == "members.access.withdrawn.v1"]
    assert bound["session_id"] in ended.body
    stranger = (await bureau.sign_in(bureau.world.login("张样"))).json()
    assert stranger["person_id"] != bound["person_id"]
    assert (await bureau.account(stranger["access_token"]))["bound"] is False
    unbound = await bureau.post("/wechat/unbind", stranger["access_token"])
    assert (unbound.status_code, unbound.json()["code"]) == (409, "not-bound")
    assert (await bureau.give_phone("李样", await bureau.token("李样"), ALONE)).json()["outcome"] == "bound"


async def test_a_session_key_that_wechat_calls_over_is_forgotten(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    assert (await bureau.post("/wechat/session-check", token)).json() == {"good": True}
    bureau.world.sign_in(bureau.world.login("张样"))  # another device: WeChat has one good key a user
    assert (await bureau.post("/wechat/session-check", token)).json() == {"good": False}
    assert (await bureau.post("/wechat/session-check", token)).json() == {"good": False}
    assert (await bureau.post("/wechat/session-check", await bureau.token("张样"))).json() == {"good": True}


async def test_who_did_not_sign_in_by_wechat_has_no_such_account(bureau: Bureau) -> None:
    somebody = (await bureau.office.people("citizen"))[0]
    signed_in = await bureau.office.sign_in(somebody["person_id"], somebody["code"])
    token = signed_in.json()["access_token"]
    code = bureau.world.give_phone("张样", ALONE)
    assert (await bureau.office.read("/wechat/account", token)).json()["code"] == "no-we-chat-account"
    for path, body in (
        ("/wechat/phone", {"code": code, "leave": True}),
        ("/wechat/citizen-number", {"last_four": "0000", "leave": True}),
        ("/wechat/unbind", {}),
        ("/wechat/session-check", {}),
    ):
        answer = await bureau.post(path, token, **body)
        assert (answer.status_code, answer.json()["code"]) == (404, "no-we-chat-account"), path


async def test_a_busy_wechat_binds_nobody_and_the_same_code_serves_again(bureau: Bureau) -> None:
    token = await bureau.token("张样")
    path, code, key = "/wxa/business/getuserphonenumber", bureau.world.give_phone("张样", ALONE), uuid4().hex
    await bureau.trouble(path, "errcode", errcode=-1, times=3)
    headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
    sent = {"json": {"code": code, "leave": True}, "headers": headers}
    refused = await bureau.office.client.post("/wechat/phone", **sent)
    assert (refused.status_code, refused.json()["code"]) == (503, "we-chat-busy")
    assert (await bureau.office.client.post("/wechat/phone", **sent)).json()["outcome"] == "bound"
