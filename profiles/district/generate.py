"""The whole district from one seed, as rows and as the two workbooks that go in by the users' door."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from profiles.district.households import fill_households
from profiles.district.organizations import plant_tree
from profiles.district.persons import Registry
from profiles.district.posts import fill_posts
from profiles.district.roll import fill_roll
from services.members.divisions.reading import WULING, DivisionRow, read_divisions
from services.members.imports.headings import CITIZENS, ORGANIZATIONS, POSTS, ROLL
from services.members.imports.rows import CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.imports.writing import write_sheets

AS_OF = date(2025, 1, 1)  # nothing in the district happened later, so that any set clock from then on may import it


@dataclass(frozen=True, slots=True)
class District:
    """Real divisions; everything else is generated and marked so."""

    divisions: list[DivisionRow]
    organizations: list[OrganizationRow]
    members: list[MemberRow]
    posts: list[PostRow]
    citizens: list[CitizenRow]


def generate(seed: int, *, as_of: date = AS_OF) -> District:
    """The district of this seed: the same seed gives the same rows, on any machine."""
    random = Random(seed)  # made-up persons need no secret randomness
    divisions = read_divisions(WULING)
    registry = Registry(random)
    tree = plant_tree(divisions, random, as_of=as_of)
    names = {division.code: division.name for division in divisions}
    members = fill_roll(tree, registry, random, as_of=as_of, names=names)
    posts = fill_posts(tree, divisions, members, random, as_of=as_of)
    citizens = fill_households(divisions, members, registry, random, as_of=as_of)
    return District(divisions, tree.organizations, members, posts, citizens)


def write_roster(path: Path, district: District) -> None:
    """Write organisations, roll and posts as one .xlsx for `lianxin import roster`."""
    write_sheets(path, [(ORGANIZATIONS, district.organizations), (ROLL, district.members), (POSTS, district.posts)])


def write_households(path: Path, district: District) -> None:
    """Write the households and their citizens as one .xlsx for `lianxin import roster`."""
    write_sheets(path, [(CITIZENS, district.citizens)])
