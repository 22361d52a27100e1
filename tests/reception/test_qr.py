"""The square code: it leads where it says, with its quiet zone, in the page's own ink."""

import re

import pytest
import segno

from reception.qr import square

LINK = "http://hall.test/t/" + "a" * 26


def drawn(address):
    """The dark modules that the path of the drawing covers, by row and column."""
    path = re.search(r' d="([^"]+)"', square(address))[1]
    dark, x, y = set(), 0, 0.0
    for sign, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if sign == "M":
            x, y = int(values[0]), values[1]
        elif sign == "m":
            x, y = x + int(values[0]), y + values[1]
        else:
            dark |= {(int(y), x + step) for step in range(int(values[0]))}
            x += int(values[0])
    return dark


@pytest.mark.parametrize("address", [LINK, "https://hall.example/a/" + "z7" * 13, "x"])
def test_the_drawing_is_the_code_of_the_address_inside_four_light_modules(address):
    matrix = segno.make(address, error="m", micro=False).matrix
    dark = {
        (row + 4, column + 4)
        for row, line in enumerate(matrix)
        for column, module in enumerate(line)
        if module
    }

    assert drawn(address) == dark
    assert f'viewBox="0 0 {len(matrix) + 8} {len(matrix) + 8}"' in square(address)


def test_another_address_is_another_drawing():
    assert square(LINK) != square(LINK + "b")


def test_its_size_and_colour_are_the_pages():
    markup = square(LINK)

    assert 'class="qr"' in markup
    assert "width=" not in markup
    assert "style=" not in markup
    assert "#000" not in markup.replace("stroke", "").partition("path")[0]


def test_an_address_cannot_break_out_of_the_drawing():
    assert "<script>" not in square('"><script>alert(1)</script>')
