"""QR codes of addresses, as drawings and as pictures."""

from io import BytesIO


def as_svg(address: str) -> str:
    """The code as SVG, its quiet zone of four modules around it."""
    drawn = BytesIO()
    _code(address).save(drawn, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


def as_png(address: str) -> bytes:
    """The code as PNG, for documents that take no drawings."""
    drawn = BytesIO()
    _code(address).save(drawn, kind="png", border=4, scale=6)
    return drawn.getvalue()


def _code(address: str) -> "segno.QRCode":  # type: ignore[name-defined]  # noqa: F821
    import segno  # only where documents are set

    return segno.make_qr(address, error="m")
