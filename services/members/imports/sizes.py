"""The size rules of organisations (R-40, R-41), as warnings: a real roll may have exceptions that were approved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.sheets.faults import RowFault
from services.members.imports.headings import TIER
from services.members.imports.rows import MemberRow, OrganizationRow
from services.members.words import MemberStage, Tier


@dataclass(frozen=True, slots=True)
class SizeRules:
    """How many members an organisation of each tier has.

    R-40: three full members make a branch, which normally has at most 50; R-41: 50 to 99 make a general branch, 100
    and more a committee (both confidence B). A county with other figures passes its own.
    """

    branch_full_least: int = 3
    branch_most: int = 50
    general_branch_least: int = 50
    general_branch_most: int = 99
    committee_least: int = 100


def size_faults(
    organizations: Iterable[OrganizationRow],
    members: Iterable[MemberRow],
    *,
    rules: SizeRules | None = None,
    sheet: str = "党组织",
) -> list[RowFault]:
    """Each organisation that has too few or too many members for its tier, those below it counted in.

    Members are those in probation and full members; who is on the way to admission does not count.
    """
    rules = rules or SizeRules()
    by_code = {organization.code: organization for organization in organizations}
    full: Counter[str] = Counter()
    all_below: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for member in members:
        if member.stage.admitted:
            own[member.organization_code] += 1
            full[member.organization_code] += member.stage is MemberStage.FULL
    for code, count in own.items():
        above: str | None = code
        passed: set[str] = set()
        while above is not None and above not in passed:
            passed.add(above)
            all_below[above] += count
            above = by_code[above].superior_code if above in by_code else None
    found = []
    for organization in by_code.values():
        fault, remedy = _fault(organization.tier, full[organization.code], all_below[organization.code], rules)
        if fault:
            found.append(RowFault(sheet, organization.row, TIER.heading, fault, remedy, organization.name))
    return found


def _fault(tier: Tier, full: int, members: int, rules: SizeRules) -> tuple[str, str]:
    if tier is Tier.BRANCH:
        if full < rules.branch_full_least:
            return f"正式党员{full}名", f"不足{rules.branch_full_least}名的应与邻近单位成立联合党支部"
        if members > rules.branch_most:
            return f"党员{members}名", f"党支部一般不超过{rules.branch_most}名"
    if tier is Tier.GENERAL_BRANCH and not rules.general_branch_least <= members <= rules.general_branch_most:
        return f"党员{members}名", f"党总支一般为{rules.general_branch_least}至{rules.general_branch_most}名"
    if tier is Tier.COMMITTEE and members < rules.committee_least:
        return f"党员{members}名", f"党委一般不少于{rules.committee_least}名"
    return "", ""
