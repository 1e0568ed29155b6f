"""Who holds which post: secretaries, agents and stand-ins, grid workers, cadres, supervisors, operators, inspectors."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from profiles.district.organizations import DISTRICT, Tree
from services.members.divisions.reading import DivisionRow
from services.members.imports.rows import MemberRow, PostRow
from services.members.words import DivisionKind, MemberStage, PostKind

TOWNSHIP_CADRES = 4  # of each township; they dispatch what comes in
TOWNSHIP_SUPERVISORS = 2
DISTRICT_POSTS = {PostKind.SUPERVISOR: 3, PostKind.COUNTY_OPERATOR: 2, PostKind.AUDITOR: 1}
DISTRICT_INSPECTORS = 2
WORKING_AGE_UNTIL = 65


def fill_posts(
    tree: Tree, divisions: list[DivisionRow], members: list[MemberRow], random: Random, *, as_of: date
) -> list[PostRow]:
    """The posts of the whole district; within one village or township no two of them are the same person's."""
    filling = _Filling(tree, members, random, as_of)
    posts = [filling.secretary(organization.code) for organization in tree.organizations]
    for kind, count in DISTRICT_POSTS.items():
        posts += filling.draw(kind, count, division=DISTRICT)
    for division in divisions:
        if division.kind in {DivisionKind.TOWNSHIP, DivisionKind.STREET}:
            posts += filling.draw(PostKind.TOWNSHIP_CADRE, TOWNSHIP_CADRES, division=division.code)
            posts += filling.draw(PostKind.SUPERVISOR, TOWNSHIP_SUPERVISORS, division=division.code)
        elif division.kind in {DivisionKind.VILLAGE, DivisionKind.COMMUNITY}:
            posts += filling.draw(PostKind.PROXY_AGENT, random.choice((1, 1, 2, 2, 3)), division=division.code)
            posts += filling.draw(PostKind.STAND_IN, 1, division=division.code)
            posts += filling.draw(PostKind.GRID_WORKER, random.choice((1, 2)), division=division.code)
    # By chance of their own, so that who holds the other posts does not hang on these.
    filling.chance = Random(tree.of_division[DISTRICT])
    posts += filling.draw(PostKind.DISCIPLINE_INSPECTOR, DISTRICT_INSPECTORS, division=DISTRICT)
    for division in divisions:
        if division.kind in {DivisionKind.TOWNSHIP, DivisionKind.STREET}:
            posts += filling.draw(PostKind.DISCIPLINE_INSPECTOR, 1, division=division.code)
    return posts


class _Filling:
    """Draws full members of working age, each only once besides being a secretary."""

    def __init__(self, tree: Tree, members: list[MemberRow], random: Random, as_of: date) -> None:
        self._tree = tree
        self.chance = random
        self._as_of = as_of
        self._free: dict[str, list[MemberRow]] = defaultdict(list)
        self._branch: dict[str, list[MemberRow]] = defaultdict(list)
        for member in members:
            if member.stage is MemberStage.FULL:
                self._branch[member.organization_code].append(member)
                if as_of.year - int(member.citizen_number[6:10]) <= WORKING_AGE_UNTIL:
                    self._free[member.division_code or DISTRICT].append(member)
        for free in self._free.values():
            random.shuffle(free)
        self._first_branch: dict[str, str] = {}
        superiors = {row.code: row.superior_code for row in tree.organizations}
        for branch in self._branch:
            above: str | None = branch
            while above is not None:
                self._first_branch.setdefault(above, branch)
                above = superiors[above]

    def secretary(self, organization: str) -> PostRow:
        """A member of the organisation's first branch, or of the branch itself."""
        candidates = self._branch[self._first_branch[organization]]
        return self._post(self.chance.choice(candidates), PostKind.SECRETARY, organization, None)

    def draw(self, kind: PostKind, count: int, *, division: str) -> list[PostRow]:
        """So many posts in a division, each of somebody who has none there yet."""
        return [
            self._post(self._free[division].pop(), kind, self._tree.of_division[division], division)
            for _ in range(count)
        ]

    def _post(self, member: MemberRow, kind: PostKind, organization: str, division: str | None) -> PostRow:
        since = self._as_of - timedelta(days=self.chance.randint(30, 1_200))
        return PostRow(member.citizen_number, member.name, kind, organization, division, since, None, generated=True)
