"""Periods: what is read is said again, and each ends where the next begins."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.center import moments
from reports.center.moments import Freq, UnreadablePeriod

"""Before 1924 the clocks of Almaty differed by odd seconds, which no period can say."""
INSTANTS = st.datetimes(datetime(1925, 1, 2), datetime(2198, 12, 30), timezones=st.just(UTC))
LENGTHS = st.sampled_from([freq for freq in Freq if freq is not Freq.UNSAID])


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("2022", "2021-12-31T18:00"),
        ("2022-S2", "2022-06-30T18:00"),
        ("2022-Q4", "2022-09-30T18:00"),
        ("2018-11", "2018-10-31T18:00"),
        ("2026-W47", "2026-11-15T19:00"),
        ("2024-11-01", "2024-10-31T19:00"),
        ("2026-11-23T10", "2026-11-23T05:00"),
        ("2026-11-23T10:00+05:00", "2026-11-23T05:00"),
        ("2026-11-23T05:00:00Z", "2026-11-23T05:00"),
    ],
)
def test_a_period_begins_at_its_first_instant_in_almaty(text, starts):
    assert moments.parse(text).starts == datetime.fromisoformat(starts).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", " ", "2022-13", "2022-Q5", "2022-S3", "2026-W54", "2026-02-30", "22", "2022-1", "１９９９",
     "1899", "2200", "2026-11-23T10:30", "2026-11-23T25", "yesterday", "2022-00", "2022-Q0"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    with pytest.raises(UnreadablePeriod):
        moments.parse(text)


@given(INSTANTS, LENGTHS)
def test_a_period_said_is_read_as_the_same(at, length):
    moment = moments.containing(at, length)

    assert moments.parse(str(moment)) == moment


@given(INSTANTS, LENGTHS)
def test_an_instant_lies_in_its_period_and_in_no_other(at, length):
    moment = moments.containing(at, length)

    assert moment.starts <= at < moments.after(moment)
    assert moments.containing(moments.after(moment), length).starts == moments.after(moment)


def test_the_hour_that_almaty_lived_twice_is_two_hours():
    first, second = (datetime(2024, 2, 29, hour, tzinfo=UTC) for hour in (17, 18))

    said = [moments.spoken(at, Freq.HOUR) for at in (first, second)]

    assert said == ["2024-02-29T23:00+06:00", "2024-02-29T23:00+05:00"]
    assert [moments.parse(text).starts for text in said] == [first, second]
