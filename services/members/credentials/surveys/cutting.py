"""Which parts of a survey have a key of their own: those with people enough, before anybody draws."""

from collections.abc import Mapping, Sequence

from chassis.divisions import lies_in
from contracts.feedback import AnnouncedPart


def cut(
    people: Mapping[str, int],
    parts: Sequence[AnnouncedPart],
    whole: AnnouncedPart,
    *,
    least_of_part: int,
    least_of_whole: int,
) -> list[AnnouncedPart]:
    """The parts that get a key, from how many people of each division a survey asks.

    Whoever lives in none of them has the key of the whole. Where they would be too few to hide among each other, the
    smallest parts go without a key until they are enough; where all together are too few, the whole has none either.
    """
    sizes = {part: sum(many for code, many in people.items() if lies_in(code, part.division_code)) for part in parts}
    own = sorted(
        (part for part in parts if sizes[part] >= least_of_part), key=lambda part: (-sizes[part], part.division_code)
    )
    rest = sum(people.values()) - sum(sizes[part] for part in own)
    while own and 0 < rest < least_of_whole:
        rest += sizes[own.pop()]
    return [*own, whole] if rest >= least_of_whole else own
