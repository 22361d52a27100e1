"""`reception figures` and `reception report`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from agencies.access import current_base
from agencies.calendar import clock
from agencies.db import db, take_time
from agencies.errors import DomainError
from reception import create_app
from reception.launcher import Refused, attached
from reception.settings import read_settings
from reports import (
    brief,
    composing,
    dossier,
    editions,
    figure_sets,
    figures,
    pdf,
    periods,
    snapshot,
)
from reports.periods import PeriodKind
from reports.proposals import by_number

LANGUAGES = click.Choice(editions.LANGUAGES)
FORMS = {
    "daily": "2026-11-22", "weekly": "2026-W47", "monthly": "2026-11", "quarterly": "2026-Q4",
    "annual": "2026", "brief": "2026-11",
}  # fmt: skip
KINDS = click.Choice([*(str(kind) for kind in PeriodKind), brief.KIND, "proposal"])
DAY = click.DateTime(["%Y-%m-%d"])


@contextmanager
def _register() -> Iterator[Session]:
    with attached():
        app = create_app()
        with app.app_context():
            try:
                take_time(db.session())
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
    with _register() as session:
        if kind == "proposal":
            found = by_number(session, period)
            content = dossier.render_both(session, found, language, base=current_base()).read
        else:
            content = _edition(session, _period(period, kind), language, short=kind == brief.KIND)
    out.write_bytes(content)
    click.echo(f"reception: {out} holds the {kind} report of {period}", err=True)


def _edition(session: Session, wanted: periods.Period, language: str, *, short: bool) -> bytes:
    editions.must_be_buildable(wanted, now=clock())
    taken = figure_sets.take(session, wanted, now=clock())
    return composing.render(taken, language, short=short, base=current_base()).read


def _period(text: str, kind: str) -> periods.Period:
    wants = f"--period of a {kind} report looks like {FORMS[kind]}"
    try:
        wanted = periods.parse(text)
    except DomainError as error:
        raise click.UsageError(wants) from error
    if wanted.kind != (PeriodKind.MONTHLY if kind == brief.KIND else kind):
        raise click.UsageError(wants)
    return wanted


@click.command("statistics")
@click.option("--refresh", is_flag=True, help="Take a new snapshot of the register first.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def statistics_(*, refresh: bool, out: Path) -> None:
    """Counts, terms, times and repeats of the whole register by agency, topic, district, month."""
    with _register() as session:
        folder = snapshot.folder_in(read_settings().data)
        if refresh or snapshot.known(folder) is None:
            snapshot.refresh(session, folder, now=clock())
        found = snapshot.pack(session, folder, now=clock())
    out.write_text(json.dumps(found.as_json(), ensure_ascii=False), encoding="utf-8")
    click.echo(f"reception: {out} holds {len(found.cube)} rows of counts", err=True)


commands: list[click.Command] = [statistics_, figures_, report_]
