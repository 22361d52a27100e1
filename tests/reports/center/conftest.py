"""The Center with what stands by itself in its registry, and files that tests write."""

from pathlib import Path

import pytest

from reports.center import commands, registry

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "situation_center_sample_observations.csv"
HEADER = "indicator_code,ref_area,time_period,freq,dimension,value,unit,obs_status,source_system"


@pytest.fixture
def center(session, clock):
    registry.seed_own(session)
    session.commit()
    return session


@pytest.fixture
def file(tmp_path):
    """A CSV file of the given lines under `HEADER`, or under one of its own."""

    def _file(*lines, name="file.csv", header=HEADER):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return _file


@pytest.fixture
def load(center, file):
    def _load(*lines, **more):
        source = more.pop("source", None)
        return commands.load(center, file(*lines, **more), source=source)

    return _load
