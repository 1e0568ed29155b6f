"""The tree of 782 organisations, and how many members stand in each of its branches."""

from dataclasses import dataclass
from datetime import date
from random import Random

from services.members.divisions.reading import DivisionRow
from services.members.imports.rows import OrganizationRow
from services.members.words import DivisionKind, Tier

ORGANIZATIONS = 782  # seed 002's district
DISTRICT = "430702000000"

# How the 168 villages and communities are made up; the rest of them have one branch each.
VILLAGE_COMMITTEES = 20  # of four branches
VILLAGE_GENERAL_BRANCHES = 68  # of two or three branches, by turns
TOWNSHIP_BRANCHES = ("机关", "退休干部", "中心小学", "卫生院", "企业联合", "商圈联合")
DISTRICT_COMMITTEES = ("区直机关", "教育系统", "卫生健康系统", "国有企业", "两新组织", "城建交通系统")
GENERAL_BRANCHES_EACH = 5  # of a district committee, of two branches


@dataclass(frozen=True, slots=True)
class Group:
    """Branches whose sizes are bound together: their sum makes the tier of the organisation above them."""

    branches: list[str]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Tree:
    """All organisations, superiors first; of which division each village's own is, and the groups of branches."""

    organizations: list[OrganizationRow]
    of_division: dict[str, str]  # village, township or district -> its own organisation
    groups: list[Group]


SINGLE, GENERAL, COMMITTEE = (12, 48), (52, 96), (104, 190)


class _Planter:
    """Adds one organisation after another."""

    def __init__(self, random: Random, as_of: date) -> None:
        self.tree = Tree([], {}, [])
        self._random = random
        self._as_of = as_of

    def add(self, name: str, tier: Tier, *, superior: str | None, division: str) -> str:
        code = f"S{len(self.tree.organizations) + 1:04}"
        years = 3 if tier is Tier.BRANCH and division.endswith("000") else 5  # terms: R-43
        founded = date(self._random.randint(1952, self._as_of.year - 2), self._random.randint(1, 12), 1)
        ends = date(self._as_of.year + self._random.randint(1, years), self._random.randint(1, 12), 28)
        self.tree.organizations.append(
            OrganizationRow(code, name, tier, superior, division, founded, ends, generated=True)
        )
        return code

    def add_branches(self, names: list[str], *, superior: str, division: str, bounds: tuple[int, int]) -> list[str]:
        """Branches that share the bounds of their sum."""
        codes = [self.add(name, Tier.BRANCH, superior=superior, division=division) for name in names]
        self.tree.groups.append(Group(codes, *bounds))
        return codes


def plant_tree(divisions: list[DivisionRow], random: Random, *, as_of: date) -> Tree:
    """The district's committee; its townships' with their villages; and the committees of its organs."""
    planter = _Planter(random, as_of)
    tree = planter.tree
    root = planter.add("中共武陵区委员会", Tier.COMMITTEE, superior=None, division=DISTRICT)
    tree.of_division[DISTRICT] = root
    townships = [row for row in divisions if row.kind in {DivisionKind.TOWNSHIP, DivisionKind.STREET}]
    villages = [row for row in divisions if row.kind in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}]
    for township in townships:
        tier_name = "党工委" if township.kind is DivisionKind.STREET else "党委"
        code = planter.add(f"{township.name}{tier_name}", Tier.COMMITTEE, superior=root, division=township.code)
        tree.of_division[township.code] = code
        for branch in TOWNSHIP_BRANCHES:
            name = f"{township.name}{branch}党支部"
            planter.add_branches([name], superior=code, division=township.code, bounds=SINGLE)
    _plant_villages(planter, random.sample(villages, len(villages)))
    _plant_district_committees(planter, root)
    return tree


def _plant_villages(planter: _Planter, villages: list[DivisionRow]) -> None:
    for place, village in enumerate(villages):
        general = place - VILLAGE_COMMITTEES
        if general < 0:
            tier, count, bounds = Tier.COMMITTEE, 4, COMMITTEE
        elif general < VILLAGE_GENERAL_BRANCHES:
            tier, count, bounds = Tier.GENERAL_BRANCH, 2 + general % 2, GENERAL
        else:
            tier, count, bounds = Tier.BRANCH, 0, SINGLE
        superior = planter.tree.of_division[village.superior_code or DISTRICT]
        if count == 0:
            [code] = planter.add_branches(
                [f"{village.name}党支部"], superior=superior, division=village.code, bounds=bounds
            )
        else:
            code = planter.add(f"{village.name}{tier.zh}", tier, superior=superior, division=village.code)
            names = [f"{village.name}第{'一二三四'[number]}党支部" for number in range(count)]
            planter.add_branches(names, superior=code, division=village.code, bounds=bounds)
        planter.tree.of_division[village.code] = code


def _plant_district_committees(planter: _Planter, root: str) -> None:
    committees = []
    for system in DISTRICT_COMMITTEES:
        code = planter.add(f"{system}党委", Tier.COMMITTEE, superior=root, division=DISTRICT)
        committees.append((system, code))
        for number in range(1, GENERAL_BRANCHES_EACH + 1):
            name = f"{system}第{number}党总支"
            general = planter.add(name, Tier.GENERAL_BRANCH, superior=code, division=DISTRICT)
            names = [f"{name}{which}支部" for which in ("第一", "第二")]
            planter.add_branches(names, superior=general, division=DISTRICT, bounds=GENERAL)
    left = ORGANIZATIONS - len(planter.tree.organizations)
    for number in range(left):
        system, code = committees[number % len(committees)]
        name = f"{system}直属第{number // len(committees) + 1}党支部"
        planter.add_branches([name], superior=code, division=DISTRICT, bounds=SINGLE)


def size_branches(groups: list[Group], random: Random, *, total: int) -> dict[str, int]:
    """How many members each branch has, so that every group keeps its bounds and all make up the total."""
    sums = [random.randint(group.least, group.most) for group in groups]
    missing = total - sum(sums)
    step = 1 if missing > 0 else -1
    while missing:
        place = random.randrange(len(groups))
        if groups[place].least <= sums[place] + step <= groups[place].most:
            sums[place] += step
            missing -= step
    sizes = {}
    for group, members in zip(groups, sums, strict=True):
        each, more = divmod(members, len(group.branches))
        sizes.update({code: each + (place < more) for place, code in enumerate(group.branches)})
    return sizes
