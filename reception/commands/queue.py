"""The queue on trial: real arrivals replayed through the real engine."""

import json
from pathlib import Path
from typing import Any

import click

from reception import arrivals, replay
from reception.fairness import CLASSES
from reception.rules import Discipline

COLUMNS = ("mean_s", "p50_s", "p95_s", "longest_s", "overtaken", "left")


@click.group()
def queue() -> None:
    """The queue and its rule."""


@queue.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--discipline", type=click.Choice([str(each) for each in Discipline]),
              help="Another rule than that of the hall.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def replay_file(*, file: Path, discipline: str | None, as_json: bool) -> None:
    """Replay recorded arrivals: waits by class, overtakes, the error of the forecast.

    FILE is a CSV, .gz accepted, with day, service_type, priority, queue_start_s, queue_exit_s,
    service_start_s, service_end_s, outcome, server; times in seconds after midnight.
    """
    wanted = Discipline(discipline) if discipline else None
    found = replay.report(arrivals.read(file), wanted)
    click.echo(json.dumps(found) if as_json else "\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> list[str]:
    return [
        f"{found['calls']} calls, {found['queued']} queued, {found['censored']} of them hung up",
        (
            f"forecast of {found['n']} waits: mean error {found['mae_s']} s, pinball loss "
            f"{found['pinball_s']} s, below the upper end {found['p90_coverage']}"
        ),
        f"{'discipline':14}{'class':24}" + "".join(f"{name:>11}" for name in COLUMNS),
        *(
            f"{row['discipline']:14}{CLASSES[row['rank']]:24}"
            + "".join(f"{row[name]:>11}" for name in COLUMNS)
            for row in found["fairness"]
        ),
    ]


commands: list[click.Command] = [queue]
