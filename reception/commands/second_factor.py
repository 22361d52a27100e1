"""The second factor of people of the house."""

import click
from sqlalchemy import select

from agencies import second_factor, staff
from agencies.errors import NotFound
from agencies.staff import Officer
from reception.commands.register import open_register


@click.group(name="second-factor")
def factor() -> None:
    """The telephone that gives a person's codes."""


@factor.command()
@click.argument("login")
def release(login: str) -> None:
    """Let go of a lost telephone, and end the open sessions of the person."""
    with open_register() as session:
        officer = session.scalar(select(Officer).where(Officer.login == login))
        if officer is None:
            raise NotFound("There is no account with this login.")
        let_go = second_factor.release(session, officer)
        staff.end_sessions(officer)
        session.commit()
    click.echo("let go" if let_go else "no telephone was bound")


commands: list[click.Command] = [factor]
