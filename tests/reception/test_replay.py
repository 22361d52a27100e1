"""Recorded arrivals through the engine: what is told beforehand, and how fair each rule is."""

import json
import os
from collections import deque
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.errors import Invalid
from reception import arrivals, forecast, moments, replay, simulation
from reception.arrivals import Arrival
from reception.commands.queue import queue
from reception.moments import Standing, place
from reception.rules import Discipline, QueueRule, general

SHARED = Path(os.environ.get("RECEPTION_SHARED", Path(__file__).parents[3] / "shared"))
BANK = SHARED / "data" / "queue_bank_1999_08.csv.gz"
HEAD = (
    "day,service_type,priority,queue_start_s,queue_exit_s,service_start_s,service_end_s,"
    "outcome,server"
)
DAY = date(2026, 11, 23)
rates = st.floats(0.05, 20)


def someone(key, joined, *, server="A1", lasts=60.0, privileged=False, patience=None, wait=30.0):
    """Recorded as answered after `wait`, or as having hung up when the `patience` was over."""
    started = None if patience else joined + wait
    return Arrival(
        key, DAY, "PS", privileged, joined, joined + (patience or wait), started,
        started + lasts if started else None, patience is None, server,
    )  # fmt: skip


visitors = st.lists(
    st.tuples(st.integers(0, 400), st.booleans(), st.integers(10, 200), st.sampled_from("AB")),
    min_size=2, max_size=25,
)  # fmt: skip


def people(drawn):
    came = sorted(drawn, key=lambda one: one[0])
    return [
        someone(n, float(at), privileged=own, lasts=float(lasts), server=server)
        for n, (at, own, lasts, server) in enumerate(came)
    ]


@settings(max_examples=40)
@given(visitors, st.sampled_from(Discipline))
def test_everybody_who_stays_is_called_and_nobody_is_overtaken_within_the_class(drawn, name):
    outcomes = simulation.run(people(drawn), general(name))

    assert [o.who.key for o in outcomes] == list(range(len(drawn)))
    assert all(o.called for o in outcomes)
    assert sum(row.by_own_class for row in simulation.fairness(name, outcomes)) == 0


@settings(max_examples=20)
@given(visitors, st.sampled_from(Discipline))
def test_equal_arrivals_are_replayed_equally(drawn, name):
    assert simulation.run(people(drawn), general(name)) == simulation.run(
        list(reversed(people(drawn))), general(name)
    )


@settings(max_examples=40)
@given(visitors)
def test_no_desk_serves_two_at_once(drawn):
    """With one desk the next call is never before the service in hand is over."""
    one_desk = [someone(n, float(at), lasts=float(lasts)) for n, (at, _, lasts, _) in
                enumerate(sorted(drawn, key=lambda one: one[0]))]  # fmt: skip

    outcomes = sorted(simulation.run(one_desk, general()), key=lambda each: each.ended)

    for before, after in pairwise(outcomes):
        assert after.ended >= before.ended + (before.who.ended - before.who.started)


@settings(max_examples=50)
@given(rates, rates, st.integers(1, 6))
def test_nobody_starves_whatever_the_rates(low, high, backlog):
    """One of the slowest class against a higher one of whom one more comes with every call."""
    rule = general()
    rule.ceiling_min, rule.rate_walk_in, rule.rate_priority = None, min(low, high), max(low, high)
    privileged = deque(Standing(n, 2, 0.0) for n in range(backlog))
    ordinary = Standing(10_000, 0, 0.0)

    calls = 0
    while place(rule, ordinary, 60.0 * calls) <= place(rule, privileged[0], 60.0 * calls):
        calls += 1
        privileged.popleft()
        privileged.append(Standing(backlog + calls, 2, 60.0 * calls))

    assert calls <= rule.rate_priority / rule.rate_walk_in * (backlog + 1) + 1


def test_strict_priority_does_starve_which_is_why_it_is_only_compared():
    rule = general(Discipline.STRICT)
    rule.ceiling_min = None

    assert place(rule, Standing(1, 0, 0.0), 1e6) < place(rule, Standing(2, 2, 1e6), 1e6)


def test_each_discipline_shares_out_the_same_waiting_differently():
    """One desk; a privileged visitor joins behind four others."""
    line = [someone(n, float(n), lasts=100.0) for n in range(5)]
    line.append(someone(5, 5.0, privileged=True, lasts=100.0))

    waits = {}
    for name in Discipline:
        outcomes = simulation.run(line, general(name))
        waits[name] = outcomes[5].wait

    assert waits[Discipline.FIFO] == 525.0
    assert waits[Discipline.STRICT] == 25.0, "the desk opens at the first recorded service"
    assert waits[Discipline.STRICT] <= waits[Discipline.ACCUMULATING] < waits[Discipline.FIFO]


def test_who_hangs_up_leaves_when_the_patience_is_over_unless_called_before():
    line = [someone(0, 0.0, lasts=300.0), someone(1, 1.0, patience=400.0),
            someone(2, 2.0, patience=60.0)]  # fmt: skip

    outcomes = simulation.run(line, general())

    assert [(o.called, o.wait) for o in outcomes] == [(True, 30.0), (True, 329.0), (False, 60.0)]


def test_the_replay_calls_by_the_rule_and_counts_who_goes_before():
    pool = moments.Pool(general())
    pool.services.extend([100.0] * 10)
    pool.desks["D1"] = moments.Desk(since=0.0, busy=True)
    for n in range(3):
        pool.waiting[n] = Standing(n, 0, float(n))

    ahead, seconds = moments.replay(pool, Standing(9, 0, 50.0), 50.0)
    first, soon = moments.replay(pool, Standing(9, 9, 50.0), 50.0)

    assert (ahead, seconds) == (3, 350.0), "50 s are left at the desk, then three services"
    assert (first, soon) == (0, 50.0), "an emergency is the next one"


lines = st.lists(
    st.tuples(st.sampled_from([0, 1, 2, 3, 9]), st.floats(0, 3000, allow_subnormal=False)),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(lines, st.integers(1, 4), st.floats(20, 5000, allow_subnormal=False))
def test_a_line_told_at_once_is_told_as_each_of_it_alone(line, desks, service):
    day = moments.Day({"": general()})
    pool = day.pool("1")
    pool.services.extend([service] * 10)
    pool.desks.update({str(n): moments.Desk(since=2900.0 + n, busy=True) for n in range(desks)})
    for key, (rank, due) in enumerate(line):
        day.join("1", Standing(key, rank, due))

    told = list(day.moments("1", 3000.0))

    assert sorted(who.key for who, _, _ in told) == list(range(len(line)))
    for who, ahead, moment in told:
        assert ahead == moments.replay(pool, who, 3000.0)[0]
        assert moment == day.moment("1", who, 3000.0)


def test_nothing_is_told_until_fifty_of_the_pool_were_served():
    learner = forecast.Learner()
    moment = (0.0,) * moments.WIDTH
    for n in range(forecast.EVIDENCE):
        assert learner.predict("PS", moment) is None, n
        learner.learn("PS", moment, 60.0 + n, called=True)
        learner.learn("PS", moment, 5.0, called=False)

    median, high = learner.predict("PS", moment)

    assert 60 < median < high < 60 + forecast.EVIDENCE
    assert learner.predict("NE", moment) is None, "another pool has no evidence yet"


def test_waits_that_were_broken_off_are_no_short_waits():
    """Half of the people hang up after 30 s: the median of the others' 100 s does not sink."""
    learner = forecast.Learner()
    for _ in range(forecast.EVIDENCE):
        learner.learn("PS", (0.0,) * moments.WIDTH, 100.0, called=True)
        learner.learn("PS", (0.0,) * moments.WIDTH, 30.0, called=False)

    assert learner.predict("PS", (0.0,) * moments.WIDTH)[0] == 100.0


def test_an_upper_end_that_was_too_low_is_raised_and_one_too_high_sinks():
    learner = forecast.Learner()
    before = learner.high_level
    learner.correct((10.0, 20.0), 30.0)
    raised = learner.high_level
    learner.correct((10.0, 20.0), 15.0)

    assert before < raised
    assert learner.high_level < raised


def _file(tmp_path, *lines):
    file = tmp_path / "arrivals.csv"
    file.write_text("\n".join([HEAD, *lines]) + "\n")
    return file


def test_the_command_prints_one_document(tmp_path):
    lines = [f"2026-11-23,PS,{2 * (n % 3 == 0)},{60 * n},{60 * n + 45},{60 * n + 45},{60 * n + 99},"
             f"AGENT,A{n % 2}" for n in range(70)]  # fmt: skip
    lines.append("2026-11-23,PS,0,100,160,,,HANG,")
    file = _file(tmp_path, *lines)

    done = CliRunner().invoke(queue, ["replay", str(file), "--json", "--discipline", "fifo"])

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["calls"], found["queued"], found["answered"], found["censored"]) == (
        71,
        71,
        70,
        1,
    )
    assert (found["discipline"], found["n"]) == ("fifo", 70)
    assert {row["discipline"] for row in found["fairness"]} == {str(each) for each in Discipline}
    assert found["mae_s"] < 20, "every wait was 45 s"
    assert found["told"]["n"] == 70 - forecast.EVIDENCE
    read = CliRunner().invoke(queue, ["replay", str(file)])
    assert "In the general order" in read.stdout


def test_a_file_that_is_no_record_is_refused_with_its_line(tmp_path):
    with pytest.raises(Invalid) as refusal:
        arrivals.read(_file(tmp_path, "2026-11-23,PS,0,soon,,,,AGENT,"))
    assert "line 2" in refusal.value.fields["file"]
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Invalid):
        arrivals.read(tmp_path / "other.csv")


@pytest.mark.skipif(not BANK.exists(), reason="the recorded arrivals are not on this machine")
def test_on_two_real_days_the_forecast_is_better_than_what_is_usual():
    """The whole file is measured by the command; see docs/scale.md."""
    real = [who for who in arrivals.read(BANK) if who.day <= date(1999, 8, 2)]
    record, last, usual = replay.Recorded(general()), deque(maxlen=5), forecast.Score()
    for _, day in arrivals.days(real):
        record.walk(day)
        promised = {}
        for what in day:
            if what.sort == arrivals.JOINED:
                mean = sum(last) / len(last) if last else 100.0
                promised[what.who.key] = mean, 2.5 * mean
            elif what.sort == arrivals.LEFT and what.who.answered:
                wait = what.at - what.who.joined
                usual.add(promised[what.who.key], wait)
                last.append(wait)

    found, plain = record.all.as_json(), usual.as_json()
    assert found["n"] == plain["n"]
    assert found["mae_s"] < 0.92 * plain["mae_s"]
    assert found["pinball_s"] < 0.92 * plain["pinball_s"]
    assert 0.88 <= record.told.as_json()["p90_coverage"] <= 0.92


def test_the_general_rule_is_the_one_the_hall_begins_with():
    assert isinstance(general(), QueueRule)
    assert general().discipline is Discipline.ACCUMULATING
    assert general(Discipline.RATIO).ratio > 0
