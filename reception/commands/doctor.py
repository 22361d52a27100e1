"""`reception doctor`: is everything here that a hall needs, and what to do where it is not."""

import json
from dataclasses import asdict
from importlib import import_module

import click

from reception.launcher import Refused, attached
from reception.settings import SettingsMissing


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def doctor(*, as_json: bool) -> int:
    """Check versions, fonts, libraries, keys, clock, time zones, disk and connections.

    Exit status 1 where something is bad; warnings alone leave it at 0.
    """
    # By name: what it looks at is slow to load, and every other command would wait for it.
    examination = import_module("reception.launcher.examination")
    findings = list(examination.of_machine())
    try:
        with attached(prepared=False):
            findings += examination.of_installation()
    except (Refused, SettingsMissing) as error:
        findings.append(examination.bad("servers", "not running", str(error)))
    sound = all(each.state != "bad" for each in findings)
    if as_json:
        click.echo(json.dumps({"ok": sound, "checks": [asdict(each) for each in findings]}))
    else:
        for each in findings:
            click.echo(each.as_line())
    return 0 if sound else 1


commands: list[click.Command] = [doctor]
