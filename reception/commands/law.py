"""Questions to the law: a term."""

import json
from datetime import datetime
from typing import Any

import click

from agencies import term_course, terms
from agencies.calendar import ALMATY, ASSUMED
from agencies.languages import LANGUAGES
from agencies.term_course import Happening, Step
from agencies.terms import AppealKind, Law, Term
from reception.commands.register import open_register
from reception.language import say

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
    """Which term the law gives to an appeal; the register is not touched.

    For years without a calendar a note on standard error tells what was assumed.
    """
    moment = received.replace(tzinfo=ALMATY)
    with open_register() as session:
        law = terms.law(session)
        found = terms.term_of(law, moment, kind=kind, case=case)
        document = _term(found)
        last = max(found.due_on, found.extendable_to or found.due_on)
        assumed = law.workdays.years_unknown(moment.date(), last)
        days = _days(law, Happening(Step.RECEIVED, moment, kind=kind, case=case)) if course else []
    _warn(assumed)
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


def _warn(years: list[int]) -> None:
    """In each language, beside the answer and not in it, so that a program may still read that."""
    for language in LANGUAGES if years else ():
        click.echo(say(ASSUMED, language, years=", ".join(map(str, years))), err=True)


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


commands: list[click.Command] = [term]
