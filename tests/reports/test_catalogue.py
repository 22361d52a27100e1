"""The catalogue of measures for everybody, and the way to it from each code."""

from typing import Any

import pytest

from reports.measures import catalogue
from reports.pages.catalogue import method, with_links
from reports.wording import Words


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_measure_has_its_place_for_everybody(client: Any, language: str) -> None:
    page = client.get(f"/measures?lang={language}").text

    assert [f'id="{number}"' in page for number in catalogue().by_number] == [True] * len(
        catalogue().by_number
    )


def test_two_times_of_one_base_are_told_apart() -> None:
    known = catalogue().by_number

    for half, most in (("F03", "F04"), ("F26", "F27"), ("F18", "F19"), ("F53", "F54")):
        assert method(known[half], Words("en")) != method(known[most], Words("en"))
    assert "Kaplan" in method(known["F03"], Words("en"))


def test_a_printed_code_leads_to_its_meaning_and_nothing_else_does(app: Any) -> None:
    with app.test_request_context():
        told = with_links("In time (F21) <b> F99 XF21")

    assert told == 'In time (<a href="/measures#F21">F21</a>) &lt;b&gt; F99 XF21'
