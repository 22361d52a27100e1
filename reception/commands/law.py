"""Questions to the law and the register: a term, the proof of the journals."""

import json
from datetime import datetime
from typing import Any

import click

from agencies import proof, terms
from agencies.calendar import ALMATY
from agencies.terms import AppealKind, Term
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
@_as_json
def term(*, kind: str, received: datetime, case: str, as_json: bool) -> None:
    """Which term the law gives to an appeal; the register is not touched."""
    with open_register() as session:
        found = terms.term_of(
            terms.law(session), received.replace(tzinfo=ALMATY), kind=kind, case=case
        )
        document = _term(found)
    if as_json:
        _print(document)
        return
    for name, value in document.items():
        click.echo(f"{name:14}{value or '-'}")


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


commands: list[click.Command] = [term, journal]
