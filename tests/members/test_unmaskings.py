"""Seeing who somebody is: with a reason, within one's area, once, and never behind the person's back."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.clock import real_now
from contracts.members import IdentityUnmasked
from services.members.households.model import Citizen
from services.members.imports.rows import PostRow
from services.members.roll.model import Member
from services.members.unmaskings import actions
from services.members.unmaskings.model import SHOWN_WITHIN
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.village import (
    ADDRESS,
    DISTRICT,
    PHONE,
    TOWNSHIP,
    VILLAGE,
    Office,
    citizen,
    member,
    organization,
    roster,
)

pytestmark = pytest.mark.asyncio

OTHER_VILLAGE = "430702204217"
AGENT, SUPERVISOR, ELSEWHERE, BOTH = 1, 2, 3, 4
CITIZEN = 5
REQUEST = uuid4()
WORDS = "需要电话联系核对病历"


def post(serial: int, kind: PostKind, division: str) -> PostRow:
    """A post of one of the members."""
    return PostRow(number(serial), "王样〇一", kind, None, division, date(2024, 1, 1), None, generated=True)


class Hall:
    """A village with its people, and the ways to ask about one of them."""

    def __init__(self, office: Office, people: dict[int, UUID]) -> None:
        self.office = office
        self.people = people

    async def ask(
        self,
        *parts: str,
        by: int = AGENT,
        about: UUID | None = None,
        key: str | None = None,
        other: Mapping[str, str | int] | None = None,
    ) -> tuple[int, dict[str, object]]:
        """Ask to see parts of the citizen's identity."""
        said: dict[str, str | int] = {
            "reason": "reach_the_person",
            "words": WORDS,
            "request_id": str(REQUEST),
            **(other or {}),
        }
        whom = str(about or self.people[CITIZEN])
        answer = await self.office.stand.post(
            "/unmaskings",
            by=self.people[by],
            key=key,
            person_id=whom,
            parts=list(parts),
            **said,
        )
        return answer.status_code, answer.json()

    async def show(self, unmasking: object, *, by: int = AGENT) -> tuple[int, dict[str, object]]:
        """Look at what was confirmed."""
        answer = await self.office.stand.post(f"/unmaskings/{unmasking}/showing", by=self.people[by])
        return answer.status_code, answer.json()

    async def confirm(self, *, by: int, word: str = "confirmation") -> int:
        """Decide the one proposal that waits for somebody."""
        (waiting,) = (await self.office.stand.get("/proposals", by=self.people[by])).json()["items"]
        return (await self.office.stand.post(f"/proposals/{waiting['id']}/{word}", by=self.people[by])).status_code

    async def seen_by(self, person: int) -> list[dict[str, object]]:
        """Who saw this person, as they are told."""
        found: list[dict[str, object]] = (await self.office.stand.get("/me/unmaskings", by=self.people[person])).json()[
            "items"
        ]
        return found

    async def told(self) -> list[IdentityUnmasked]:
        """The facts that were told of it."""
        return [
            IdentityUnmasked.read(fact.body) for fact in await self.office.told() if fact.type == IdentityUnmasked.type
        ]


@pytest_asyncio.fixture
async def hall(either_office: Office) -> Hall:
    """An agent of the village, a supervisor, an agent of elsewhere, one with both posts, and a citizen."""
    office = either_office
    posts = [
        post(AGENT, PostKind.PROXY_AGENT, VILLAGE),
        post(SUPERVISOR, PostKind.SUPERVISOR, TOWNSHIP),
        post(ELSEWHERE, PostKind.PROXY_AGENT, OTHER_VILLAGE),
        post(BOTH, PostKind.TOWNSHIP_CADRE, TOWNSHIP),
        post(BOTH, PostKind.SUPERVISOR, DISTRICT),
    ]
    members = [member(serial) for serial in (AGENT, SUPERVISOR, ELSEWHERE, BOTH)]
    await office.take_in(
        roster(organizations=[organization("A1")], members=members, posts=posts, citizens=[citizen(CITIZEN)])
    )
    index = office.stand.mounted.vault.index
    known = {row[1]: row[0] for kind in (Member, Citizen) for row in await _indexed(office, kind)}
    people = {serial: known[index(number(serial), place="person.citizen_number")] for serial in range(1, 6)}
    await office.told()
    return Hall(office, people)


async def _indexed(office: Office, kind: type[Member] | type[Citizen]) -> list[tuple[UUID, bytes]]:
    async with office.stand.mounted.sessions() as session:
        found = [await session.get(kind, row[0]) for row in await office.rows(kind)]
    return [(one.id, one.citizen_number_index) for one in found if one is not None]


async def test_the_handler_sees_a_telephone_at_once_and_the_person_sees_the_handler(hall: Hall) -> None:
    code, shown = await hall.ask("phone", "name", "address")
    assert (code, shown["values"]) == (201, {"phone": PHONE, "name": "李样〇二", "address": ADDRESS})
    (line,) = await hall.seen_by(CITIZEN)
    assert {name: line[name] for name in ("by_name", "post_zh", "parts_zh", "reason_zh", "words", "request_id")} == {
        "by_name": "王样〇一",
        "post_zh": "代办员",
        "parts_zh": ["联系电话", "姓名", "住址"],
        "reason_zh": "联系当事人了解情况",
        "words": WORDS,
        "request_id": str(REQUEST),
    }
    (fact,) = await hall.told()
    assert (fact.person_id, fact.by_person, fact.post_kind) == (hall.people[CITIZEN], hall.people[AGENT], "proxy_agent")
    assert (fact.parts, fact.reason, fact.request_id) == (("phone", "name", "address"), "reach_the_person", REQUEST)
    text = fact.model_dump_json()
    assert not [value for value in (PHONE, ADDRESS, "李样〇二", WORDS) if value in text]


async def test_without_a_reason_the_handler_sees_a_person_masked_and_others_nobody(hall: Hall) -> None:
    path = f"/persons/{hall.people[CITIZEN]}"
    shown = (await hall.office.stand.get(path, by=hall.people[AGENT])).json()
    assert (shown["name_masked"], shown["phone_masked"], shown["has_address"]) == ("李***", "154****2345", True)
    assert shown["citizen_number_masked"] == f"999*************{number(CITIZEN)[-2:]}"
    for other in (ELSEWHERE, SUPERVISOR, CITIZEN):
        assert (await hall.office.stand.get(path, by=hall.people[other])).status_code == 404
    assert await hall.seen_by(CITIZEN) == []


async def test_it_is_shown_once_even_to_a_repetition(hall: Hall) -> None:
    assert (await hall.ask("phone", key="once"))[0] == 201
    code, refused = await hall.ask("phone", key="once")
    assert (code, refused["code"]) == (409, "already-shown")
    assert PHONE not in str(refused)
    assert len(await hall.seen_by(CITIZEN)) == 1


async def test_nobody_else_sees_who_looked(hall: Hall) -> None:
    await hall.ask("phone")
    for person in (AGENT, SUPERVISOR):
        assert await hall.seen_by(person) == []


async def test_a_number_takes_a_second_person_and_is_told_when_it_is_seen(hall: Hall) -> None:
    code, asked = await hall.ask("citizen_number", "phone")
    assert (code, asked["stage"], asked["values"]) == (201, "waiting", None)
    assert (await hall.show(asked["id"]))[1]["code"] == "not-allowed-now"
    assert await hall.told() == []
    assert [line["stage"] for line in await hall.seen_by(CITIZEN)] == ["waiting"]

    assert await hall.confirm(by=SUPERVISOR) == 200

    assert await hall.told() == []
    assert (await hall.show(asked["id"], by=SUPERVISOR))[0] == 404
    code, shown = await hall.show(asked["id"])
    assert (code, shown["values"]) == (200, {"citizen_number": number(CITIZEN), "phone": PHONE})
    assert [fact.parts for fact in await hall.told()] == [("citizen_number", "phone")]
    assert (await hall.show(asked["id"]))[1]["code"] == "not-allowed-now"


async def test_who_asked_is_never_the_second_person(hall: Hall) -> None:
    await hall.ask("citizen_number", by=BOTH)
    assert (await hall.office.stand.get("/proposals", by=hall.people[BOTH])).json()["items"] == []
    (waiting,) = (await hall.office.stand.get("/proposals", by=hall.people[SUPERVISOR])).json()["items"]
    said = await hall.office.stand.post(f"/proposals/{waiting['id']}/confirmation", by=hall.people[BOTH])
    assert (said.status_code, said.json()["code"]) == (403, "same-person")


async def test_what_was_refused_or_waited_too_long_is_not_shown(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = await hall.ask("citizen_number")
    assert await hall.confirm(by=SUPERVISOR, word="refusal") == 200
    assert (await hall.show(asked["id"]))[1]["code"] == "not-allowed-now"
    _, asked = await hall.ask("citizen_number")
    assert await hall.confirm(by=SUPERVISOR) == 200
    late = real_now() + SHOWN_WITHIN + timedelta(seconds=1)
    monkeypatch.setattr(actions, "real_now", lambda: late)
    assert (await hall.show(asked["id"]))[1]["code"] == "showing-over"
    assert await hall.told() == []


async def test_outside_ones_area_without_a_post_and_for_nobody_there_is_nothing(hall: Hall) -> None:
    assert (await hall.ask("phone", by=ELSEWHERE))[0] == 404
    assert (await hall.ask("phone", by=SUPERVISOR))[0] == 404
    assert (await hall.ask("phone", by=CITIZEN, about=hall.people[AGENT]))[0] == 404
    assert (await hall.ask("phone", about=uuid4()))[0] == 404
    assert (await hall.ask("phone", about=hall.people[AGENT]))[1]["code"] == "own-identity"
    assert await hall.seen_by(CITIZEN) == []
    assert await hall.told() == []


@pytest.mark.parametrize("parts", [[], ["phone", "phone"], ["password"]])
async def test_only_parts_that_there_are_can_be_asked_for_each_once(hall: Hall, parts: list[str]) -> None:
    assert (await hall.ask(*parts))[0] == 422
    assert await hall.seen_by(CITIZEN) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "curious"},
        {"words": ""},
        {"words": "\x00"},
        {"words": "字" * 2001},
        {"request_id": "七"},
        {"further": 1},
    ],
)
async def test_without_a_reason_of_the_list_and_words_nothing_is_shown(
    hall: Hall, wrong: Mapping[str, str | int]
) -> None:
    assert (await hall.ask("phone", other=wrong))[0] == 422
    assert await hall.seen_by(CITIZEN) == []
