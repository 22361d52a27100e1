"""`reception figures` and `reception report`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError
from reception import create_app
from reception.launcher import Refused, attached
from reports import dossier, editions, figure_sets, figures, monthly, pdf, periods
from reports.periods import PeriodKind
from reports.proposals import by_number

LANGUAGES = click.Choice(editions.LANGUAGES)
KINDS = click.Choice([*(str(kind) for kind in PeriodKind), "proposal"])
DAY = click.DateTime(["%Y-%m-%d"])


@contextmanager
def _register() -> Iterator[Session]:
    with attached():
        app = create_app()
        with app.app_context():
            try:
                yield db.session()
            except pdf.RenderingFailed as error:
                raise Refused(str(error)) from error
            finally:
                db.session.remove()
                db.engine.dispose()


@click.command("figures")
@click.option("--from", "first", type=DAY, required=True, help="First day, such as 2026-11-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@click.option("--agency", help="Only cases with a claim at this agency; akimat means every akimat.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def figures_(*, first: datetime, last: datetime, agency: str | None, as_json: bool) -> None:
    """What became of the cases received in a period, both days included."""
    with _register() as session:
        pack = figures.compute(
            session, first=first.date(), last=last.date(), agency=agency, as_of=clock()
        )
    click.echo(figures.as_text(pack) if as_json else "\n".join(_lines(pack.as_json())))


def _lines(pack: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """The same pack to be read by a person: a name and its value a line."""
    for name, value in pack.items():
        if isinstance(value, dict):
            yield f"{'  ' * depth}{name}"
            yield from _lines(value, depth + 1)
        else:
            yield f"{'  ' * depth}{name:<{40 - 2 * depth}}{json.dumps(value)}"


@click.command("report")
@click.argument("kind", type=KINDS)
@click.option(
    "--period", required=True, help="2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026 or P-2026-001."
)
@click.option("--lang", "language", type=LANGUAGES, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def report_(*, kind: str, period: str, language: str, out: Path) -> None:
    """Render a report as a PDF: report monthly --period 2026-11 --lang kk --out FILE."""
    if kind == "proposal":
        with _register() as session:
            out.write_bytes(dossier.render(session, by_number(session, period), language))
        click.echo(f"reception: {out} holds the dossier of {period}", err=True)
        return
    if kind != PeriodKind.MONTHLY:
        raise Refused(f"the {kind} report is not there yet; so far: report monthly")
    wanted = _month(period)
    with _register() as session:
        editions.must_be_buildable(wanted, now=clock())
        content = monthly.render(figure_sets.take(session, wanted, now=clock()), language)
    out.write_bytes(content)
    click.echo(f"reception: {out} holds the report of {wanted.name}", err=True)


def _month(text: str) -> periods.Period:
    try:
        wanted = periods.parse(text)
    except DomainError as error:
        raise click.UsageError("--period wants a month here, such as 2026-11") from error
    if wanted.kind is not PeriodKind.MONTHLY:
        raise click.UsageError("--period wants a month here, such as 2026-11")
    return wanted


commands: list[click.Command] = [figures_, report_]
