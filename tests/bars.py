"""The bars of the benchmarks: each is told as met or missed; the missed ones again at the end."""

import click

_missed: list[str] = []


def judged(what: str, met: bool) -> bool:
    """`what` says what was measured and how much is wanted."""
    click.echo(f"{what}: {'met' if met else 'MISSED'}")
    if not met:
        _missed.append(what)
    return met


def outcome() -> int:
    """Names every bar that was missed; the status that the program ends with."""
    for what in _missed:
        click.echo(f"missed: {what.strip()}")
    return 1 if _missed else 0
