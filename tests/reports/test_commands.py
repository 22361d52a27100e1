"""`reception figures` and `reception report`, against the database of the run."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reception.launcher import surroundings
from reports import commands
from tests.make import IIN_KEY, SECRET_KEY
from tests.reports.register import add_case

MONTH = ["--from", "2026-10-01", "--to", "2026-10-31"]


@pytest.fixture
def run(session: Any, settings: Any) -> Any:
    """A command in surroundings that name the run's servers."""

    def _run(command: Any, *words: str) -> Result:
        session.commit()
        given = {
            "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url,
            "RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY,
            "RECEPTION_DATA": str(settings.data),
        }  # fmt: skip
        with surroundings.entered(given):
            return CliRunner().invoke(command, list(words))

    return _run


def test_figures_as_one_json_document(run: Any, session: Any) -> None:
    add_case(session, "2026-10-05 04:00")

    done = run(commands.figures_, *MONTH, "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["received"] == 1
    assert run(commands.figures_, *MONTH, "--json").stdout == done.stdout


def test_figures_to_be_read(run: Any, session: Any) -> None:
    add_case(session, "2026-10-05 04:00")

    done = run(commands.figures_, *MONTH, "--agency", "housing")

    assert "received" in done.stdout
    assert "housing" in done.stdout


def test_an_unknown_agency_is_refused(run: Any) -> None:
    done = run(commands.figures_, *MONTH, "--agency", "nobody")

    assert "nobody" in str(done.exception.values)


def test_a_day_that_is_none_is_wrong_usage(run: Any) -> None:
    assert run(commands.figures_, "--from", "2026-02-30", "--to", "2026-03-01").exit_code == 2


def test_the_monthly_report_as_a_file(run: Any, session: Any, tmp_path: Path) -> None:
    add_case(session, "2026-10-05 04:00")
    out = tmp_path / "october.pdf"

    done = run(
        commands.report_, "monthly", "--period", "2026-10", "--lang", "kk", "--out", str(out)
    )

    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert out.read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("period", ["2026-W47", "2026", "soon"])
def test_a_period_that_is_no_month_is_wrong_usage(run: Any, tmp_path: Path, period: str) -> None:
    out = str(tmp_path / "x.pdf")
    done = run(commands.report_, "monthly", "--period", period, "--lang", "ru", "--out", out)

    assert done.exit_code == 2
