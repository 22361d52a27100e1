"""Feeds: six forms read alike, failures tried again, silence noticed, refused rows kept."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from reports.alerts import Alert
from reports.center import collecting, registry, silence, simulator
from reports.center.connectors import CONNECTORS, Unreachable, along, as_text
from reports.center.records import Batch, Indicator, Observation, RejectedRow, Series, SourceSystem

SYSTEMS = {"csv": "ambulance", "json": "onay", "xlsx": "waste", "sdmx": "treasury",
           "frictionless": "social-register", "sql": "clinics"}  # fmt: skip


@pytest.fixture
def simulation(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(simulator, "KEPT_DAYS", 2)
    server = simulator.listen(tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield simulator.feeds(f"http://127.0.0.1:{server.server_port}", tmp_path)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def connected(center, simulation, now):
    """A source that is asked at the simulator for its last days."""

    def _connected(code, *, days=3, address=None):
        registry.seed_systems(center, [one for one in registry.systems() if one["code"] == code])
        source = center.get(SourceSystem, code)
        source.transport, there, options = simulation[code]
        source.options, source.cadence_min = options | {"history_days": days}, 60
        collecting.connect(source, address or there, now=now)
        center.commit()
        return source

    return _connected


def collect(session, now):
    feed = collecting.take_due(session, now=now)
    session.commit()
    try:
        loaded = collecting.enter(session, feed, feed.fetch(), now=now)
    except Unreachable as error:
        collecting.note_failure(session, feed, str(error), now=now)
        loaded = None
    session.commit()
    return loaded


def test_the_registry_has_27_systems_and_more_than_a_thousand_indicators(center):
    registry.seed_systems(center, registry.systems())
    planned = select(func.count()).where(SourceSystem.status == "planned")

    assert center.scalar(planned) == len(registry.systems()) == 27
    assert center.scalar(select(func.count()).select_from(Indicator)) > 1000
    assert {one["transport"] for one in registry.systems()} == set(CONNECTORS)
    board = select(func.count()).where(Indicator.headline.is_not(None))
    own = [one for one in registry.tree("indicators")["indicator"] if "headline" in one]
    assert center.scalar(board) == len(registry.tree("systems")["board"]) + len(own)


@pytest.mark.parametrize("transport", SYSTEMS)
def test_every_form_is_read(connected, center, now, transport):
    source = connected(SYSTEMS[transport], days=40 if transport == "sdmx" else 1)
    assert source.transport == transport

    loaded = collect(center, now)

    assert loaded.rejected == []
    assert loaded.accepted == loaded.read > 300
    named = select(func.count(func.distinct(Series.indicator_id)))
    assert center.scalar(named) == 40


def test_the_next_asking_brings_only_what_is_new(connected, center, clock):
    source = connected("onay", days=2)
    first = collect(center, clock.moment)
    clock.advance(days=1)

    second = collect(center, clock.moment)

    assert (first.accepted, second.accepted) == (2 * 360, 360)
    assert second.unchanged == 2 * 360, "the two days before are asked for again"
    assert source.failures == 0
    assert source.heard_at == clock.moment


def test_rows_that_a_system_spoils_are_kept_with_their_reason(connected, center, now):
    connected("street-lighting", days=1)

    loaded = collect(center, now)

    assert [one.reason for one in loaded.rejected] == [
        "value: `1 150` is no number", "ref_area: `Atlantis` is on no list",
    ]  # fmt: skip
    assert len(center.scalars(select(RejectedRow)).all()) == 2
    assert center.scalars(select(Batch)).one().rejected == 2


def test_a_source_that_does_not_answer_is_tried_again_ever_later(connected, center, now):
    source = connected("onay", address="http://127.0.0.1:9/nothing")

    pauses = []
    for _ in range(8):
        now = source.due_at
        assert collect(center, now) is None
        center.refresh(source)
        pauses.append(int((source.due_at - now).total_seconds() / 60))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert source.last_error == "no answer (URLError)"


def test_an_answer_that_cannot_be_read_is_a_failure(connected, center, now, simulation):
    there = simulation["ambulance"][1]
    for code in ("onay", "waste", "treasury", "social-register"):
        connected(code, address=there)
        assert collect(center, now) is None
        assert center.get(SourceSystem, code).failures == 1


def test_a_package_whose_file_was_changed_is_refused(simulation, monkeypatch):
    _, address, options = simulation["social-register"]
    monkeypatch.setattr(simulator, "as_package", lambda code, content: _as_before(code, b"other"))

    with pytest.raises(Unreachable, match="differs from what its package says"):
        CONNECTORS["frictionless"](address, options).fetch(simulator.date(2026, 11, 20))


_as_before = simulator.as_package


def test_a_feed_that_goes_quiet_is_noticed_once_and_heard_again(connected, center, clock):
    source = connected("onay", days=1)
    collect(center, clock.moment)
    clock.advance(hours=3, minutes=1)

    fallen = silence.mark_quiet(center, now=clock.moment)
    center.commit()

    assert [one.code for one in fallen] == ["onay"]
    assert silence.mark_quiet(center, now=clock.moment) == []
    alert = center.scalars(select(Alert)).one()
    assert (alert.series, alert.state, alert.officer) == ("feed:onay", "raised", None)
    clock.advance(days=1)
    collect(center, clock.moment)
    assert source.quiet_since is None


def test_nobody_takes_a_source_that_another_has_taken(connected, center, now):
    connected("onay")

    assert collecting.take_due(center, now=now).code == "onay"
    assert collecting.take_due(center, now=now) is None


def test_a_source_whose_worker_died_meanwhile_is_asked_again_soon(connected, center, now):
    connected("onay")
    collecting.take_due(center, now=now)
    center.commit()

    assert collecting.take_due(center, now=now + timedelta(minutes=14)) is None
    assert collecting.take_due(center, now=now + timedelta(minutes=15)).code == "onay"


def test_a_collected_source_rests_for_its_interval(connected, center, now):
    connected("onay")
    collect(center, now)

    assert collecting.take_due(center, now=now + timedelta(minutes=59)) is None
    assert collecting.take_due(center, now=now + timedelta(minutes=60)).code == "onay"


def test_what_is_in_the_simulator_adds_up_to_the_city(connected, center, now):
    connected("onay", days=1)
    collect(center, now)

    query = select(Series.area_code, Observation.value)
    query = query.join(Series, Series.id == Observation.series_id).join(Series.indicator)
    values = dict(center.execute(query.where(Indicator.code == "ONAY_BOARDINGS_BUS")).all())
    assert values.pop("ALMATY") == sum(values.values()) > 0


def test_a_path_that_leads_nowhere_finds_nothing_and_whole_floats_are_whole():
    assert along({"a": {"b": [1]}}, "a.b") == [1]
    assert along({"a": 1}, "a.b.c") is None
    assert [as_text(v) for v in (3.0, 2.5, None, "x", 4)] == ["3", "2.5", "", "x", "4"]
