"""The tree of organisations in a file: superiors that exist, are of higher tier, and lead to a top without a circle."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.sheets.line import Line
from services.members.imports.headings import SUPERIOR, TIER
from services.members.imports.rows import OrganizationRow
from services.members.words import Tier

MAY_STAND_UNDER = {
    Tier.COMMITTEE: {Tier.COMMITTEE},
    Tier.GENERAL_BRANCH: {Tier.COMMITTEE},
    Tier.BRANCH: {Tier.COMMITTEE, Tier.GENERAL_BRANCH},
    Tier.GROUP: {Tier.BRANCH},
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of the organisations' sheet while its neighbours are not known yet."""

    line: Line
    code: str | None
    tier: Tier | None
    superior: str | None
    row: OrganizationRow | None


def check_tree(drafts: list[Draft], *, known: Mapping[str, Tier]) -> None:
    """Add the faults of superiors: unknown, of a tier that cannot stand above, in a circle, or faulty themselves."""
    by_code = {draft.code: draft for draft in reversed(drafts) if draft.code is not None}
    for draft in drafts:
        _check_superior(draft, by_code, known)
    for draft in _in_circles(by_code):
        draft.line.fault(SUPERIOR, "上级关系绕成了一圈", "沿上级一级一级向上，应当到达最上级党委")
    below: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.superior is not None and draft.superior not in known:
            below.setdefault(draft.superior, []).append(draft)
    spoiled = [draft for draft in by_code.values() if draft.line.wrong_in]
    while spoiled:
        superior = spoiled.pop()
        for draft in below.get(superior.code or "", ()):
            if not draft.line.wrong_in:
                draft.line.fault(SUPERIOR, f"上级组织在{superior.line.place}有错误", "先改正那一行")
                spoiled.append(draft)


def _check_superior(draft: Draft, by_code: Mapping[str, Draft], known: Mapping[str, Tier]) -> None:
    if draft.superior is None:
        if draft.tier not in {None, Tier.COMMITTEE}:
            draft.line.fault(SUPERIOR, "没有填写", "只有最上级的党委可以不填上级")
        return
    above = by_code.get(draft.superior)
    if above is None and draft.superior not in known:
        draft.line.fault(SUPERIOR, "没有这个组织", "文件中或系统里已有的组织编码")
        return
    tier = above.tier if above is not None else known[draft.superior]
    if tier is not None and draft.tier is not None and tier not in MAY_STAND_UNDER[draft.tier]:
        draft.line.fault(
            TIER, f"{draft.tier.zh}不能设在{tier.zh}之下", "党小组属于党支部，支部属于总支或党委，总支属于党委"
        )


def _in_circles(by_code: Mapping[str, Draft]) -> list[Draft]:
    circles: list[Draft] = []
    settled: set[str] = set()
    for start in by_code:
        way: dict[str, Draft] = {}
        code: str | None = start
        while code is not None and code in by_code and code not in settled and code not in way:
            way[code] = by_code[code]
            code = by_code[code].superior
        if code in way:
            on_the_way = list(way)
            circles += [way[one] for one in on_the_way[on_the_way.index(code) :]]
        settled.update(way)
    return circles
