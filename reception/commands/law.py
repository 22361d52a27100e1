"""Questions to the law and the register: a term, the proof of the journals."""

import json
from datetime import datetime
from typing import Any

import click

from agencies import clocks, proof, term_course, terms
from agencies.calendar import ALMATY
from agencies.term_course import Happening, Step
from agencies.terms import AppealKind, Law, Term
from reception.commands.register import open_register

_as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output."
)


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


@click.command()
@click.option("--kind", type=click.Choice([str(kind) for kind in AppealKind]), required=True)
@click.option(
    "--received", type=click.DateTime(["%Y-%m-%d %H:%M"]), required=True, help="Almaty time."
)
@click.option("--case", default="ordinary", show_default=True)
@click.option("--course", is_flag=True, help="Every other day of the law too, with its article.")
@_as_json
def term(*, kind: str, received: datetime, case: str, course: bool, as_json: bool) -> None:
    """Which term the law gives to an appeal; the register is not touched."""
    moment = received.replace(tzinfo=ALMATY)
    with open_register() as session:
        law = terms.law(session)
        document = _term(terms.term_of(law, moment, kind=kind, case=case))
        days = _days(law, Happening(Step.RECEIVED, moment, kind=kind, case=case)) if course else []
    if as_json and course:
        _print({**document, "days": days})
        return
    if as_json:
        _print(document)
        return
    for name, value in document.items():
        click.echo(f"{name:14}{value or '-'}")
    for day in days:
        click.echo(f"{day['what']:14}{day['on']}  {day['basis']}")


def _days(law: Law, arrival: Happening) -> list[dict[str, str]]:
    return [
        {"what": one.what, "on": one.on.isoformat(), "policy": one.policy.code,
         "basis": one.policy.basis}
        for one in term_course.deadlines(law, term_course.replay(law, [arrival]))
    ]  # fmt: skip


def _term(found: Term) -> dict[str, str | None]:
    return {
        "policy": found.policy.code,
        "registered_on": found.registered_on.isoformat(),
        "due_on": found.due_on.isoformat(),
        "basis": found.policy.basis,
        "extendable_to": found.extendable_to.isoformat() if found.extendable_to else None,
    }


@click.group()
def journal() -> None:
    """The journals of the appeals."""


@journal.command()
@_as_json
def verify(*, as_json: bool) -> int:
    """Check every chain of journal rows. Exit status 1 where one does not hold."""
    with open_register() as session:
        found = proof.verify(session)
    for damage in found.damages:
        click.echo(f"reception: {damage.appeal}, row {damage.position}: {damage.reason}", err=True)
    if as_json:
        damages = [
            {"appeal": d.appeal, "position": d.position, "reason": d.reason} for d in found.damages
        ]
        first = damages[0] if damages else None
        _print({"ok": not damages, "appeals": found.appeals, "rows": found.rows,
                "first_damage": first, "damages": damages})  # fmt: skip
    elif not found.damages:
        click.echo(f"{found.rows} rows of {found.appeals} appeals hold")
    return 1 if found.damages else 0


@journal.command()
@_as_json
def replay(*, as_json: bool) -> int:
    """Work out each open claim's term anew from its journal. Exit status 1 where it differs."""
    with open_register() as session:
        looked_at, differing = clocks.compare(session, law=terms.law(session))
    if as_json:
        _print({"ok": not differing, "claims": looked_at, "differences": [
            {"appeal": d.appeal, "claim": d.ordinal, "kept": d.kept.isoformat(),
             "replayed": d.replayed.isoformat()} for d in differing
        ]})  # fmt: skip
        return 1 if differing else 0
    for d in differing:
        told = f"kept {d.kept}, by its journal {d.replayed}"
        click.echo(f"reception: {d.appeal}, claim {d.ordinal}: {told}", err=True)
    if not differing:
        click.echo(f"{looked_at} open claims stand as their journals say")
    return 1 if differing else 0


commands: list[click.Command] = [term, journal]
