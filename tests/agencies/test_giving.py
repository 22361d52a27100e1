"""Which rule of an agency takes a claim: the first that fits, for somebody who may have it."""

from hypothesis import given
from hypothesis import strategies as st

from agencies.giving import Matter, Past, Rule, deciding, tried

AYA, BEK, NOBODY_AT_WORK = 1, 2, frozenset()
HEATING, HOUSES, MEDEU, AUEZOV = 31, 3, 5, 6
MATTER = Matter(HEATING, HOUSES, MEDEU, "complaint")
ids = st.integers(1, 4)
maybe = st.none() | ids
rules = st.lists(
    st.builds(Rule, ids, ids, maybe, maybe, st.sampled_from([None, "complaint", "message"])),
    max_size=6,
)
matters = st.builds(Matter, maybe, maybe, maybe, st.sampled_from(["complaint", "message"]))


def test_the_first_rule_that_fits_decides():
    order = [Rule(1, BEK, district=AUEZOV), Rule(2, AYA, topic=HEATING), Rule(3, BEK)]

    assert deciding(order, MATTER, able={AYA, BEK}) == order[1]
    assert deciding(order, Matter(district=AUEZOV), able={AYA, BEK}) == order[0]
    assert deciding(order, Matter(), able={AYA, BEK}) == order[2]


def test_a_topic_of_the_first_level_stands_for_those_beneath_it():
    group, topic = Rule(1, AYA, topic=HOUSES), Rule(2, AYA, topic=HEATING)

    assert group.fits(MATTER)
    assert not topic.fits(Matter(HOUSES, None))


def test_a_rule_whose_person_may_not_have_the_claim_makes_way_for_the_next():
    order = [Rule(1, AYA, topic=HEATING), Rule(2, BEK, topic=HEATING)]

    assert deciding(order, MATTER, able={BEK}) == order[1]
    assert deciding(order, MATTER, able=NOBODY_AT_WORK) is None


@given(rules, matters, st.sets(ids))
def test_what_is_given_fits_goes_to_somebody_able_and_nothing_before_it_would_do(
    order, matter, able
):
    found = deciding(order, matter, able=able)

    fitting = [rule for rule in order if rule.fits(matter) and rule.to in able]
    assert found is (fitting[0] if fitting else None)


@given(rules, st.lists(st.builds(Past, matters, maybe, st.frozensets(ids), st.booleans())))
def test_a_trial_counts_each_claim_once_and_as_it_would_be_given(order, claims):
    order = [Rule(n, one.to, one.topic, one.district, one.kind) for n, one in enumerate(order)]
    at_work = {1, 2, 3}

    trial = tried(order, claims, at_work=at_work)

    assert trial.tried == len(claims)
    assert trial.special.taken == sum(one.special for one in claims)
    for rule in order:
        theirs = [
            one.officer
            for one in claims
            if not one.special and deciding(order, one.matter, able=at_work - one.kept_from) == rule
        ]
        assert sorted(trial.by_rule[rule.id].really.elements(), key=str) == sorted(theirs, key=str)
    assert len(trial.unfitting) == trial.left.taken
