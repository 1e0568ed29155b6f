"""The four grades, and what each is called in each kind of review."""

from enum import StrEnum


class ReviewKind(StrEnum):
    """What is reviewed."""

    UNITS = "units"
    SECRETARIES = "secretaries"
    MEMBERS = "members"

    @property
    def title_zh(self) -> str:
        """Its name on the screen."""
        return {"units": "年终定性", "secretaries": "书记述职评议", "members": "民主评议党员"}[self]


class Grade(StrEnum):
    """The result of a year; they are in order, from the best."""

    EXCELLENT = "excellent"
    COMPETENT = "competent"
    BASICALLY_COMPETENT = "basically_competent"
    NOT_COMPETENT = "not_competent"

    def title_zh(self, kind: ReviewKind) -> str:
        """What it is called in a kind of review (rules, section 8)."""
        return _TITLES[kind][list(Grade).index(self)]

    def better_than(self, other: "Grade") -> bool:
        """Whether this one is above another."""
        order = list(Grade)
        return order.index(self) < order.index(other)


_TITLES = {
    ReviewKind.UNITS: ("优秀", "合格", "基本合格", "不合格"),
    ReviewKind.SECRETARIES: ("好", "较好", "一般", "差"),
    ReviewKind.MEMBERS: ("优秀", "合格", "基本合格", "不合格"),
}
