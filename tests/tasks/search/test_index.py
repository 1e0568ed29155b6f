"""The index of words, on both databases: entered with the case, found by it, gone with the words, made again."""

import pytest
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.secrecy import Vault
from contracts.members import PersonErased
from services.tasks.requests.model import ServiceRequest
from services.tasks.search.actions import rebuild
from services.tasks.search.matching import Holds
from services.tasks.search.model import TABLE, SearchText
from services.tasks.search.tokens import query_of, terms_of
from tests.tasks.conftest import MONDAY, TOWNSHIP, Village

pytestmark = pytest.mark.asyncio

FOUND = select(SearchText.request_id).where(Holds(TABLE, bindparam("query"))).order_by(col(SearchText.position))


async def found(village: Village, text: str, *townships: str) -> list[str]:
    """The cases that have all the terms of a text, in the order in which they came."""
    mounted = village.stand.mounted
    query = query_of(terms_of(text), vault=mounted.vault, township_codes=townships or (TOWNSHIP,))
    async with mounted.sessions() as session:
        return [str(one) for one in await session.all(FOUND, query=query)]


async def test_a_case_is_found_by_what_was_said(village: Village) -> None:
    light = str((await village.submit(wording="村口路灯坏了，WiFi 也断了"))["id"])
    money = str((await village.submit(wording="低保三个月没发"))["id"])
    assert await found(village, "低保") == [money]
    assert await found(village, "路灯") == [light]
    assert await found(village, "wifi 路灯") == [light]
    assert await found(village, "断了") == [light]
    assert await found(village, "路灯 低保") == []
    assert await found(village, "保三 月没") == [money]
    assert await found(village, "wif") == []


async def test_a_query_of_two_townships_finds_in_either_and_another_townships_tokens_nothing(village: Village) -> None:
    case = str((await village.submit(wording="路灯坏了"))["id"])
    assert await found(village, "路灯", "430702101000") == []
    assert await found(village, "路灯 坏了", "430702101000", TOWNSHIP, "430702102000") == [case]


async def test_a_case_without_words_is_found_by_none(village: Village) -> None:
    await village.submit(kind=None, item_code="identity-card", wording=None)
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(SearchText.request_id)) == []


async def test_the_index_holds_no_word_in_clear(village: Village) -> None:
    await village.submit(wording="低保 13907360001 wifi")
    async with village.stand.mounted.sessions() as session:
        (row,) = await session.all(select(SearchText))
    assert not {"低保", "13907360001", "wifi"} & set(row.tokens.split())
    assert row.township_code == TOWNSHIP


async def test_who_is_erased_is_found_by_no_word(village: Village) -> None:
    gone = await village.submit(wording="路灯坏了")
    answer = await village.stand.post(
        "/requests",
        by=village.people.neighbour,
        division_code="430702100201",
        kind="help",
        wording="路灯又坏了",
    )
    await village.stand.hear(PersonErased(person_id=village.people.villager, erased_at=MONDAY))
    assert await found(village, "路灯") == [str(answer.json()["id"])]
    async with village.stand.mounted.sessions() as session:
        assert str(gone["id"]) not in {str(one) for one in await session.all(select(SearchText.request_id))}


async def test_another_vault_finds_nothing(village: Village) -> None:
    await village.submit(wording="路灯坏了")
    strange = query_of(terms_of("路灯"), vault=Vault(bytes([7] * 32)), township_codes=[TOWNSHIP])
    async with village.stand.mounted.sessions() as session:
        assert await session.all(FOUND, query=strange) == []
        assert len(await session.all(select(ServiceRequest.id))) == 1


async def test_the_index_is_made_again_from_the_words(village: Village) -> None:
    cases = [str((await village.submit(wording=words))["id"]) for words in ("路灯坏了", "低保没发", "路灯又坏了")]
    mounted = village.stand.mounted
    async with mounted.sessions() as session:
        first, second, _ = await session.all(select(SearchText).order_by(col(SearchText.position)).with_for_update())
        session.delete(first)
        second.tokens = "aaaaaaaaaa"
    assert await found(village, "路灯") == [cases[2]]
    assert await found(village, "低保") == []
    done = [(one.cases, one.changed) async for one in rebuild(mounted.sessions)]
    assert done == [(3, 2)]
    assert set(await found(village, "路灯")) == {cases[0], cases[2]}
    assert await found(village, "低保") == [cases[1]]
    assert [(one.cases, one.changed) async for one in rebuild(mounted.sessions)] == [(3, 0)]
