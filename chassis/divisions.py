"""Division codes of 12 digits: the township that one lies in, and what lies within a district, township or village."""


def is_district(code: str) -> bool:
    """Whether this is a district or county, and no township or village."""
    return code.endswith("000000")


def township_of(code: str) -> str:
    """The township or street of a division; a district stands for itself."""
    return code[:9] + "000"


def span_of(code: str) -> tuple[str, str]:
    """The first and the last code within a division, itself included: a district, a township, or one village."""
    if is_district(code):
        return code, code[:6] + "999999"
    if code.endswith("000"):
        return code, code[:9] + "999"
    return code, code


def lies_in(code: str, area: str) -> bool:
    """Whether a division is an area or lies within it."""
    first, last = span_of(area)
    return first <= code <= last
