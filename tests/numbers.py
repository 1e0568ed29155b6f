"""The search for a short code in a long text, where chance writes its digits, too."""

import re


def numbers_in(text: str) -> set[str]:
    """Every number of six digits that stands by itself: no part of an id, of a digest or of a second.

    A whole town's text holds thousands of runs of six digits, and one of them is the code now and then.
    """
    return set(re.findall(r"(?<![0-9A-Za-z.])[0-9]{6}(?![0-9A-Za-z])", text))
