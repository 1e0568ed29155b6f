"""The served: 20,000 households with 60,000 citizens in the villages; members who live there are among them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from random import Random

from chassis.identifiers import birth_date
from profiles.district.persons import Person, Registry, years_before
from services.members.divisions.reading import DivisionRow
from services.members.imports.rows import CitizenRow, MemberRow
from services.members.words import DivisionKind, HouseholdTie, Sex

HOUSEHOLDS = 20_000
CITIZENS = 60_000
LEAST_IN_A_VILLAGE = 50  # households
SIZES, SIZE_WEIGHTS = (1, 2, 3, 4, 5, 6), (12, 25, 30, 20, 9, 4)
OLDEST = 99  # years


@dataclass(frozen=True, slots=True)
class Home:
    """One household while it is being filled."""

    code: str
    division_code: str
    address: str


def fill_households(
    divisions: list[DivisionRow], members: list[MemberRow], registry: Registry, random: Random, *, as_of: date
) -> list[CitizenRow]:
    """All citizens, household by household; the head stands first."""
    villages = [row for row in divisions if row.kind in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}]
    living_in = defaultdict(list)
    for member in members:
        living_in[member.division_code].append(member)
    sizes = iter(_sizes(random))
    family = _Family(registry, random, as_of)
    citizens: list[CitizenRow] = []
    for village, count in zip(villages, _counts(len(villages), random), strict=True):
        roll = living_in[village.code]
        random.shuffle(roll)
        for number in range(1, count + 1):
            address = f"{village.name}样例{random.randint(1, 20)}组{number}号"
            home = Home(f"{village.code}-{number:04}", village.code, address)
            citizens += family.fill(home, next(sizes), head=roll.pop() if roll and random.random() < 0.7 else None)
    return citizens


def _counts(villages: int, random: Random) -> list[int]:
    """How many households each village has."""
    weights = [random.uniform(0.4, 1.6) for _ in range(villages)]
    spare = HOUSEHOLDS - villages * LEAST_IN_A_VILLAGE
    counts = [LEAST_IN_A_VILLAGE + int(spare * weight / sum(weights)) for weight in weights]
    counts[0] += HOUSEHOLDS - sum(counts)
    return counts


def _sizes(random: Random) -> list[int]:
    """How many persons each household has."""
    sizes = random.choices(SIZES, SIZE_WEIGHTS, k=HOUSEHOLDS)
    missing = CITIZENS - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        place = random.randrange(HOUSEHOLDS)
        if SIZES[0] <= sizes[place] + step <= SIZES[-1]:
            sizes[place] += step
            missing -= step
    return sizes


class _Family:
    """Makes the persons of one household so that their ages and sexes fit together."""

    def __init__(self, registry: Registry, random: Random, as_of: date) -> None:
        self._registry = registry
        self._random = random
        self._as_of = as_of

    def fill(self, home: Home, size: int, *, head: MemberRow | None) -> list[CitizenRow]:
        """The head, who may be somebody on the roll, and those who live with them."""
        if head is None:
            person = self._person(28, 75, self._random.choice(tuple(Sex)))
            rows = [self._citizen(home, person, HouseholdTie.HEAD)]
        else:
            rows = [_citizen_of(home, head)]
        age = self._as_of.year - birth_date(rows[0].citizen_number).year
        for tie, youngest, oldest, sex in self._others(age, rows[0].sex)[: size - 1]:
            rows.append(self._citizen(home, self._person(youngest, oldest, sex), tie))
        return rows

    def _others(self, age: int, sex: Sex) -> list[tuple[HouseholdTie, int, int, Sex]]:
        """Five who may live with a head of this age, with their least and greatest age and their sex."""
        other_sex = Sex.FEMALE if sex is Sex.MALE else Sex.MALE
        any_sex = self._random.choices(tuple(Sex), k=5)
        others = [(HouseholdTie.SPOUSE, max(22, age - 5), max(24, min(OLDEST, age + 4)), other_sex)]
        if age >= 25:
            for child in any_sex[:2]:
                tie = HouseholdTie.SON if child is Sex.MALE else HouseholdTie.DAUGHTER
                others.append((tie, max(0, age - 34), max(1, age - 24), child))
        if age <= 68:
            others.append((HouseholdTie.PARENT, age + 22, age + 30, any_sex[2]))
        if age >= 52:
            others.append((HouseholdTie.GRANDCHILD, 0, age - 50, any_sex[3]))
        others += [(HouseholdTie.OTHER, 18, 60, each) for each in any_sex]
        return others[:5]

    def _person(self, youngest: int, oldest: int, sex: Sex) -> Person:
        return self._registry.make(
            sex=sex, youngest=years_before(self._as_of, youngest), oldest=years_before(self._as_of, oldest)
        )

    def _citizen(self, home: Home, person: Person, tie: HouseholdTie) -> CitizenRow:
        adult = years_before(self._as_of, 16) >= person.born_on
        return CitizenRow(
            household_code=home.code,
            citizen_number=person.citizen_number,
            name=person.name,
            sex=person.sex,
            division_code=home.division_code,
            address=home.address,
            phone=person.phone if adult else None,
            tie=tie,
            generated=True,
        )


def _citizen_of(home: Home, member: MemberRow) -> CitizenRow:
    return CitizenRow(
        household_code=home.code,
        citizen_number=member.citizen_number,
        name=member.name,
        sex=member.sex,
        division_code=home.division_code,
        address=home.address,
        phone=member.phone,
        tie=HouseholdTie.HEAD,
        generated=True,
    )
