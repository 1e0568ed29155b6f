"""In what proportions the demonstration deals its cases: the Yichun bulletin of May 2023 (rule C12)."""

from collections.abc import Sequence

from services.tasks.requests.channels import Channel
from services.tasks.rules.pack import MatterKind

TOTAL = 38_447

# Each of the bulletin's six headings is played by one of our channels.
CHANNELS: tuple[tuple[Channel, int], ...] = (
    (Channel.HOTLINE, 34_859),
    (Channel.SOCIAL_ACCOUNT, 2_724),
    (Channel.WEB, 170),
    (Channel.POLICE_LINE, 261),
    (Channel.FROM_ABOVE, 318),
    (Channel.COUNTER, 115),
)

# The source gives five figures by type and no names.
TYPES: tuple[tuple[str, int], ...] = (("T1", 19_651), ("T2", 592), ("T3", 649), ("T4", 15_042), ("T5", 2_513))

# Nothing says what the types are: that each of them is played by one of our kinds of matter is our own choice.
PLAYED_AS: dict[str, MatterKind] = {
    "T1": MatterKind.ENQUIRY,
    "T2": MatterKind.SUGGESTION,
    "T3": MatterKind.REPORT,
    "T4": MatterKind.HELP,
    "T5": MatterKind.COMPLAINT,
}

ANSWERED_ONLINE = 20_334
DISPATCHED = 18_113

# How the dispatched ones divide; the source gives no names here either.
DISPATCHED_PARTS: tuple[int, ...] = (15_390, 2_013, 710)


def deal(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total into whole parts in these proportions, by largest remainder; of equal ones the first gains.

    Raises ValueError if the total or a weight is negative, or all weights are nought.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("a deal needs a total and weights that are not negative, and one weight above nought")
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
