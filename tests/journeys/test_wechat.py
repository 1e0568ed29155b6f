"""A new villager comes by WeChat: asks before anybody knows them, is bound with their leave, and loses nothing."""

from math import inf

import httpx

from profiles.programs import await_true
from tests.journeys.village import Case, Village
from tests.small_roster import citizen_with_a_telephone
from tests.town import SEED, Json, Person


class Villager(Person):
    """Somebody who signs in by WeChat, known there by a name."""

    def __init__(self, village: Village, name: str) -> None:
        super().__init__(village.town, person_id="", name=name, division_code=village.code, code="")
        self.sign_in()

    def sign_in(self) -> None:
        """Open the mini-program, and go on with the tokens that it gets."""
        answer = self.tries_to_sign_in()
        assert answer.status_code == 200, answer.text
        self.take(answer.json())

    def tries_to_sign_in(self) -> httpx.Response:
        """A code from WeChat, and whatever is answered to it."""
        sent = {"code": self.town.wechat.login(self.name), "device": "样例手机"}
        return self.town.client.post(f"{self.town.address}/api/members/sign-in/wechat", json=sent)

    def take(self, tokens: Json) -> None:
        """Go on with these tokens; the story is shorter than their life."""
        self.id, self._token, self._good_until = tokens["person_id"], tokens["access_token"], inf

    def press(self, phone: str) -> Json:
        """Press the button that gives the telephone number, with leave to be bound by it."""
        code = self.town.wechat.give_phone(self.name, phone)
        return self.post("/members/wechat/phone", code=code, leave=True)


def test_a_villager_asks_unbound_is_bound_with_leave_and_still_sees_what_was_asked(village: Village) -> None:
    known = citizen_with_a_telephone(village.code, seed=SEED)
    villager = Villager(village, f"微信{village.code}")
    assert villager.get("/members/wechat/account")["bound"] is False
    case = village.asks(words="巷口积水", by=villager)
    assert case.seen_by(villager)["named_person"] == village.agent.name
    case.handled()
    assert case.invitation()["stage"] == "open"

    account, old = villager.id, villager.token
    outcome = villager.press(known.phone or "")
    assert outcome["outcome"] == "bound"
    villager.take(outcome["tokens"])
    village.town.settle()
    assert villager.id != account
    me = villager.get("/members/me")
    assert (me["name"], me["is_citizen"], me["division_code"]) == (known.name, True, village.code)
    refuses_everywhere(villager, old)

    assert [one["id"] for one in villager.get("/tasks/requests")["items"]] == [case.id]
    case.judged("yes")
    case.graded("satisfied")
    assert case.stage == "judged"
    assert [one["stage"] for one in villager.get("/feedback/invitations")["items"]] == ["rated"]

    another = village.asks(words="路灯不亮", by=villager)
    assert {one["id"] for one in villager.get("/tasks/requests")["items"]} == {case.id, another.id}
    villager.sign_in()
    assert villager.id == me["person_id"]
    neighbour = Villager(village, f"邻居{village.code}")
    assert neighbour.call("GET", case.path).status_code == 404
    status, code = neighbour.refused(
        "/members/wechat/phone", code=village.town.wechat.give_phone(neighbour.name, known.phone or ""), leave=True
    )
    assert (status, code) == (409, "bound-elsewhere")


def test_after_unbinding_the_cases_stay_the_person_s_and_the_telephone_begins_anew(village: Village) -> None:
    known = citizen_with_a_telephone(village.code, seed=SEED)
    villager = Villager(village, f"微信{village.code}")
    villager.take(villager.press(known.phone or "")["tokens"])
    village.town.settle()
    case = village.asks(words="垃圾没人收", by=villager)
    person, old = villager.id, villager.token
    villager.post("/members/wechat/unbind")
    refuses_everywhere(villager, old)
    villager.sign_in()
    assert villager.id != person
    assert villager.get("/tasks/requests")["items"] == []
    assert villager.call("GET", case.path).status_code == 404
    [herself] = [one for one in village.town.people("citizen", village.code) if one.id == person]
    assert Case(village, herself, case.told).seen_by(herself)["stage"] == "dispatched"


def refuses_everywhere(villager: Person, old: str) -> None:
    """The old token is refused by every service, as soon as each has heard of it."""
    headers = {"authorization": f"Bearer {old}"}
    pages = ("/members/sessions", "/tasks/requests", "/feedback/invitations")

    def holds() -> bool:
        asked = (villager.town.client.get(f"{villager.town.address}/api{page}", headers=headers) for page in pages)
        return all(answer.status_code == 401 for answer in asked)

    await_true(holds, seconds=60, what="the old token is refused", log=villager.town.process("members").log)
