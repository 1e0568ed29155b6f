"""What anybody signed in may see: organisations, divisions, and the contact card of a village."""

from uuid import UUID, uuid4

import pytest

from tests.members.imports.books import number
from tests.members.village import (
    ADDRESS,
    DISTRICT,
    PHONE,
    RARE,
    TOWNSHIP,
    VILLAGE,
    Office,
    member,
    organization,
    post,
    roster,
    village_roster,
)

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("path", ["/me", "/organizations", f"/organizations/{UUID(int=7)}", "/divisions", "/posts"])
async def test_without_a_token_nothing_is_shown(office: Office, path: str) -> None:
    assert (await office.client.get(path)).status_code == 401


async def test_the_tree_is_read_level_by_level_and_page_by_page(either_office: Office) -> None:
    office = either_office
    below = [organization(f"B{place}", "A1") for place in range(7)]
    await office.take_in(roster(organizations=[organization("A1"), *below], members=[member(1)], posts=[post(1)]))
    token = await office.token("proxy_agent")
    [top] = (await office.read("/organizations", token)).json()["items"]
    assert (top["code"], top["superior_id"]) == ("A1", None)

    codes, cursor = [], None
    for _ in range(3):
        query = {"superior_id": top["id"], "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await office.read("/organizations", token, **query)).json()
        codes.append([item["code"] for item in page["items"]])
        cursor = page["next"]

    assert codes == [["B0", "B1", "B2"], ["B3", "B4", "B5"], ["B6"]]
    assert cursor is None


async def test_one_organisation_is_shown_and_an_unknown_one_is_not_found(office: Office) -> None:
    await office.take_in(village_roster())
    token = await office.token("citizen")
    [top] = (await office.read("/organizations", token)).json()["items"]
    assert (await office.read(f"/organizations/{top['id']}", token)).json() == top
    assert (await office.read(f"/organizations/{uuid4()}", token)).status_code == 404


async def test_divisions_are_read_level_by_level(office: Office) -> None:
    await office.take_in(village_roster())
    token = await office.token("citizen")
    found = {}
    for superior in (None, DISTRICT, TOWNSHIP, VILLAGE):
        query = {"superior_code": superior} if superior else {}
        found[superior] = [item["code"] for item in (await office.read("/divisions", token, **query)).json()["items"]]
    assert found == {None: [DISTRICT], DISTRICT: [TOWNSHIP], TOWNSHIP: [VILLAGE], VILLAGE: []}


async def test_the_contact_card_names_those_in_office_and_no_more(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    token = await office.token("citizen")
    answer = await office.read("/posts", token, division_code=VILLAGE)
    [card] = answer.json()["items"]  # the secretary's post has ended
    assert (card["name"], card["kind_zh"], card["division_name"]) == (RARE, "代办员", "坪湖村")
    for secret in (number(1), PHONE, ADDRESS):
        assert secret not in answer.text
    assert (await office.read("/posts", token, division_code=TOWNSHIP)).json() == {"items": [], "next": None}


async def test_contact_cards_are_paged_without_loss_or_repetition(either_office: Office) -> None:
    office = either_office
    members = [member(serial) for serial in range(1, 8)]
    posts = [post(serial) for serial in range(1, 8)]
    await office.take_in(roster(organizations=[organization("A1")], members=members, posts=posts))
    token = await office.token("proxy_agent")
    seen, cursor = [], None
    for _ in range(4):
        query = {"division_code": VILLAGE, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await office.read("/posts", token, **query)).json()
        seen += [item["person_id"] for item in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert len(seen) == len(set(seen)) == 7


async def test_people_to_try_are_found_within_a_township(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    for code, expected in ((VILLAGE, 1), (TOWNSHIP, 1), (DISTRICT, 1), ("430702204217", 0), ("430703000000", 0)):
        answer = await office.client.get(
            "/sign-in/development/people", params={"role": "proxy_agent", "division_code": code}
        )
        assert len(answer.json()["items"]) == expected, code


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/organizations", {"cursor": "not base64!"}),
        ("/organizations", {"cursor": "AAAA"}),
        ("/organizations", {"cursor": "5"}),
        ("/organizations", {"cursor": "é"}),
        ("/organizations", {"superior_id": "1"}),
        ("/organizations", {"limit": "0"}),
        ("/organizations", {"limit": "101"}),
        ("/organizations", {"limit": "9" * 400}),
        ("/organizations/x", {}),
        ("/divisions", {"superior_code": "43070220421"}),
        ("/divisions", {"superior_code": "43070220421\x00"}),
        ("/divisions", {"superior_code": "４３０７０２２０４２１６"}),
        ("/posts", {}),
        ("/posts", {"division_code": VILLAGE, "cursor": "x"}),
        ("/posts", {"division_code": f"{VILLAGE}\n"}),
    ],
)
async def test_a_question_of_another_form_is_a_clear_problem(office: Office, path: str, query: dict[str, str]) -> None:
    await office.take_in(village_roster())
    answer = await office.read(path, await office.token("citizen"), **query)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid", "wrong-cursor"}
    assert answer.json()["title_zh"]
