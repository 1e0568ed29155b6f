"""The figures that are promised, with what each must reach and what it aims at."""

from dataclasses import dataclass

from bench.rounds import Round, Spread

Address = tuple[str, str]  # side, metric


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio of ours to a limit. Both come from the same rounds."""

    name: str
    group: str
    ours: Address
    limit: Address
    must: float
    aim: float
    at_least: bool = True

    def ratio(self, rounds: list[Round]) -> Spread:
        """Ours through the limit's, round by round."""
        return Spread.of([_at(round_, self.ours) / _at(round_, self.limit) for round_ in rounds])

    def verdict(self, ratio: Spread) -> str:
        """Which goal the median reaches: «aim», «must», or «no»."""
        reached = ratio.middle.__ge__ if self.at_least else ratio.middle.__le__
        if reached(self.aim):
            return "aim"
        return "must" if reached(self.must) else "no"

    def goal(self, figure: float) -> str:
        """A goal as the table shows it."""
        return f"{'≥' if self.at_least else '≤'} {figure:g}"


def spread(rounds: list[Round], address: Address) -> Spread:
    """One metric of one side over all rounds."""
    return Spread.of([_at(round_, address) for round_ in rounds])


def _at(round_: Round, address: Address) -> float:
    side, metric = address
    return round_[side][metric]


RATE, P50, P99, US = "per_second", "p50_ms", "p99_ms", "app_cpu_us"

FIGURES = (
    Figure("submit against separate statements", "submit", ("ours", RATE), ("separate", RATE), must=0.6, aim=1.0),
    Figure("submit against one statement", "submit", ("ours", RATE), ("single", RATE), must=0.3, aim=0.5),
    Figure("commit to effect at 100/s, p50", "facts", ("ours", P50), ("bare", P50), must=4, aim=2.5, at_least=False),
    Figure("commit to effect at 100/s, p99", "facts", ("ours", P99), ("bare", P99), must=5, aim=3, at_least=False),
    Figure("sustained facts", "drain", ("ours", RATE), ("bare", RATE), must=0.03, aim=0.3),
    Figure("page of 25, 20,000 rows", "page", ("ours_small", RATE), ("bare_small", RATE), must=0.3, aim=0.45),
    Figure("page of 25, 1,000,000 rows", "page", ("ours_large", RATE), ("bare_large", RATE), must=0.3, aim=0.45),
    Figure("page at 1,000,000 against 20,000", "page", ("ours_large", RATE), ("ours_small", RATE), must=0.9, aim=0.9),
    Figure("list at 1,000,000 against 20,000", "desk", ("list_large", RATE), ("list_small", RATE), must=0.9, aim=1.0),
    Figure(
        "search at 1,000,000 against 20,000", "desk", ("search_large", RATE), ("search_small", RATE), must=0.9, aim=1.0
    ),
    Figure(
        "tracking at 1,000,000 against 20,000",
        "desk",
        ("tracking_large", RATE),
        ("tracking_small", RATE),
        must=0.9,
        aim=1.0,
    ),
    Figure("access taken back, p50", "suspend", ("ours", P50), ("promise", P50), must=1, aim=0.4, at_least=False),
    Figure("access taken back, p99", "suspend", ("ours", P99), ("promise", P99), must=1, aim=0.5, at_least=False),
    Figure("ballots verified and stored", "ballots", ("ours", RATE), ("bare", RATE), must=0.5, aim=0.7),
    Figure(
        "answer to 100,000 sheets against 1,000", "surveys", ("large", US), ("small", US), 1.2, 1.05, at_least=False
    ),
    Figure("credentials signed", "credentials", ("ours", RATE), ("plain", RATE), must=0.2, aim=0.7),
    Figure("roster import", "import", ("ours", "seconds"), ("copy", "seconds"), must=3, aim=1.5, at_least=False),
    Figure("embedded submit against a C thread", "embedded", ("ours", RATE), ("thread", RATE), must=0.06, aim=0.12),
    Figure("embedded submit against aiosqlite", "embedded", ("ours", RATE), ("session", RATE), must=3, aim=5),
    Figure("door: GET against a bare forward", "door", ("ours_get", RATE), ("bare_get", RATE), must=0.6, aim=1.0),
    Figure("door: POST against a bare forward", "door", ("ours_post", RATE), ("bare_post", RATE), must=0.6, aim=1.0),
    Figure("door: GET against nginx", "edge", ("ours_get", RATE), ("nginx_get", RATE), must=0.05, aim=0.2),
    Figure("door: POST against nginx", "edge", ("ours_post", RATE), ("nginx_post", RATE), must=0.05, aim=0.2),
    Figure(
        "cold start to first 200", "start", ("ours", "seconds"), ("bare", "seconds"), must=10, aim=5, at_least=False
    ),
    Figure("memory after start", "start", ("ours", "rss_mib"), ("bare", "rss_mib"), must=4.5, aim=2.8, at_least=False),
)
GROUPS = tuple(dict.fromkeys(figure.group for figure in FIGURES))
