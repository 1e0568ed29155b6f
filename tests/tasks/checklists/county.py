"""A county for tests: townships with villages, an organisation and somebody in office in each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from contracts.event import Event
from contracts.members import DivisionListed, OrganizationRecorded, PostHeld

COUNTY = "430702000000"


@dataclass
class Holders:
    """Who is in office, by the code of the area."""

    operator: UUID = field(default_factory=uuid4)
    county: UUID = field(default_factory=uuid4)
    heads: dict[str, UUID] = field(default_factory=dict)

    def told(self, *, townships: int, villages: int) -> Iterator[Event]:
        """What `members` would have told: so many townships, and so many villages shared out among them."""
        yield DivisionListed(code=COUNTY, name="区", kind="district", superior_code=None)
        yield _organization(self.county, "区委", None, COUNTY)
        yield _post(self.operator, "county_operator", self.county, COUNTY)
        for n in range(townships):
            code = f"430702{100 + n}000"
            unit, self.heads[code] = uuid4(), uuid4()
            yield DivisionListed(code=code, name=f"第{n}镇", kind="township", superior_code=COUNTY)
            yield _organization(unit, f"第{n}镇党委", self.county, code)
            yield _post(self.heads[code], "township_cadre", unit, code)
            for place in range(n, villages, townships):
                below = f"{code[:9]}{200 + place // townships}"
                branch, self.heads[below] = uuid4(), uuid4()
                yield DivisionListed(code=below, name=f"第{place}村", kind="village", superior_code=code)
                yield _organization(branch, f"第{place}村支部", unit, below)
                yield _post(self.heads[below], "secretary", branch, below)


def _organization(found: UUID, name: str, superior: UUID | None, code: str) -> OrganizationRecorded:
    return OrganizationRecorded(
        organization_id=found, code=name, name=name, tier="committee", superior_id=superior, division_code=code
    )


def _post(person: UUID, kind: str, unit: UUID, code: str) -> PostHeld:
    return PostHeld(
        post_id=uuid4(),
        person_id=person,
        name=f"生成{kind}",
        kind=kind,
        organization_id=unit,
        division_code=code,
        from_on=date(2020, 1, 1),
        to_on=None,
    )
