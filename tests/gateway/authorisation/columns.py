"""The columns of the matrix: each role, beside the thing that a route is called about and away from it."""

import re
from dataclasses import dataclass, field
from typing import Any

OTHER = "/other"

ROLES = {
    "citizen": "群众：本人的事 / 他人的事",
    "agent": "代办员：本村 / 他村",
    "stand_in": "替补：代行外出代办员期间 / 他村替补",
    "grid_worker": "网格员：本村 / 他村",
    "guide": "指导员：所联系的村 / 他村",
    "secretary": "支部书记：本支部 / 他支部",
    "cadre": "乡镇干部：本乡镇 / 他乡镇",
    "supervisor": "督查：本乡镇 / 他乡镇",
    "operator": "县级管理员：本县",
    "auditor": "审计员：所审乡镇 / 他乡镇",
    "client": "对接系统：有此权限范围 / 无此权限范围",
}
"""Each role, with what stands in its column and in the one beside it."""

NOBODY = "nobody"
SIGNED_IN = [column for role in ROLES for column in ((role,) if role == "operator" else (role, role + OTHER))]
PERSONS = [column for column in SIGNED_IN if not column.startswith("client")]
COLUMNS = [NOBODY, *SIGNED_IN]

SCOPES = ("requests.send", "requests.read")
"""What a client may be given."""


def mirrored(column: str) -> str:
    """The column beside: the same role on the other side of the matrix; the county's operator has but one."""
    if column.endswith(OTHER):
        return column.removesuffix(OTHER)
    return column + OTHER if column + OTHER in COLUMNS else column


@dataclass(frozen=True)
class Row:
    """One route, and what it answers whom.

    `otherwise` is the code for every person that `given` does not name; `given` is code → columns, parted by blanks.
    Without a token the answer is 401 and for clients 403, unless `given` names them, too. `about` says which thing
    stands for a part of the path or a value of the body, where it is not called like the part; `shows` names the
    columns that find the thing's id in the answer, which nobody else may find there.
    """

    route: str  # GET /requests/{request_id}
    who: str
    otherwise: int
    given: dict[int, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, object] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    shows: tuple[str, str] | None = None  # the kind of thing, and the columns
    public: bool = False
    streams: bool = False  # its answer has no end

    @property
    def method(self) -> str:
        """GET, POST …"""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """As the router knows it."""
        return self.route.partition(" ")[2]

    @property
    def parts(self) -> list[str]:
        """What its path leaves open."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def kinds(self) -> list[str]:
        """The kinds of things that it is about, or whose list it is."""
        named = [self.about.get(part, part) for part in self.parts]
        return [*named, self.shows[0]] if self.shows else named

    @property
    def cells(self) -> dict[str, int]:
        """The code for each column."""
        codes = dict.fromkeys(COLUMNS, self.otherwise)
        if not self.public:
            codes |= {NOBODY: 401, "client": 403, "client" + OTHER: 403}
        for code, columns in self.given.items():
            codes |= dict.fromkeys(columns.split(), code)
        return codes


def everybody(route: str, who: str, answer: int, **said: Any) -> Row:
    """A public route, which answers all alike; `who` says for whom it is public."""
    return Row(route, who, answer, public=True, **said)


def signed_in(route: str, who: str, **said: Any) -> Row:
    """A route that answers every person, and shows nobody what is not theirs."""
    return Row(route, who, 200, **said)
