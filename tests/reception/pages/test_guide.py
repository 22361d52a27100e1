"""The guide's pages: own words, one question at a time, answers in the address, a list to take."""

import pytest

from reception.guide import entering


def text_of(client, path, lang="en"):
    sign = "&" if "?" in path else "?"
    answer = client.get(f"{path}{sign}lang={lang}")
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.fixture
def hall(given, client):
    return client


def test_own_words_lead_to_a_page(hall):
    assert 'href="/guide/obtain-passport"' in text_of(hall, "/guide?q=паспорт")
    assert "/kiosk/guide/obtain-passport" in text_of(hall, "/kiosk/guide?q=паспорт")


def test_a_topic_lists_its_situations(hall):
    assert "/guide/obtain-passport" in text_of(hall, "/guide?category=documents")


def test_every_page_of_the_house_opens_in_every_language(hall):
    for slug in entering.slugs_of_the_house():
        text_of(hall, f"/guide/{slug}", "kk")


def test_questions_come_one_by_one_and_answers_stand_in_the_address(hall):
    first = text_of(hall, "/guide/identity-card-replacement")
    assert "What happened to the card?" in first
    assert 'href="/guide/identity-card-replacement?how=stolen"' in first

    last = text_of(hall, "/guide/identity-card-replacement?how=stolen&again=yes")
    assert "police slip in case of theft" in last
    assert "go straight to the public service centre" not in last
    assert 'href="/guide/identity-card-replacement?how=stolen">change' in last


def test_the_fee_is_that_of_today(hall):
    """8 x 4,325 tenge, the index of 2026."""
    assert "34\N{NARROW NO-BREAK SPACE}600" in text_of(hall, "/guide/obtain-passport")
    assert "31\N{NARROW NO-BREAK SPACE}456" in text_of(
        hall, "/guide/obtain-passport?as_of=2025-05-05"
    )


def test_a_year_without_a_known_index_shows_the_multiple_only(hall):
    assert "₸" not in text_of(hall, "/guide/obtain-passport?as_of=2031-05-05")


def test_desks_and_the_last_day_stand_on_the_step(hall):
    page = text_of(hall, "/guide/obtain-passport")

    assert "Desks 1, " in page
    assert "14 December 2026" in page


def test_the_akimat_is_that_of_the_district(hall):
    page = text_of(hall, "/guide/dangerous-tree-in-yard?district=medeu")

    assert "Medeu" in page


def test_a_page_whose_act_was_repealed_says_so(hall):
    assert "The law has changed" in text_of(hall, "/guide/land-without-tender")


def test_the_slip_has_the_steps_and_the_code(hall):
    page = text_of(hall, "/guide/obtain-passport/slip")

    assert 'class="qr"' in page
    assert "Take a ticket" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/guide/nothing-here", 404), ("/guide/%00", 404),
        ("/guide/obtain-passport?as_of=soon", 422),
        ("/guide/divorce-by-consent?ground=%00&x=1&_external=1&slug=y", 200),
        ("/guide?q=%00%25_%27&category=%00", 200), ("/guide?category=magic", 200),
        ("/guide/offline.js", 200),
    ],
)  # fmt: skip
def test_clumsy_addresses_are_answered_calmly(hall, path, status):
    assert hall.get(path).status_code == status
