"""Measures of suggestions against counts by hand."""

from hypothesis import given
from hypothesis import strategies as st

from agencies.measuring import Trial, calibration, confusion, grouped, macro_f1, measures


def trial(right, *offered, confidence=0.9, sure=True):
    return Trial(offered, confidence, sure, right, "kk")


TRIALS = [
    trial("police", "police", "social"),
    trial("police", "social", "police", confidence=0.5, sure=False),
    trial("social", "social"),
    trial("tson", "social", "revenue", "other", confidence=0.6),
]


def test_the_first_and_the_first_three_are_counted():
    told = measures(TRIALS)

    assert (told["n"], told["top1"], told["top3"]) == (4, 0.5, 0.75)
    assert (told["sure_share"], told["refused"], told["sure_right"]) == (0.75, 0.25, 0.6667)


def test_macro_f1_gives_every_kind_the_same_weight():
    # police 2/(1+2), social 2/(3+1), tson 0
    assert macro_f1(TRIALS) == round((2 / 3 + 1 / 2 + 0) / 3, 4)


def test_the_calibration_error_weighs_bins_by_their_trials():
    # two at 0.9, right both; one at 0.5, wrong; one at 0.6, wrong
    assert measures(TRIALS)["ece"] == round((2 * 0.1 + 0.5 + 0.6) / 4, 4)
    assert [one.count for one in calibration(TRIALS)] == [1, 1, 2]


def test_mistakes_are_counted_by_pair():
    assert confusion(TRIALS) == [("police", "social", 1), ("tson", "social", 1)]


def test_groups_are_told_apart():
    assert grouped(TRIALS, "right")["police"] == {"n": 2, "top1": 0.5, "top3": 1.0}


def test_nothing_to_measure_is_said_so():
    assert measures([]) == {"n": 0}


@given(
    st.lists(
        st.builds(
            Trial, st.lists(st.sampled_from("abc"), max_size=3, unique=True), st.floats(0, 1),
            st.booleans(), st.sampled_from("abc"), st.just("ru"),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_every_measure_is_a_share_and_three_are_not_fewer_than_one(trials):
    told = measures(trials)

    assert all(0 <= told[name] <= 1 for name in told if name != "n")
    assert told["top1"] <= told["top3"]
