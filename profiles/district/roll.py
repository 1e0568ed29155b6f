"""The roll: 18,224 persons at every stage, placed in the branches."""

from datetime import date, timedelta
from random import Random

from profiles.district.organizations import Tree, size_branches
from profiles.district.persons import Registry, years_before
from services.members.imports.rows import MemberRow
from services.members.words import MemberStage, Sex

ON_THE_ROLL = 18_224  # seed 002's district
STAGES = {
    MemberStage.APPLICANT: 400,
    MemberStage.ACTIVIST: 330,
    MemberStage.PROSPECT: 182,
    MemberStage.PROBATIONARY: 520,
}
FULL_LEAST = 9  # full members in every branch: posts need persons, and R-40 asks for three
AGES = ((22, 35), (36, 50), (51, 65), (66, 90))
AGE_WEIGHTS = (18, 30, 30, 22)


def fill_roll(tree: Tree, registry: Registry, random: Random, *, as_of: date, names: dict[str, str]) -> list[MemberRow]:
    """Everybody on the roll, branch by branch; `names` gives the name of each division, for addresses."""
    admitted = ON_THE_ROLL - sum(count for stage, count in STAGES.items() if not stage.admitted)
    sizes = size_branches(tree.groups, random, total=admitted)
    branches = list(sizes)
    probationary = dict.fromkeys(branches, 0)
    while sum(probationary.values()) < STAGES[MemberStage.PROBATIONARY]:
        for branch in random.sample(branches, 40):
            probationary[branch] += sizes[branch] - probationary[branch] > FULL_LEAST
    stages = {
        branch: [MemberStage.FULL] * (sizes[branch] - count) + [MemberStage.PROBATIONARY] * count
        for branch, count in probationary.items()
    }
    for stage in (MemberStage.PROSPECT, MemberStage.ACTIVIST, MemberStage.APPLICANT):
        for branch in random.choices(branches, k=STAGES[stage]):
            stages[branch].append(stage)
    divisions = {row.code: row.division_code or "" for row in tree.organizations}
    return [
        _member(stage, branch, divisions[branch], registry, random, as_of=as_of, place=names[divisions[branch]])
        for branch in branches
        for stage in stages[branch]
    ]


def _member(
    stage: MemberStage, branch: str, division: str, registry: Registry, random: Random, *, as_of: date, place: str
) -> MemberRow:
    full = stage is MemberStage.FULL
    [(youngest, oldest)] = random.choices(AGES, AGE_WEIGHTS) if full else [AGES[0]]
    person = registry.make(
        sex=Sex.MALE if random.random() < 0.68 else Sex.FEMALE,
        youngest=years_before(as_of, youngest),
        oldest=years_before(as_of, oldest),
    )
    admitted_on = confirmed_on = None
    if full:
        of_age = person.born_on + timedelta(days=19 * 366)
        latest = as_of - timedelta(days=500)
        admitted_on = of_age + timedelta(days=int((latest - of_age).days * random.random() ** 2))
        confirmed_on = admitted_on + timedelta(days=366)
    elif stage is MemberStage.PROBATIONARY:
        admitted_on = as_of - timedelta(days=random.randint(10, 330))
    return MemberRow(
        citizen_number=person.citizen_number,
        name=person.name,
        sex=person.sex,
        ethnic_group=person.ethnic_group,
        organization_code=branch,
        stage=stage,
        admitted_on=admitted_on,
        confirmed_on=confirmed_on,
        phone=person.phone,
        address=f"{place}样例{random.randint(1, 20)}组{random.randint(1, 200)}号",
        division_code=division,
        generated=True,
    )
