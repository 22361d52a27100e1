"""Words of a threat are pointed out before anybody waits for anything."""

import pytest

from agencies import danger


@pytest.mark.parametrize(
    "text",
    [
        "Я убью всех, в школе заложена бомба",
        "Не хочу жить, покончу с собой",
        "Мектепте бомба бар, бәріңді өлтіремін",
        "Meктепте бомба бар",
        "There is a bomb in the school",
    ],
)
def test_a_threat_is_pointed_out_in_each_language(text: str) -> None:
    assert danger.is_told_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Где находится бомбоубежище?",
        "Во дворе не вывозят мусор",
        "Дорога вся убитая",
        "Қоқыс шығарылмайды",
        "Where is the bomb shelter",
    ],
)
def test_other_letters_are_not(text: str) -> None:
    assert not danger.is_told_in(text)
