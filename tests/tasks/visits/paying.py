"""Households with somebody who answers for them, and visits paid to them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.members import HouseholdListed, HouseholdPeopled, PairingMade
from tests.mounting import token
from tests.tasks.conftest import VILLAGE, Village


@dataclass
class Homes:
    """Two households: the villager's, for which a member without any post answers, and the neighbour's."""

    village: Village
    home: UUID = field(default_factory=uuid4)
    next_door: UUID = field(default_factory=uuid4)
    member: UUID = field(default_factory=uuid4)
    spouse: UUID = field(default_factory=uuid4)
    pairing: UUID = field(default_factory=uuid4)

    async def tell(self) -> None:
        """What `members` tells of them."""
        people = self.village.people
        await self.village.stand.hear(
            *(HouseholdListed(household_id=one, division_code=VILLAGE, ended_on=None) for one in self.both),
            HouseholdPeopled(household_id=self.home, person_ids=(people.villager, self.spouse)),
            HouseholdPeopled(household_id=self.next_door, person_ids=(people.neighbour,)),
            self.paired(),
        )

    @property
    def both(self) -> tuple[UUID, UUID]:
        """The two households."""
        return self.home, self.next_door

    def paired(self, **other: Any) -> PairingMade:
        """The fact that the member answers for the villager's household."""
        said: dict[str, Any] = {
            "pairing_id": self.pairing,
            "kind": "household",
            "helper_person_id": self.member,
            "helper_post_id": None,
            "helper_organization_id": None,
            "household_id": self.home,
            "organization_id": None,
            "division_code": VILLAGE,
            "from_on": date(2026, 6, 1),
            "to_on": None,
        }
        return PairingMade(**said | other)

    def form(self, **other: Any) -> dict[str, Any]:
        """A visit in which the villager said what they need."""
        said = {
            "household_id": str(self.home),
            "visited_on": "2026-11-15",
            "leave": {"by": str(self.village.people.villager), "way": "spoken"},
            "needs": [{"kind": "help", "words": "屋顶漏雨，想修𠮷"}],
        }
        return said | other

    async def put(self, visit: UUID, *, by: UUID, **other: Any) -> httpx.Response:
        """Send a visit in, as a phone does that found its line again."""
        headers = {"authorization": f"Bearer {token(by)}"}
        return await self.village.stand.client.put(f"/visits/{visit}", json=self.form(**other), headers=headers)

    async def paid(self, **other: Any) -> UUID:
        """A visit that the member paid."""
        visit = uuid4()
        answer = await self.put(visit, by=self.member, **other)
        assert answer.status_code == 201, answer.text
        return visit

    async def seen(self, visit: UUID, *, by: UUID) -> dict[str, Any]:
        """A visit as somebody reads it."""
        answer = await self.village.stand.get(f"/visits/{visit}", by=by)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())
