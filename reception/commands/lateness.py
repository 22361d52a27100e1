"""Which claims may be late, and how well that was foreseen."""

import json
from dataclasses import asdict

import click

from agencies import outlooks
from agencies.calendar import clock, workdays
from reception.commands.register import open_register


@click.group()
def lateness() -> None:
    """The forecast of lateness of open claims."""


@lateness.command("foresee")
def foresee() -> None:
    """Make the forecasts anew, as beat does every hour."""
    with open_register() as session:
        made = outlooks.refresh(session, days=workdays(session), now=clock())
        session.commit()
    click.echo(f"{made} open claims have a forecast")


@lateness.command("score")
@click.option("--keep", is_flag=True, help="Show it on the page of the forecast too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def score(*, keep: bool, as_json: bool) -> None:
    """Hold the forecasts of the last year, made anew from what was known, against what came."""
    with open_register() as session:
        how = outlooks.keep_score if keep else outlooks.scored
        found = how(session, days=workdays(session), now=clock())
        session.commit()
    if as_json:
        click.echo(json.dumps(asdict(found) | {"skill": found.skill} if found else None))
        return
    if found is None:
        click.echo("nothing to score yet")
        return
    click.echo(f"{found.cases} forecasts, {found.late} late; Brier {found.brier:.4f},"
               f" plain share {found.plain:.4f}, skill {found.skill:.3f}")  # fmt: skip
    for one in found.bins:
        click.echo(f"{one.low:.2f}-{one.high:.2f}: {one.cases} forecasts,"
                   f" said {one.said:.3f}, came {one.came:.3f}")  # fmt: skip


commands: list[click.Command] = [lateness]
