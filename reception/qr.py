"""A QR code as inline SVG, drawn in the page's own ink."""

import segno
from markupsafe import Markup


def square(address: str, *, title: str | None = None) -> Markup:
    """Middle error correction; the quiet zone is part of the drawing. `title`: where it leads, for
    readers of a printed page who do not see it.
    """
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, title=title)
    return Markup(drawn)  # noqa: S704  drawn by the library from an address of our own
